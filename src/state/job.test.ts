import { describe, expect, test } from 'vitest';
import type { JobEvent, PlanSummary } from '../worker/protocol.ts';
import { afterEvent, begun, type JobState, pictureOf, type RunningJob, type StartedJob } from './job.ts';
import type { Ticket } from './registry.ts';

const started: StartedJob = {
  picture: {
    source: 1 as Ticket,
    name: 'cat.png',
    inspection: { format: 'png', width: 100, height: 60, bitDepth: 8, bytes: 999, warnings: [] },
  },
  jobId: 'mine',
  options: {},
  outputWidth: 400,
  outputHeight: 240,
  partial: 2 as Ticket,
  startedAtMs: 0,
};

const plan = (changes: Partial<PlanSummary>): JobEvent => ({
  kind: 'plan',
  jobId: 'mine',
  plan: {
    columns: 4,
    rows: 3,
    fromRow: 0,
    tile: 25,
    paddedWidth: 64,
    paddedHeight: 64,
    context: 16,
    ...changes,
  },
});

const tile = (doneInPlan: number, fraction: number): JobEvent => ({
  kind: 'tile',
  jobId: 'mine',
  index: doneInPlan - 1,
  doneInPlan,
  totalInPlan: 12,
  fraction,
  tileMs: 10,
});

function run(events: readonly JobEvent[], from: JobState = begun(started)): RunningJob {
  const job = events.reduce((state, event, index) => afterEvent(state, event, 1000 * index), from);
  if (job.kind !== 'running') throw new Error('the job should still run');
  return job;
}

describe('afterEvent', () => {
  test('an event of another job changes nothing', () => {
    const job = begun(started);
    expect(afterEvent(job, { kind: 'stage', jobId: 'other', stage: 'tiles' }, 5)).toBe(job);
  });

  test('an event after the end changes nothing', () => {
    const job: JobState = { kind: 'picked', picture: started.picture };
    expect(afterEvent(job, { kind: 'stage', jobId: 'mine', stage: 'tiles' }, 5)).toBe(job);
  });

  test('tiles fill the band of the last plan', () => {
    const { progress } = run([plan({}), tile(5, 0.4)]);
    expect(progress.bands).toEqual([{ top: 0, bottom: 60, columns: 4, rows: 3, tile: 25, done: 5 }]);
    expect(progress.tile).toEqual({ done: 5, total: 12 });
    expect(progress.fraction).toBe(0.4);
  });

  test('a smaller plan keeps the finished rows above it and cuts the rest', () => {
    const { progress } = run([plan({}), tile(5, 0.4), plan({ columns: 8, rows: 4, fromRow: 20, tile: 12 })]);
    expect(progress.bands).toEqual([
      { top: 0, bottom: 20, columns: 4, rows: 1, tile: 25, done: 4 },
      { top: 20, bottom: 60, columns: 8, rows: 4, tile: 12, done: 0 },
    ]);
  });

  test('a smaller plan before any row is finished replaces the first', () => {
    const { progress } = run([plan({}), plan({ columns: 8, rows: 5, tile: 12 })]);
    expect(progress.bands.map((band) => band.tile)).toEqual([12]);
  });

  test('the fraction never goes back', () => {
    expect(run([plan({}), tile(5, 0.4), tile(6, 0.3)]).progress.fraction).toBe(0.4);
  });

  test('encoding means that every tile is done', () => {
    const { progress } = run([plan({}), tile(5, 0.4), { kind: 'stage', jobId: 'mine', stage: 'encoding' }]);
    expect(progress.bands[0]?.done).toBe(12);
    expect(progress.fraction).toBe(1);
  });

  test('what runs is what was told last, and another backend gets a pace of its own', () => {
    const engine = (changes: object): JobEvent => ({
      kind: 'engine',
      jobId: 'mine',
      backend: 'webgpu',
      adapter: 'Card',
      precision: 'float16',
      threads: 1,
      ...changes,
    });
    const tiles: JobEvent = { kind: 'stage', jobId: 'mine', stage: 'tiles' };
    const onCard = [engine({ precision: 'float32' }), engine({}), tiles, plan({}), tile(6, 0.5)];
    const still = run([...onCard, engine({ precision: 'float32' })]).progress;
    expect(still.engine).toEqual({ backend: 'webgpu', adapter: 'Card', precision: 'float32', threads: 1 });
    expect(still.pace).toMatchObject({ fromFraction: 0, tiles: 1 });
    const processor = engine({ backend: 'wasm', adapter: 'CPU', precision: 'float32', threads: 2 });
    const moved = run([...onCard, processor, tiles]).progress;
    expect(moved.engine).toEqual({ backend: 'wasm', adapter: 'CPU', precision: 'float32', threads: 2 });
    expect(moved.pace).toMatchObject({ fromFraction: 0.5, tiles: 0 });
  });

  test('a new stage forgets the download of the last one', () => {
    const job = run([
      { kind: 'download', jobId: 'mine', what: 'model', loadedBytes: 1, totalBytes: 2 },
      { kind: 'stage', jobId: 'mine', stage: 'warming-up' },
    ]);
    expect(job.progress.download).toBeNull();
  });
});

test('while a file is inspected, the picture is still the one before', () => {
  const previous = { kind: 'picked', picture: started.picture } as const;
  expect(pictureOf({ kind: 'inspecting', name: 'new.png', previous })).toBe(started.picture);
});
