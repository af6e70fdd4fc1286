import { type BrowserContext, expect, test } from '@playwright/test';
import { RUNTIME_CACHE } from '../../src/base/cache-names.ts';
import { endWorker, failedUpscale, openApp, upscale } from '../fixtures/app.ts';
import {
  injectFaults,
  loseWorkerScript,
  setFaults,
  type WorkerFaults,
  workerCounts,
} from '../fixtures/faults.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

const INPUT = {
  file: encodePng(photoLike(60, 50, 13)),
  options: { model: 'fast-2x', backend: 'wasm' },
} as const;

test('the worker script cannot be fetched: an error, and the page works once it can', async ({
  page,
  context,
}) => {
  const giveBack = await loseWorkerScript(context);
  await openApp(page);
  const error = await failedUpscale(page, INPUT);
  expect(error.code).toBe('runtime-unavailable');
  await giveBack();
  const { report } = await upscale(page, INPUT);
  expect(report).toMatchObject({ backend: 'wasm', workersLost: 0 });
});

test('where service workers are blocked, the console holds no error', async ({ page }) => {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', ({ message }) => said.push(message));
  await openApp(page);
  // Said by the automation that blocks them, when Tessera asks: nothing comes of it, and later.
  await expect.poll(() => said.join(' ')).toContain('Service Worker registration blocked');
  await page.waitForLoadState('networkidle');
  expect(said.filter((text) => !text.includes('Service Worker registration blocked'))).toEqual([]);
});

const LOST_FILES = [
  {
    what: 'the runtime’s WASM',
    address: '**/assets/ort-wasm-simd-threaded-*.wasm',
    code: 'runtime-unavailable',
  },
  {
    what: 'the runtime’s glue',
    address: '**/assets/ort-wasm-simd-threaded-*.mjs',
    code: 'runtime-unavailable',
  },
  { what: 'the runtime’s script', address: '**/assets/ort.wasm.min-*.js', code: 'runtime-unavailable' },
  { what: 'the model', address: '**/models/fast-2x.onnx?*', code: 'model-missing' },
] as const;

for (const { what, address, code } of LOST_FILES) {
  test(`${what} cannot be fetched: an error, and the page works once it can`, async ({ page, context }) => {
    const way = await unsureRoute(context, address);
    await openApp(page);
    for (const how of ['no-connection', 'not-found'] as const) {
      way.is = how;
      const error = await failedUpscale(page, INPUT);
      expect(error.code).toBe(code);
    }
    way.is = 'whole';
    const { report } = await upscale(page, INPUT);
    expect(report.backend).toBe('wasm');
  });
}

test('the catalog cannot be fetched any more: an error, and the page works once it can', async ({
  page,
  context,
}) => {
  const way = await unsureRoute(context, '**/models/catalog.json');
  await openApp(page);
  for (const [how, code] of [
    ['no-connection', 'model-missing'],
    ['not-found', 'model-missing'],
    ['unknown-catalog', 'model-corrupt'],
  ] as const) {
    way.is = how;
    expect((await failedUpscale(page, INPUT)).code).toBe(code);
  }
  way.is = 'whole';
  expect((await upscale(page, INPUT)).report.backend).toBe('wasm');
});

test('a page in place of the runtime or the model is an error, and is not kept', async ({
  page,
  context,
}) => {
  // What a host answers that knows no missing files, or the sign-in page of a hotel.
  const places = [
    ['**/assets/ort-wasm-simd-threaded-*.wasm', /runtime-unavailable/],
    ['**/assets/ort-wasm-simd-threaded-*.mjs', /runtime-unavailable/],
    ['**/models/fast-2x.onnx?*', /model-(corrupt|missing)/],
  ] as const;
  const ways = new Map<string, UnsureWay>();
  for (const [address] of places) ways.set(address, await unsureRoute(context, address));
  await openApp(page);
  for (const [address, code] of places) {
    const way = ways.get(address);
    if (!way) throw new Error(`no way to ${address}`);
    way.is = 'another-page';
    expect((await failedUpscale(page, INPUT)).code).toMatch(code);
    way.is = 'whole';
    expect(await page.evaluate(keptPages, RUNTIME_CACHE), 'pages kept').toEqual([]);
    expect((await upscale(page, INPUT)).report.backend).toBe('wasm');
    await page.evaluate((name) => caches.delete(name), RUNTIME_CACHE);
    await endWorker(page);
  }
});

/** Runs in the page: addresses under which a page of HTML is kept. */
async function keptPages(name: string): Promise<string[]> {
  const kept = await caches.open(name);
  const found: string[] = [];
  for (const { url } of await kept.keys()) {
    const type = (await kept.match(url))?.headers.get('content-type') ?? '';
    if (type.startsWith('text/html')) found.push(url);
  }
  return found;
}

test('a kept model that was damaged is fetched again', async ({ page }) => {
  await openApp(page);
  const { report } = await upscale(page, INPUT);
  await page.evaluate(async (name) => {
    const kept = await caches.open(name);
    const requests = (await kept.keys()).filter(({ url }) => url.includes('fast-2x.onnx'));
    if (requests.length !== 1) throw new Error(`${requests.length} models are kept`);
    await kept.put(requests[0] as Request, new Response('rust'));
  }, RUNTIME_CACHE);
  await endWorker(page);
  const again = await upscale(page, INPUT);
  expect(again.report.model).toEqual(report.model);
});

test('an unknown model and bad options are errors', async ({ page }) => {
  await openApp(page);
  const unknown = await failedUpscale(page, { ...INPUT, options: { model: 'none-such' } });
  expect(unknown.code).toBe('unknown-model');
  expect(unknown.nextStep).toContain('fast-2x');
  for (const options of [
    { tile: 16 },
    { tile: 2000 },
    { scale: 3 },
    { context: 1 },
    { feather: 3 },
    { quality: 0 },
  ]) {
    const error = await failedUpscale(page, { ...INPUT, options: { ...INPUT.options, ...options } });
    expect(error).toMatchObject({ code: 'bad-option', details: { option: Object.keys(options)[0] } });
  }
});

const PLATFORM: readonly { what: string; faults: WorkerFaults; code: string; format?: 'jpeg' }[] = [
  { what: 'no memory to decode', faults: { createImageBitmap: 'no-memory' }, code: 'out-of-memory' },
  {
    what: 'no memory to encode',
    faults: { convertToBlob: 'no-memory' },
    code: 'out-of-memory',
    format: 'jpeg',
  },
  {
    what: 'an encoder that breaks',
    faults: { convertToBlob: 'broken' },
    code: 'encode-failed',
    format: 'jpeg',
  },
  { what: 'no canvas to decode', faults: { refuseCanvas: { minWidth: 1 } }, code: 'out-of-memory' },
  { what: 'no canvas for the result', faults: { refuseCanvas: { minWidth: 100 } }, code: 'output-too-large' },
];

test('the browser fails at reading, drawing or writing: coded errors, and the page works on', async ({
  page,
  context,
}) => {
  await injectFaults(context);
  await openApp(page);
  for (const { what, faults, code, format = 'png' } of PLATFORM) {
    await test.step(what, async () => {
      expect((await upscale(page, INPUT)).report.backend).toBe('wasm');
      await setFaults(page, faults);
      const asked = { ...INPUT, options: { ...INPUT.options, format } } as const;
      expect((await failedUpscale(page, asked)).code).toBe(code);
      await setFaults(page, {});
    });
  }
  expect((await upscale(page, INPUT)).report.backend).toBe('wasm');
  expect((await workerCounts(page)).strikes).toBe(0);
});

test('a tab that is hidden during the job finishes it', async ({ page, context }) => {
  await openApp(page);
  await page.exposeFunction('hideTab', async () => {
    await (await context.newPage()).bringToFront();
  });
  const { report, end } = await upscale(page, {
    file: encodePng(photoLike(190, 160, 11)),
    options: { ...INPUT.options, tile: 64 },
    disturb: { tile: 2, act: 'hide-tab' },
  });
  expect(report).toMatchObject({ backend: 'wasm', tilesRun: 9, workersLost: 0 });
  expect(end.tilesAfter).toBe(7);
  expect(await page.evaluate(() => document.visibilityState)).toBe('hidden');
});

type UnsureWay = { is: 'whole' | 'no-connection' | 'not-found' | 'another-page' | 'unknown-catalog' };

/**
 * A way to some address that a test breaks and mends. One route for all of it: Playwright 1.65 may wait for ever to tell the
 * workers of an ended worker of another one.
 */
async function unsureRoute(context: BrowserContext, address: string): Promise<UnsureWay> {
  const way: UnsureWay = { is: 'whole' };
  await context.route(address, (route) => {
    if (way.is === 'whole') return route.fallback();
    if (way.is === 'no-connection') return route.abort('connectionfailed');
    if (way.is === 'not-found') return route.fulfill({ status: 404, body: 'Nothing is here.' });
    if (way.is === 'unknown-catalog') return route.fulfill({ json: { models: [{ id: 'x' }] } });
    return route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><p>Welcome to our hotel.</p>',
    });
  });
  return way;
}
