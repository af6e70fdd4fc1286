import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startServer } from '../../scripts/serve.mjs';
import { RUNTIME_CACHE } from '../../src/base/cache-names.ts';
import { copyOfBuild, waitUntilKept } from './app.ts';

test('a new version waits until the person agrees, then replaces the old and what it kept', async ({
  page,
}) => {
  const build = copyOfBuild();
  const server = await startServer({ port: 0, root: build.root });
  try {
    await page.goto(server.url);
    await waitUntilKept(page);
    const before = await page.evaluate(async (name) => {
      const cache = await caches.open(name);
      const kept = (await cache.keys()).length;
      // What an older build might have left.
      await cache.put('assets/ort-wasm-of-old.wasm', new Response('old'));
      Object.assign(globalThis, { sameVisit: true });
      return kept;
    }, RUNTIME_CACHE);

    appendFileSync(join(build.root, 'service-worker.js'), '\n// another version\n');
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    const apply = page.getByRole('button', { name: /update|new version|reload/i });
    await expect(apply).toBeVisible();
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting?.state)).toBe(
      'installed',
    );
    expect(await page.evaluate(() => 'sameVisit' in globalThis), 'nothing reloads by itself').toBe(true);

    await Promise.all([page.waitForEvent('load'), apply.click()]);
    await expect.poll(() => page.evaluate(() => 'sameVisit' in globalThis)).toBe(false);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull();
    const urls = () =>
      page.evaluate(
        async (name) => (await (await caches.open(name)).keys()).map((one) => one.url),
        RUNTIME_CACHE,
      );
    await expect.poll(urls).not.toContainEqual(expect.stringContaining('of-old'));
    expect(await urls(), 'what this build still needs stays').toHaveLength(before);
  } finally {
    await server.close();
    build.remove();
  }
});
