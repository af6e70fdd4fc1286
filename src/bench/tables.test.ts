import { describe, expect, it } from 'vitest';
import { type BenchResult, type CaseFigures, median, type Sample } from './result.ts';
import { endLine, markdownOf, summaryLine, tablesOf } from './tables.ts';

const sample = (jobMs: number, bareMs: number): Sample => ({
  ...{ jobMs, bareMs },
  ...{ reading: 10, loading: 0, tiles: jobMs - 60, network: bareMs, encoding: 50 },
});

const figures: CaseFigures = {
  picture: { width: 612, height: 408 },
  output: { width: 1224, height: 816, bytes: 2_000_000 },
  threads: 2,
  precision: 'float32',
  tile: 256,
  paddedTile: { width: 240, height: 240 },
  tiles: 6,
  firstJobMs: 1500,
  warmUpMs: 400,
  jobMs: 1100,
  bareMs: 1000,
  overhead: 1.1,
  jobMsPerOutputMegapixel: 1101,
  bareMsPerOutputMegapixel: 1001,
  samples: [sample(1050, 1000), sample(1100, 1000), sample(1200, 1000)],
  card: null,
  halving: null,
};

const card = {
  peakBytes: 3 * 2 ** 20,
  upBytes: 2 ** 20,
  downBytes: 2 ** 19,
  dispatchesPerTile: 30,
  submitsPerTile: 4.5,
};
const halving = {
  ...{ failedTile: 3, ofTiles: 6, tileSizesTried: [256, 128], tilesRun: 14, tilesRedone: 2, extraMs: 300 },
};

const result: BenchResult = {
  schema: 1,
  date: '2026-11-21T09:00:00.000Z',
  machine: '2 × Example',
  cores: 2,
  browser: 'Chromium 156 on Linux',
  adapter: 'an example card',
  softwareAdapter: false,
  isolated: true,
  rounds: 3,
  cases: [
    { backend: 'wasm', model: 'fast-2x', megapixels: 0.25, measured: figures },
    { backend: 'webgpu', model: 'fast-2x', megapixels: 0.25, measured: { ...figures, card, halving } },
    { backend: 'webgpu', model: 'photo-4x', megapixels: 4, problem: 'no | memory' },
  ],
  variants: [
    {
      ...{
        model: 'fast-2x',
        megapixels: 1,
        tiles: 6,
        openMs: 80,
        samplesMs: [40],
        msPerOutputMegapixel: 10.04,
        submitsPerTile: 2,
      },
      variant: {
        ...{ precision: 'float16', layout: 'NCHW', graphCapture: true, tensors: 'through-processor' },
        pendingDispatches: 64,
      },
    },
  ],
};

describe('tables', () => {
  it('have as many cells in each row as in the head', () => {
    const tables = tablesOf(result);
    expect(tables.map(({ title }) => title)).toHaveLength(5);
    for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length);
  });

  it('leave out what was not measured', () => {
    const onProcessor = { ...result, cases: result.cases.slice(0, 1), variants: [] };
    expect(tablesOf(onProcessor).map(({ title }) => title)).toEqual([
      'Whole jobs',
      'Where a job’s time goes',
    ]);
  });

  it('say what was wrong in place of figures', () => {
    const halved = { ...figures, halving: { problem: 'too small to halve' } };
    const [, , shortage] = tablesOf({
      ...result,
      cases: [{ backend: 'wasm', model: 'fast-2x', megapixels: 0.25, measured: halved }],
      variants: [],
    });
    expect(shortage?.rows[0]).toContain('too small to halve');
  });

  it('become Markdown, in which a bar ends no cell', () => {
    const text = markdownOf(result);
    expect(text).toContain('| WASM    | fast-2x  | 0.25 MP | 1224 × 816 ');
    expect(text).toContain('1.100');
    expect(text).toContain('1.050 to 1.200');
    expect(text).toContain('no \\| memory');
    expect(text).toContain('3.0 MiB');
    expect(text).toContain('| 3 of 6');
    expect(text).toContain('through memory | 64');
  });

  it('say where it was measured', () => {
    expect(summaryLine(result)).toBe(
      '2026-11-21 · 2 × Example · 2 logical cores · Chromium 156 on Linux · WebGPU: an example card · medians of 3 rounds',
    );
    expect(summaryLine({ ...result, softwareAdapter: true, isolated: false })).toMatch(
      /software.*one thread/,
    );
  });
});

it.each([
  [[3], 3],
  [[9, 1, 2], 2],
  [[4, 1, 2, 10], 3],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

describe('endLine', () => {
  const failed = { backend: 'webgpu', model: 'fast-2x', megapixels: 1, problem: 'There is no card' } as const;

  it.each([
    ['all measured', result.cases.slice(0, 2), 'Done.'],
    ['none measured', [failed, failed], 'Nothing could be measured: There is no card.'],
    [
      'some measured',
      [...result.cases.slice(0, 2), failed],
      'Done, but 1 of 3 cases could not be measured: There is no card.',
    ],
  ])('%s', (_, cases, line) => {
    expect(endLine({ ...result, cases })).toBe(line);
  });
});
