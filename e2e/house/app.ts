import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { RUNTIME_CACHE } from '../../src/base/cache-names.ts';
import type { JobReport, UpscaleOptions } from '../../src/worker/protocol.ts';

/** What `upscaleDrawing` hands back, as far as it can leave the page. */
export type DrawnResult = { readonly bytes: number; readonly type: string; readonly report: JobReport };

type PageApi = {
  readonly ready: Promise<void>;
  upscale(file: File, options: UpscaleOptions): Promise<{ blob: Blob; report: JobReport }>;
};

/** Draws a small picture in the page and upscales it through the page API. */
export async function upscaleDrawing(page: Page, width: number, height: number, options: UpscaleOptions) {
  return page.evaluate(
    async ({ width, height, options }): Promise<DrawnResult> => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no 2D canvas');
      context.fillStyle = '#3a6ea5';
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#f2b134';
      context.fillRect(0, 0, width / 2, height / 2);
      const file = new File([await canvas.convertToBlob()], 'drawn.png', { type: 'image/png' });
      const { tessera } = globalThis as unknown as { tessera: PageApi };
      await tessera.ready;
      const { blob, report } = await tessera.upscale(file, options);
      return { bytes: blob.size, type: blob.type, report };
    },
    { width, height, options },
  );
}

/** Waits until the page has kept all that working offline needs: its shell, a runtime and every built-in model. */
export async function waitUntilKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(missingOffline, RUNTIME_CACHE), { timeout: 60_000 }).toEqual([]);
}

/** Runs in the page: what is not there yet. */
async function missingOffline(cacheName: string): Promise<string[]> {
  if (!navigator.serviceWorker.controller) return ['the service worker'];
  const { models } = (await fetch('models/catalog.json').then((response) => response.json())) as {
    models: { file: string; sha256: string }[];
  };
  const kept = (await (await caches.open(cacheName)).keys()).map((request) => request.url);
  const needed = ['.wasm', '.mjs', ...models.map(({ file, sha256 }) => `${file}?sha256=${sha256}`)];
  return needed.filter((part) => !kept.some((url) => url.includes(part)));
}

/** Takes away the network, and what the browser's own HTTP cache holds, which would hide that a file is not kept. */
export async function goOffline(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.clearBrowserCache');
  await page.context().setOffline(true);
}

/** A copy of the build that a test may change, and the way to take it away again. */
export function copyOfBuild(): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'tessera-build-'));
  cpSync('dist', root, { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
