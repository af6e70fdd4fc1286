import { expect, test } from '@playwright/test';
import { type DeepPixels, slopes } from '../fixtures/deep-pictures.ts';
import {
  levelsApart,
  levelsIn,
  MOST_LEVELS_APART,
  upscaleDeep,
  wholeAnswer,
} from '../fixtures/deep-results.ts';
import { setFaults, workerCounts } from '../fixtures/faults.ts';
import { onePage } from '../fixtures/one-page.ts';
import { type ToyOptions, toyModel } from '../fixtures/toy-model.ts';

/**
 * The promise of `contract.spec.ts` and that of `traffic.spec.ts` for 16 bits a channel: both backends make what the
 * network makes of the picture in one piece, and pixels go over the bus once each way.
 */
const BACKENDS = ['webgpu', 'wasm'] as const;

const TOYS = {
  twice: {},
  bright: { gain: 1.3, bias: -0.2 },
  'four-times': { scale: 4 },
} as const satisfies Record<string, ToyOptions>;

const CASES: readonly {
  what: string;
  model: keyof typeof TOYS;
  size: readonly [number, number];
  opaque?: boolean;
  options: { tile: number; context: number; feather: number; scale?: number };
}[] = [
  { what: 'a few pixels', model: 'twice', size: [3, 2], options: { tile: 32, context: 16, feather: 16 } },
  { what: 'columns and rows', model: 'twice', size: [66, 70], options: { tile: 32, context: 8, feather: 8 } },
  {
    what: 'transparency',
    model: 'twice',
    size: [33, 40],
    opaque: false,
    options: { tile: 32, context: 4, feather: 4 },
  },
  {
    what: 'beyond black and white',
    model: 'bright',
    size: [40, 36],
    options: { tile: 32, context: 8, feather: 8 },
  },
  {
    what: 'a smaller scale than the model’s',
    model: 'four-times',
    size: [35, 41],
    options: { tile: 32, context: 8, feather: 8, scale: 2 },
  },
];

const table = onePage(
  Object.entries(TOYS).map(([id, toy]: [string, ToyOptions]) => ({
    id,
    bytes: toyModel(toy),
    claims: { scale: toy.scale ?? 2 },
  })),
);

for (const { what, model, size, opaque = true, options } of CASES) {
  test(`16 bits on both backends equal one run over the whole picture: ${what}`, async () => {
    const picture = slopes(...size, opaque);
    const whole = wholeAnswer(picture, TOYS[model], options.scale);
    const results: DeepPixels[] = [];
    for (const backend of BACKENDS) {
      const job = await upscaleDeep(table().page, picture, { options: { ...options, model, backend } });
      expect(job.report).toMatchObject({ backend, precision: 'float32', tilesRedone: 0 });
      expect(levelsApart(job.pixels, whole), backend).toBeLessThanOrEqual(MOST_LEVELS_APART);
      results.push(job.pixels);
    }
    const [gpu, cpu] = results as [DeepPixels, DeepPixels];
    expect(levelsApart(gpu, cpu)).toBeLessThanOrEqual(MOST_LEVELS_APART);
    if (size[0] > 60) expect(levelsIn(gpu, 0)).toBeGreaterThan(1000);
    const { gpuErrors } = await workerCounts(table().page);
    expect(gpuErrors).toEqual([]);
  });
}

/** The eight bytes of each finished pixel, and for each tile 32 of figures. */
const MOST_READ_PER_OUTPUT_PX = 8.02;

test('each pixel of 16 bits goes over the bus once each way', async () => {
  const { page } = table();
  const [side, tile, context] = [96, 48, 8];
  const options = { model: 'twice', backend: 'webgpu', tile, context, feather: 8 } as const;
  await setFaults(page, {});
  const { report } = await upscaleDeep(page, slopes(side, side), { options });
  const { traffic, gpuErrors } = await workerCounts(page);
  expect(report).toMatchObject({ backend: 'webgpu', tilesRun: 4, tilesRedone: 0 });
  expect(gpuErrors).toEqual([]);
  const outputPx = (2 * side) ** 2;
  expect(traffic.copiedForReadingBytes / outputPx).toBeGreaterThanOrEqual(8);
  expect(traffic.copiedForReadingBytes / outputPx).toBeLessThanOrEqual(MOST_READ_PER_OUTPUT_PX);
  expect(traffic.mappedForReadingBytes).toBe(traffic.copiedForReadingBytes);
  // With what tiles share, and parameters, tables and the toy's weights.
  const readPx = (2 * (tile + context)) ** 2;
  const upBytes = traffic.writtenBytes + traffic.mappedForWritingBytes;
  expect(upBytes).toBeGreaterThanOrEqual(8 * readPx);
  expect(upBytes).toBeLessThanOrEqual(8 * readPx + 50_000);
});
