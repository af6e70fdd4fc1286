import { expect, test } from '@playwright/test';
import { endWorker, failedUpscale, largestDifference, openApp, runJob, upscale } from '../fixtures/app.ts';
import { injectFaults, workerCounts } from '../fixtures/faults.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { upscaleThroughHang } from '../fixtures/silence.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

/** Three columns and three rows of tiles of 64. */
const INPUT = {
  file: encodePng(photoLike(190, 160, 11)),
  options: { model: 'fast-2x', backend: 'wasm', tile: 64 },
} as const;
const MIB = 2 ** 20;

test('WebGPU asked for and absent is an error; not asked for, the processor runs and says so', async ({
  page,
}) => {
  await openApp(page);
  const error = await failedUpscale(page, { ...INPUT, options: { ...INPUT.options, backend: 'webgpu' } });
  expect(error).toMatchObject({ code: 'backend-unavailable', details: { backend: 'webgpu' } });
  const { report } = await upscale(page, { ...INPUT, options: { model: 'fast-2x' } });
  expect(report).toMatchObject({ backend: 'wasm', adapter: 'CPU' });
  expect(report.warnings.map(({ code }) => code)).toEqual(['webgpu-absent']);
});

/** Four rows of three tiles: enough left after two of them for the worker to be ended before it is done. */
const TALL = { ...INPUT, file: encodePng(photoLike(190, 220, 11)) } as const;

test('the worker ended in a job: another one goes on', async ({ page, context }) => {
  await injectFaults(context);
  await openApp(page);
  const undisturbed = await upscale(page, TALL);
  expect(undisturbed.report.backend).toBe('wasm');
  // With no, and with two of four finished rows of tiles.
  for (const tile of [1, 7]) {
    const { report, pixels, end } = await upscale(page, { ...TALL, disturb: { tile, act: 'end-worker' } });
    expect(report).toMatchObject({
      backend: 'wasm',
      model: { id: 'fast-2x' },
      tileSizesTried: [64],
      workersLost: 1,
    });
    expect(report.warnings.map(({ code }) => code)).toEqual(['worker-recovered']);
    // Some more may have been on their way. Each of the twelve is run once, but for those of a row that was broken off.
    expect(report.tilesRun, 'nothing run is left out').toBe(tile + end.tilesAfter);
    expect(report.tilesRun - report.tilesRedone).toBe(12);
    expect(report.tilesRedone).toBeLessThan(3);
    expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
  }
});

/** Rows of ten tiles: the page ends the worker within the first, however late it hears of a tile. */
const WIDE = { ...INPUT, file: encodePng(photoLike(640, 70, 13)) } as const;

test('the worker ended again and again at one place: smaller tiles, then an error', async ({
  page,
  context,
}) => {
  await injectFaults(context);
  await openApp(page);
  const twice = await upscale(page, { ...WIDE, disturb: { tile: 1, act: 'end-worker', times: 2 } });
  expect(twice.report).toMatchObject({ tileSizesTried: [64, 32], workersLost: 2 });
  const error = await failedUpscale(page, { ...WIDE, disturb: { tile: 1, act: 'end-worker', times: 3 } });
  expect(error).toMatchObject({ code: 'worker-lost', details: { losses: 3, tileSizesTried: [64, 32] } });
  expect((await upscale(page, INPUT)).report).toMatchObject({ backend: 'wasm', workersLost: 0 });
});

test('the worker ended between two jobs: the second one gets another', async ({ page }) => {
  await openApp(page);
  const { pixels } = await upscale(page, INPUT);
  await endWorker(page);
  const after = await upscale(page, INPUT);
  expect(after.report).toMatchObject({ backend: 'wasm', tileSizesTried: [64] });
  expect(largestDifference(after.pixels, pixels)).toBeLessThanOrEqual(1);
});

test('a job cancelled while its worker hangs ends at once, and a new one works', async ({
  page,
  context,
}) => {
  await injectFaults(context);
  await openApp(page);
  const started = Date.now();
  const end = await runJob(page, { ...INPUT, disturb: { tile: 2, act: 'hang-and-abort' } });
  expect(end.error?.code).toBe('AbortError');
  expect(Date.now() - started, 'long before the watch would').toBeLessThan(15_000);
  expect((await upscale(page, INPUT)).report).toMatchObject({ backend: 'wasm', workersLost: 0 });
});

test('the worker hung in a job: the watch replaces it', async ({ page, context }) => {
  await injectFaults(context);
  await page.clock.install();
  await openApp(page);
  const hung = { ...INPUT, disturb: { tile: 4, act: 'hang-worker' } } as const;
  const { report, pixels } = await upscaleThroughHang(page, hung);
  expect(report).toMatchObject({ backend: 'wasm', tileSizesTried: [64], workersLost: 1 });
  const undisturbed = await upscale(page, INPUT);
  expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
});

test('the WASM heap is full: another network’s worker finishes with smaller tiles', async ({
  page,
  context,
}) => {
  await injectFaults(context, () => ({ maxHeapBytes: 48 * MIB }));
  await openApp(page);
  const input = { file: encodePng(photoLike(420, 400, 12)), options: { ...INPUT.options, tile: 512 } };
  const { report, pixels } = await upscale(page, input);
  expect(report).toMatchObject({
    backend: 'wasm',
    model: { id: 'fast-2x' },
    tileSizesTried: [512, 256],
    workersLost: 0,
    tilesRun: 4,
    tilesRedone: 0,
  });
  expect(report.warnings.map(({ code }) => code)).toEqual(['tile-halved']);
  const { heapBytes, networksStarted, networksAlive } = await workerCounts(page);
  expect({ networksStarted, networksAlive }).toEqual({ networksStarted: 2, networksAlive: 1 });
  expect(heapBytes, 'the network’s worker is watched').toBeGreaterThan(16 * MIB);
  expect(heapBytes).toBeLessThanOrEqual(48 * MIB);
  const asked = await upscale(page, { ...input, options: { ...INPUT.options, tile: 256 } });
  expect(largestDifference(pixels, asked.pixels)).toBeLessThanOrEqual(1);
});

test('no memory for rows in the middle of the picture: a new worker goes on from the finished ones', async ({
  page,
  context,
}) => {
  // A finished row of tiles has 149 kB; the decoded picture, 122 kB, comes before.
  const faults = { refuseRows: { minBytes: 125_000, after: 1, times: 1 } };
  await injectFaults(context, (start) => (start === 0 ? faults : {}));
  await serveModels(context, [{ id: 'toy', bytes: toyModel() }]);
  await openApp(page);
  const input = { file: INPUT.file, options: { backend: 'wasm', tile: 64, context: 4 } } as const;
  const { report, pixels, end } = await upscale(page, input);
  const undisturbed = await upscale(page, input);
  expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
  // The first row of three tiles is finished; the fourth tile ran for nothing; six by four smaller ones follow.
  expect(report).toMatchObject({
    backend: 'wasm',
    tileSizesTried: [64, 32],
    workersLost: 0,
    tilesRun: 3 + 1 + 24,
    tilesRedone: 1,
  });
  expect(end.messages.join()).toContain('32 instead of 64');
});

test('the WASM heap is always full: the error names each size, and the page works on', async ({
  page,
  context,
}) => {
  await injectFaults(context, (start) => (start === 0 ? { maxHeapBytes: 32 * MIB } : {}));
  await serveModels(context, [{ id: 'toy', bytes: toyModel({ copies: 4000 }) }]);
  await openApp(page);
  const input = {
    file: encodePng(photoLike(128, 40)),
    options: { backend: 'wasm', tile: 128, context: 4 },
  } as const;
  const error = await failedUpscale(page, input);
  expect(error).toMatchObject({ code: 'out-of-memory', details: { tileSizesTried: [128, 64, 32] } });
  expect(error.message).toContain('128, 64, 32');
  expect(error.message).toContain('4 GiB');
  const { report } = await upscale(page, { ...input, options: { ...input.options, tile: 32 } });
  expect(report).toMatchObject({ backend: 'wasm', tileSizesTried: [32] });
});
