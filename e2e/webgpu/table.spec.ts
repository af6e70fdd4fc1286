import { expect, type Page, test } from '@playwright/test';
import {
  failedUpscale,
  type JobInput,
  largestDifference,
  openApp,
  type ResultPixels,
  upscale,
} from '../fixtures/app.ts';
import { destroyDevices, injectFaults, setFaults, workerCounts } from '../fixtures/faults.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { upscaleThroughHang } from '../fixtures/silence.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

/**
 * The promise: whatever WebGPU or its runtime do, a job ends with a whole picture or with one clear error, and leaves
 * nothing behind. The rows are in docs/testing.md; those of memory, lost devices and models are in specs of their own.
 */

/** Two columns and two rows of tiles of 64. */
const INPUT = {
  file: encodePng(photoLike(66, 66, 41)),
  options: { backend: 'webgpu', tile: 64, context: 4 },
} as const;

const toy = { id: 'toy', bytes: toyModel() };
const table = onePage([
  toy,
  { id: 'bad', bytes: toyModel({ misshapen: true }) },
  { id: 'half', bytes: toyModel({ half: true }) },
]);

type Ordinary = { readonly pixels: ResultPixels; readonly gpuBytesAlive: number };

test('a run rejected once for no known reason is tried again on the card', async () => {
  const { page } = table();
  const ordinary = await ordinaryJob(page);
  for (const afterTiles of [1, 3]) {
    await setFaults(page, { unknownError: { afterTiles, times: 1 } });
    const { report, pixels } = await upscale(page, INPUT);
    expect((await workerCounts(page)).strikes).toBe(1);
    expect(report).toMatchObject({ backend: 'webgpu', tileSizesTried: [64], devicesLost: 0, workersLost: 0 });
    expect(report.tilesRedone).toBeLessThanOrEqual(2);
    expect(largestDifference(pixels, ordinary.pixels)).toBeLessThanOrEqual(1);
    await expectAsBefore(page, ordinary);
  }
});

test('runs rejected again and again on the card: the processor takes over', async () => {
  const { page } = table();
  const ordinary = await ordinaryJob(page);
  for (const afterTiles of [1, 2]) {
    await setFaults(page, { unknownError: { afterTiles, times: 1000 } });
    const { report, pixels, end } = await upscale(page, INPUT);
    expect(report).toMatchObject({ backend: 'wasm', adapter: 'CPU', tileSizesTried: [64] });
    expect(report.warnings.map(({ code }) => code)).toContain('processor-took-over');
    expect(end.messages.at(-1)).toContain('could not run the model, so the processor');
    if (afterTiles === 2) expect(end.messages.at(-1)).toContain('row 30');
    expect(report.tilesRun - report.tilesRedone, 'finished rows are not run again').toBe(4);
    expect(largestDifference(pixels, ordinary.pixels)).toBeLessThanOrEqual(1);
    await expectAsBefore(page, ordinary);
  }
});

test('a runtime that ends itself in a run: the job finishes, and the next one is on the card again', async () => {
  const { page } = table();
  const ordinary = await ordinaryJob(page);
  await setFaults(page, { throwInRun: { afterTiles: 2, times: 1 } });
  const { report, pixels } = await upscale(page, INPUT);
  expect(report.tilesRun - report.tilesRedone).toBe(4);
  expect(report.warnings.length, 'it is told').toBeGreaterThan(1);
  expect(largestDifference(pixels, ordinary.pixels)).toBeLessThanOrEqual(1);
  await expectAsBefore(page, ordinary);
});

test('a network that no backend can run: one error that names the runtime’s words', async () => {
  const { page } = table();
  const ordinary = await ordinaryJob(page);
  for (const backend of ['webgpu', 'wasm'] as const) {
    const error = await failedUpscale(page, {
      ...INPUT,
      options: { ...INPUT.options, model: 'bad', backend },
    });
    expect(error.code).toMatch(/run-failed|model-unsuitable/);
    expect(error.message).toMatch(/reshape|shape/i);
    if (error.code === 'run-failed') expect(error.message).toMatch(/source row 0/);
    await expectAsBefore(page, ordinary);
  }
});

test('a network of half precision on a card without: the processor runs it', async () => {
  const { page } = table();
  const ordinary = await ordinaryJob(page);
  const { report, pixels } = await upscale(page, { ...INPUT, options: { ...INPUT.options, model: 'half' } });
  expect(report).toMatchObject({ backend: 'wasm', tilesRun: 4 });
  expect(report.warnings.map(({ code }) => code)).toContain('processor-took-over');
  // Ten bits of the fraction of a value up to 1.
  expect(largestDifference(pixels, ordinary.pixels)).toBeLessThanOrEqual(2);
  await expectAsBefore(page, ordinary);
});

test('a read-back that never comes: the watch replaces the worker', async ({ page, context }) => {
  await injectFaults(context);
  await serveModels(context, [toy]);
  await page.clock.install();
  await openApp(page);
  const ordinary = await ordinaryJob(page);
  await setFaults(page, { loseReadBack: { afterTiles: 2 } });
  const { report, pixels, end } = await upscaleThroughHang(page, INPUT);
  expect(report).toMatchObject({ backend: 'webgpu', workersLost: 1, devicesLost: 0 });
  expect(end.messages.join()).toContain('stopped answering');
  expect(largestDifference(pixels, ordinary.pixels)).toBeLessThanOrEqual(1);
  await expectAsBefore(page, ordinary);
});

test('a model for which the heap of the card’s runtime is too small: one clear error', async ({
  page,
  context,
}) => {
  const large = { id: 'large', bytes: toyModel({ ballast: 40 * 2 ** 20 }) };
  await injectFaults(context, () => ({ maxHeapBytes: 32 * 2 ** 20 }));
  await serveModels(context, [toy, large]);
  await openApp(page);
  const { pixels } = await upscale(page, INPUT);
  const { gpuBytesAlive } = await workerCounts(page);
  const error = await failedUpscale(page, { ...INPUT, options: { ...INPUT.options, model: 'large' } });
  expect(error).toMatchObject({ code: 'out-of-memory', details: { tileSizesTried: [64, 32] } });
  expect(error.message).toContain('4 GiB');
  await expectAsBefore(page, { pixels, gpuBytesAlive });
});

test('after a device that was lost, a job leaves no more behind than before', async () => {
  const { page } = table();
  const ordinary = await ordinaryJob(page);
  for (const afterTiles of [0, 2, 3]) {
    await setFaults(page, { destroyDevice: { afterTiles, times: 1 } });
    const { report } = await upscale(page, INPUT);
    expect(report.devicesLost).toBe(1);
    await expectAsBefore(page, ordinary);
  }
  await destroyDevices(page);
  await expectAsBefore(page, ordinary);
});

/** What an ordinary job makes of the picture, and what it leaves on the card. */
async function ordinaryJob(page: Page): Promise<Ordinary> {
  await setFaults(page, {});
  const { pixels } = await upscale(page, INPUT);
  const { gpuBytesAlive, gpuErrors } = await workerCounts(page);
  expect(gpuErrors).toEqual([]);
  expect(gpuBytesAlive).toBeGreaterThan(0);
  return { pixels, gpuBytesAlive };
}

/** An ordinary job is on the card again, looks as before, and holds as much of the card as before. */
async function expectAsBefore(page: Page, { pixels, gpuBytesAlive }: Ordinary): Promise<void> {
  await setFaults(page, {});
  const after = await upscale(page, INPUT as JobInput);
  expect(after.report).toMatchObject({
    backend: 'webgpu',
    tileSizesTried: [64],
    tilesRun: 4,
    tilesRedone: 0,
  });
  expect(largestDifference(after.pixels, pixels)).toBeLessThanOrEqual(1);
  const counts = await workerCounts(page);
  expect(counts.gpuErrors).toEqual([]);
  expect(counts.gpuBytesAlive, 'bytes of the card that are held').toBeLessThanOrEqual(gpuBytesAlive);
  expect(counts.networksAlive, 'workers of networks that the card does not need').toBeLessThanOrEqual(1);
}
