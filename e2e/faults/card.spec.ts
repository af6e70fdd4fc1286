import { type BrowserContext, expect, test } from '@playwright/test';
import { RUNTIME_CACHE } from '../../src/base/cache-names.ts';
import { failedUpscale, openApp, upscale } from '../fixtures/app.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';

/**
 * The promise: a graphics card that is there but cannot be used, and a runtime that was kept damaged, stop nobody who did not ask
 * for them.
 */

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

const INPUT = { file: encodePng(photoLike(24, 20, 7)), options: { model: 'fast-2x' } } as const;
const ON_WASM = { ...INPUT, options: { ...INPUT.options, backend: 'wasm' } } as const;
const ON_WEBGPU = { ...INPUT, options: { ...INPUT.options, backend: 'webgpu' } } as const;

test('a card that gives no device: the processor does the work, and the report says why', async ({
  page,
  context,
}) => {
  await withCard(context, () => ({
    features: new Set(),
    limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 },
    info: { vendor: 'acme', architecture: 'one', description: 'Acme One' },
    requestDevice: () => Promise.reject(new DOMException('Instance dropped', 'OperationError')),
  }));
  await openApp(page);
  const { report } = await upscale(page, INPUT);
  expect(report.backend).toBe('wasm');
  expect(report.warnings).toContainEqual({
    code: 'webgpu-absent',
    message: expect.stringContaining('gave no device (Instance dropped)'),
  });
  expect((await failedUpscale(page, ON_WEBGPU)).code).toBe('backend-unavailable');
});

test('a card that never answers: no job waits for it that was given to the processor, others not for long', async ({
  page,
  context,
}) => {
  await withCard(context, () => new Promise(() => undefined), 10_000);
  await openApp(page);
  for (const input of [ON_WASM, INPUT]) expect((await upscale(page, input)).report.backend).toBe('wasm');
  const { report } = await upscale(page, INPUT);
  expect(report.warnings.map(({ message }) => message).join()).toContain('did not answer within 10 s');
});

test('a runtime that was kept damaged is fetched anew', async ({ page }) => {
  await openApp(page);
  await upscale(page, ON_WASM);
  const damaged = await page.evaluate(async (name) => {
    const cache = await caches.open(name);
    const files = (await cache.keys()).filter(({ url }) => url.endsWith('.wasm'));
    const headers = { 'content-type': 'application/wasm' };
    for (const file of files) await cache.put(file, new Response('no program at all', { headers }));
    return files.length;
  }, RUNTIME_CACHE);
  expect(damaged).toBe(1);
  await page.reload();
  expect((await upscale(page, ON_WASM)).report.backend).toBe('wasm');
  const kept = await page.evaluate(async (name) => {
    const cache = await caches.open(name);
    const [file] = (await cache.keys()).filter(({ url }) => url.endsWith('.wasm'));
    return file ? (await (await cache.match(file))?.arrayBuffer())?.byteLength : 0;
  }, RUNTIME_CACHE);
  expect(kept).toBeGreaterThan(1e6);
});

/**
 * Puts a card of the test's into every worker of a job.
 * @param shortenedMs a time for which nobody waits in this test
 */
async function withCard(
  context: BrowserContext,
  requestAdapter: () => unknown,
  shortenedMs = -1,
): Promise<void> {
  await context.route('**/assets/upscale.worker-*.js', async (route) => {
    const response = await route.fetch();
    const prelude = `
      Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => (${requestAdapter})() } });
      const later = setTimeout;
      globalThis.setTimeout = (work, ms, ...rest) => later(work, ms === ${shortenedMs} ? 50 : ms, ...rest);
    `;
    await route.fulfill({
      response,
      headers: { ...response.headers(), 'cache-control': 'no-store' },
      body: `${prelude}\n${await response.text()}`,
    });
  });
}
