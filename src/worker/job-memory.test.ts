import { describe, expect, it } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { sourcePx } from '../base/geometry.ts';
import type { BitDepth } from '../base/samples.ts';
import { type RecoveryState, startingState } from '../tiling/tile-policy.ts';
import { JobMemory } from './job-memory.ts';
import type { Checkpoint, JobTally, Warning } from './protocol.ts';

const tally = (tilesRun: number): JobTally => ({
  tilesRun,
  tilesKept: 0,
  ms: { reading: 1, loading: 2, warmUp: 0, tiles: 3, network: 3 },
  warnings: [],
});

const checkpoint = (
  nextRow: number,
  band: Checkpoint['band'] = null,
  recovery: RecoveryState = startingState(sourcePx(64)),
): Checkpoint => ({ kind: 'checkpoint', jobId: 'a', recovery, nextRow, tally: tally(nextRow), band });

const band = (y: number, height: number, bitDepth: BitDepth = 8) => ({
  ...{ y, height, bitDepth },
  rgba: new Uint8Array([y, height, 3, 4]).buffer,
});

const recovered = (row: number): Warning => ({ code: 'worker-recovered', message: `from row ${row}` });
const halved: Warning = { code: 'tile-halved', message: 'smaller tiles' };

function lossError(memory: JobMemory): TesseraError | null {
  try {
    memory.noteLoss(recovered);
    return null;
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
}

describe('JobMemory', () => {
  it('has nothing to go on from before the first checkpoint', () => {
    const memory = new JobMemory();
    expect(memory.resume()).toBe(null);
    expect(lossError(memory)).toBe(null);
    expect(memory.resume()).toBe(null);
  });

  it('keeps all finished rows and the last state', async () => {
    const memory = new JobMemory();
    memory.note(checkpoint(0));
    memory.note(checkpoint(40, band(0, 160)));
    memory.note(checkpoint(80, band(160, 160)));
    const resume = memory.resume();
    expect(resume).toMatchObject({ recovery: startingState(sourcePx(64)), tally: tally(80), notice: null });
    expect(resume?.bands.map(({ y, height }) => [y, height])).toEqual([
      [0, 160],
      [160, 160],
    ]);
    const second = await resume?.bands[1]?.rgba.arrayBuffer();
    expect([...new Uint8Array(second ?? new ArrayBuffer(0))]).toEqual([160, 160, 3, 4]);
  });

  it('gives back all rows, those that it keeps as they came and those that became Blobs', async () => {
    const memory = new JobMemory(8);
    for (const y of [0, 1, 2, 3]) memory.note(checkpoint(y, band(y, 1)));
    for (const time of ['first', 'again']) {
      const bands = memory.resume()?.bands ?? [];
      const bytes = await Promise.all(
        bands.map(async ({ rgba }) => [...new Uint8Array(await rgba.arrayBuffer())]),
      );
      expect(bytes, time).toEqual([0, 1, 2, 3].map((y) => [y, 1, 3, 4]));
    }
  });

  it('knows of all rows how deep they are', () => {
    const memory = new JobMemory(8);
    for (const y of [0, 1, 2, 3]) memory.note(checkpoint(y, band(y, 1, 16)));
    expect(memory.resume()?.bands.map(({ bitDepth }) => bitDepth)).toEqual([16, 16, 16, 16]);
  });

  it('counts a lost worker at the next row and says so once', () => {
    const memory = new JobMemory();
    memory.note(checkpoint(40, band(0, 160)));
    expect(lossError(memory)).toBe(null);
    expect(memory.resume()).toMatchObject({
      notice: recovered(40),
      recovery: { tile: 64, lossRow: 40, lossesThere: 1, workersLost: 1, devicesLost: 0 },
      bands: [{ y: 0, height: 160 }],
    });
    // The next worker's first checkpoint comes when it has told the notice.
    memory.note(checkpoint(40, null, memory.resume()?.recovery));
    expect(memory.resume()?.notice).toBe(null);
    expect(memory.resume()?.bands).toHaveLength(1);
  });

  it('halves at the second loss at one place and gives up at the third', () => {
    const memory = new JobMemory();
    memory.note(checkpoint(40, band(0, 160)));
    lossError(memory);
    expect(lossError(memory)).toBe(null);
    expect(memory.resume()?.recovery).toMatchObject({ tile: 32, tried: [64, 32], workersLost: 2 });
    const error = lossError(memory);
    expect(error?.code).toBe('worker-lost');
    expect(error?.details).toEqual({ row: 40, losses: 3, tileSizesTried: [64, 32] });
  });

  it('begins to count anew when rows were finished in between', () => {
    const memory = new JobMemory();
    for (const row of [40, 80, 120, 160]) {
      memory.note(checkpoint(row, null, memory.resume()?.recovery));
      expect(lossError(memory)).toBe(null);
    }
    expect(memory.resume()?.recovery).toMatchObject({
      tile: 64,
      lossRow: 160,
      lossesThere: 1,
      workersLost: 4,
    });
  });

  it('gives up at the third loss before any tile was planned', () => {
    const memory = new JobMemory();
    expect([lossError(memory), lossError(memory)]).toEqual([null, null]);
    const error = lossError(memory);
    expect(error?.code).toBe('worker-lost');
    expect(error?.details).toEqual({ losses: 3 });
  });

  it('goes on as a spent worker decided, without counting a loss', () => {
    const memory = new JobMemory();
    memory.note(checkpoint(40, band(0, 160)));
    const smaller: RecoveryState = { ...startingState(sourcePx(64)), tile: 32, tried: [64, 32] };
    memory.noteSpent(smaller, halved);
    expect(memory.resume()).toMatchObject({ recovery: smaller, notice: halved, bands: [{ y: 0 }] });
    // A worker of another backend changes nothing but itself.
    memory.noteSpent(null, null);
    expect(memory.resume()).toMatchObject({ recovery: smaller, notice: null });
  });
});
