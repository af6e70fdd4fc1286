import { describe, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { JobOutcome } from '../worker/protocol.ts';
import { createCompareActions, middleRegion, movedRegion } from './compare.ts';
import type { Picture } from './job.ts';
import { Registry } from './registry.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import type { AppDeps, AppState } from './store.ts';

const pictureOf = (width: number, height: number) => ({ inspection: { width, height } }) as Picture;

describe('the region', () => {
  test.each([
    [1000, 500, { x: 372, y: 122, width: 256, height: 256 }],
    [256, 257, { x: 0, y: 0, width: 256, height: 256 }],
    [10, 300, { x: 0, y: 22, width: 10, height: 256 }],
  ])('is in the middle of %i × %i', (width, height, region) => {
    expect(middleRegion(pictureOf(width, height))).toEqual(region);
  });

  test('stays within the picture, on whole pixels', () => {
    const picture = pictureOf(400, 300);
    const region = middleRegion(picture);
    expect(movedRegion(region, 10.4, -3.6, picture)).toMatchObject({ x: 82, y: 18 });
    expect(movedRegion(region, -1000, 1000, picture)).toEqual({ x: 0, y: 44, width: 256, height: 256 });
  });
});

/** Jobs that end when told to; every bitmap counts whether it was closed. */
function world() {
  let open = 0;
  const bitmap = () => {
    open++;
    return { close: () => open-- } as unknown as ImageBitmap;
  };
  const ends: ((outcome: JobOutcome) => void)[] = [];
  const cancel = vi.fn(() => ends.at(-1)?.({ kind: 'cancelled' }));
  const start = vi.fn(() => {
    const outcome = new Promise<JobOutcome>((resolve) => ends.push(resolve));
    return { jobId: 'job', outcome, cancel };
  });
  const sources = new Registry<{ file: Blob; bitmap: ImageBitmap }>(() => undefined);
  const source = sources.add({ file: new Blob(), bitmap: {} as ImageBitmap });
  const samples = new Registry<ImageBitmap>((each) => each.close());
  const pictures = { sources, samples, crop: async () => new Blob(), decode: async () => bitmap() };
  const catalog = { models: ['a', 'b'].map((id) => ({ id, scale: 2 })), offers: [] };
  const job = { kind: 'picked', picture: { source, inspection: { width: 400, height: 300 } } };
  const store = createStore(
    () => ({ job, settings: DEFAULT_SETTINGS, catalog, comparison: null }) as unknown as AppState,
  );
  const actions = createCompareActions({ port: { start }, pictures } as unknown as AppDeps, store);
  const finish = () =>
    ends.at(-1)?.({
      kind: 'done',
      file: new Blob(),
      picture: bitmap(),
      report: { ms: { tiles: 7 } },
    } as never);
  const kinds = () => store.getState().comparison?.samples.map(({ made }) => made.kind);
  return { actions, start, cancel, finish, kinds, open: () => open };
}

const REGION = { x: 0, y: 0, width: 256, height: 256 };

describe('comparing', () => {
  test('runs one model after the other, and frees what they made', async () => {
    const { actions, start, finish, kinds, open } = world();
    const all = actions.compare(REGION, ['a', 'b']);
    await vi.waitFor(() => expect(kinds()).toEqual(['running', 'waiting']));
    expect(start).toHaveBeenCalledTimes(1);
    finish();
    await vi.waitFor(() => expect(kinds()).toEqual(['done', 'running']));
    await vi.waitFor(() => expect(start).toHaveBeenCalledTimes(2));
    finish();
    await all;
    expect(kinds()).toEqual(['done', 'done']);
    expect(open()).toBe(2);
    actions.endComparison();
    expect(open()).toBe(0);
    expect(kinds()).toBeUndefined();
  });

  test('is cancelled in the middle: nothing begins after it, nothing is kept', async () => {
    const { actions, start, cancel, finish, open } = world();
    const all = actions.compare(REGION, ['a', 'b']);
    await vi.waitFor(() => expect(start).toHaveBeenCalledTimes(1));
    finish();
    await vi.waitFor(() => expect(start).toHaveBeenCalledTimes(2));
    actions.endComparison();
    await all;
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(start).toHaveBeenCalledTimes(2);
    expect(open()).toBe(0);
  });

  test('a result that comes after the end is put away', async () => {
    const { actions, start, cancel, finish, open } = world();
    cancel.mockImplementation(() => undefined);
    const all = actions.compare(REGION, ['a', 'b']);
    await vi.waitFor(() => expect(start).toHaveBeenCalledTimes(1));
    actions.endComparison();
    finish();
    await all;
    expect(open()).toBe(0);
    expect(start).toHaveBeenCalledTimes(1);
  });
});
