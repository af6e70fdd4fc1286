import { describe, expect, it } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { sourcePx } from '../base/geometry.ts';
import { afterLoss, afterOutOfMemory, type RecoveryState, startingState } from './tile-policy.ts';

const LIMIT = 'A buffer of 9 bytes was needed; the graphics card allows 8.';
const oom = (state: RecoveryState, keptSide: number) => afterOutOfMemory({ ...state, keptSide }, LIMIT);
const lost = (state: RecoveryState, row: number) => afterLoss(state, sourcePx(row), 'device');

function caught(work: () => unknown): TesseraError {
  try {
    work();
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('afterOutOfMemory', () => {
  it('halves from 512 to 32 and then names every size and the limit', () => {
    let state = startingState(sourcePx(512));
    for (const tile of [256, 128, 64, 32]) {
      state = oom(state, state.tile);
      expect(state.tile).toBe(tile);
    }
    expect(state.tried).toEqual([512, 256, 128, 64, 32]);
    const error = caught(() => oom(state, 32));
    expect(error.code).toBe('out-of-memory');
    expect(error.details).toEqual({ tileSizesTried: [512, 256, 128, 64, 32], limit: LIMIT });
    expect(error.message).toContain('512, 256, 128, 64, 32');
    expect(error.message).toContain(LIMIT);
    expect(error.nextStep).not.toBe('');
  });

  it.each([
    [512, 512, 256],
    [512, 257, 256],
    [512, 256, 128],
    [512, 129, 128],
    [512, 128, 64],
    [512, 33, 32],
    [65, 65, 32],
    [48, 48, 32],
  ])(
    'from %i, with tiles that really had %i, tries %i: a size that changes nothing is skipped',
    (tile, kept, next) => {
      const state = oom(startingState(sourcePx(tile)), kept);
      expect(state.tile).toBe(next);
      expect(state.tried).toEqual([tile, next]);
    },
  );

  it('gives up at once on a picture that was never cut', () => {
    expect(caught(() => oom(startingState(sourcePx(512)), 32)).details['tileSizesTried']).toEqual([512]);
  });

  it('gives up at once where the network takes only one size', () => {
    const state = startingState(sourcePx(96), sourcePx(96));
    expect(caught(() => oom(state, 96)).details['tileSizesTried']).toEqual([96]);
    expect(lost(lost(state, 5), 5).tile).toBe(96);
  });

  it('leaves the counts of losses alone', () => {
    const state = lost(startingState(sourcePx(64)), 7);
    expect(oom(state, 64)).toEqual({ ...state, tile: 32, keptSide: 32, tried: [64, 32] });
  });
});

describe('afterLoss', () => {
  it('counts the first loss at a row, halves at the second, gives up at the third', () => {
    const first = lost(startingState(sourcePx(128)), 40);
    expect(first).toEqual({
      tile: 128,
      smallest: 32,
      keptSide: 128,
      tried: [128],
      lossRow: 40,
      lossesThere: 1,
      devicesLost: 1,
      workersLost: 0,
    });
    const second = lost(first, 40);
    expect(second).toEqual({
      ...first,
      tile: 64,
      smallest: 32,
      keptSide: 64,
      tried: [128, 64],
      lossesThere: 2,
      devicesLost: 2,
    });
    const error = caught(() => lost(second, 40));
    expect(error.code).toBe('device-lost');
    expect(error.details).toEqual({ row: 40, losses: 3, tileSizesTried: [128, 64] });
    expect(error.message).toContain('row 40');
  });

  it('begins to count anew where rows were finished in between', () => {
    const state = [0, 32, 64, 96, 128].reduce(lost, startingState(sourcePx(64)));
    expect(state).toMatchObject({ tile: 64, lossRow: 128, lossesThere: 1, devicesLost: 5 });
  });

  it('counts row 0 as a place like any other', () => {
    expect(lost(lost(startingState(sourcePx(64)), 0), 0).tile).toBe(32);
  });

  it('keeps the smallest tile where half of it would be too small', () => {
    const second = lost(lost(startingState(sourcePx(32)), 5), 5);
    expect(second).toMatchObject({ tile: 32, tried: [32], lossesThere: 2 });
    expect(lost(lost(startingState(sourcePx(63)), 5), 5).tile).toBe(32);
  });

  it('halves below what a small picture really used: another run of the same shape would be no other try', () => {
    const small = { ...startingState(sourcePx(512)), keptSide: 100 };
    expect(lost(lost(small, 0), 0)).toMatchObject({ tile: 64, tried: [512, 64] });
  });

  it('halves a tile of an odd side to whole pixels', () => {
    expect(lost(lost(startingState(sourcePx(65)), 5), 5)).toMatchObject({ tile: 32, tried: [65, 32] });
  });

  it('counts a lost worker apart, with an error of its own, at the same place', () => {
    const state = afterLoss(lost(startingState(sourcePx(64)), 5), sourcePx(5), 'worker');
    expect(state).toMatchObject({ tile: 32, lossesThere: 2, devicesLost: 1, workersLost: 1 });
    expect(caught(() => afterLoss(state, sourcePx(5), 'worker')).code).toBe('worker-lost');
  });
});
