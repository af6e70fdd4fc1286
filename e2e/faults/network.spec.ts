import { expect, type Page, test } from '@playwright/test';
import { failedUpscale, largestDifference, openApp, type ResultPixels, upscale } from '../fixtures/app.ts';
import { injectFaults, setFaults, type WorkerFaults, workerCounts } from '../fixtures/faults.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { upscaleThroughHang } from '../fixtures/silence.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

/**
 * The promise: whatever the worker does in which the processor runs a network, a job ends with a whole picture or with one
 * clear error, and the next job works. The rows are in docs/testing.md.
 */

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

/** Three columns and three rows of tiles of 64. */
const INPUT = {
  file: encodePng(photoLike(190, 160, 51)),
  options: { model: 'toy', backend: 'wasm', tile: 64, context: 4 },
} as const;
const MIB = 2 ** 20;
const MODELS = [
  { id: 'toy', bytes: toyModel() },
  { id: 'large', bytes: toyModel({ ballast: 60 * MIB }) },
];

test('the script of the network’s worker is not there: an error, and the page works once it is', async ({
  page,
  context,
}) => {
  await injectFaults(context, (start) => (start === 0 ? { loseNetworkScript: true } : {}));
  await serveModels(context, MODELS);
  await openApp(page);
  expect((await failedUpscale(page, INPUT)).code).toBe('runtime-unavailable');
  expect((await upscale(page, INPUT)).report).toMatchObject({ backend: 'wasm', tilesRun: 9, workersLost: 0 });
});

test('a run rejected once for no known reason is tried again in another worker', async ({
  page,
  context,
}) => {
  await injectFaults(context);
  const pixels = await ordinary(page);
  for (const after of [0, 4]) {
    await setFaults(page, { failAnswers: { after, times: 1 } });
    const end = await upscale(page, INPUT);
    expect(end.report).toMatchObject({ backend: 'wasm', tileSizesTried: [64], workersLost: 0 });
    expect(end.report.tilesRun - end.report.tilesRedone).toBe(9);
    expect((await workerCounts(page)).networksStarted, 'workers started for it').toBe(1);
    expect(largestDifference(end.pixels, pixels)).toBeLessThanOrEqual(1);
    await expectOrdinary(page, pixels);
  }
});

test('runs rejected again and again: an error that names the place and the runtime’s words', async ({
  page,
  context,
}) => {
  const broken = (after: number): WorkerFaults => ({ failAnswers: { after, times: 1000 } });
  // The third tile is the last of the first row of tiles.
  await injectFaults(context, (start, network) =>
    start > 0 || network === null ? {} : broken(network === 0 ? 4 : 0),
  );
  await serveModels(context, MODELS);
  await openApp(page);
  const error = await failedUpscale(page, INPUT);
  expect(error).toMatchObject({ code: 'run-failed', details: { backend: 'wasm', row: 50 } });
  expect(error.message).toContain('source row 50: ');
  expect(error.message).toContain('The platform said nothing of use');
  const { pixels } = await upscale(page, INPUT);
  await expectOrdinary(page, pixels);
});

test('a heap that is too small for the model: one clear error', async ({ page, context }) => {
  await injectFaults(context, () => ({ maxHeapBytes: 48 * MIB }));
  const pixels = await ordinary(page);
  const error = await failedUpscale(page, { ...INPUT, options: { ...INPUT.options, model: 'large' } });
  expect(error.code).toBe('out-of-memory');
  expect(error.message).toContain('4 GiB');
  await expectOrdinary(page, pixels);
});

test('a tile that is larger than the heap: smaller ones', async ({ page, context }) => {
  await injectFaults(context, () => ({ maxHeapBytes: 24 * MIB }));
  await serveModels(context, MODELS);
  await openApp(page);
  // The input of a tile of 1024 has 12 MB, its answer 48 MB.
  const input = { file: encodePng(photoLike(1000, 1000, 52)), options: { ...INPUT.options, tile: 1024 } };
  const { report } = await upscale(page, input);
  expect(report.tileSizesTried.length).toBeGreaterThan(1);
  expect(report).toMatchObject({ backend: 'wasm', workersLost: 0 });
  const { networksAlive } = await workerCounts(page);
  expect(networksAlive).toBe(1);
});

test('the network’s worker hangs in a run: the watch replaces both', async ({ page, context }) => {
  await injectFaults(context);
  await page.clock.install();
  const pixels = await ordinary(page);
  await setFaults(page, { hangInRun: { after: 4 } });
  const end = await upscaleThroughHang(page, INPUT);
  expect(end.report).toMatchObject({ backend: 'wasm', tileSizesTried: [64], workersLost: 1 });
  expect(end.end.messages.join()).toContain('stopped answering');
  expect(largestDifference(end.pixels, pixels)).toBeLessThanOrEqual(1);
  await expectOrdinary(page, pixels);
});

test('the network’s worker ends without a word: another one goes on at once', async ({ page, context }) => {
  await injectFaults(context);
  const pixels = await ordinary(page);
  await setFaults(page, { endInRun: { after: 4 } });
  const end = await upscale(page, INPUT);
  expect(end.report).toMatchObject({ backend: 'wasm', tileSizesTried: [64], workersLost: 0 });
  expect(largestDifference(end.pixels, pixels)).toBeLessThanOrEqual(1);
  await expectOrdinary(page, pixels);
});

test('two jobs at once: the second one is refused, the first one finishes', async ({ page, context }) => {
  await injectFaults(context);
  const pixels = await ordinary(page);
  const end = await upscale(page, { ...INPUT, disturb: { tile: 1, act: 'start-another' } });
  expect(end.end.other).toBe('busy');
  expect(end.report).toMatchObject({ tilesRun: 9, tilesRedone: 0 });
  await expectOrdinary(page, pixels);
});

async function ordinary(page: Page): Promise<ResultPixels> {
  await serveModels(page.context(), MODELS);
  await openApp(page);
  return (await upscale(page, INPUT)).pixels;
}

/** An ordinary job works as before, and one worker of a network is alive after it. */
async function expectOrdinary(page: Page, pixels: ResultPixels): Promise<void> {
  const after = await upscale(page, INPUT);
  expect(after.report).toMatchObject({ backend: 'wasm', tileSizesTried: [64], tilesRun: 9, tilesRedone: 0 });
  expect(largestDifference(after.pixels, pixels)).toBeLessThanOrEqual(1);
  expect((await workerCounts(page)).networksAlive).toBe(1);
}
