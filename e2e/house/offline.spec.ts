import { expect, test } from '@playwright/test';
import { startServer } from '../../scripts/serve.mjs';
import { goOffline, upscaleDrawing, waitUntilKept } from './app.ts';

for (const base of ['/', '/deep/path/']) {
  test(`after one visit, Tessera below ${base} upscales without a network`, async ({ page }) => {
    const server = await startServer({ port: 0, base });
    try {
      await page.goto(server.url);
      await waitUntilKept(page);
      await goOffline(page);
    } finally {
      // Emulated absence does not reach every worker; a server that is gone does.
      await server.close();
    }
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });

    await page.goto(`${server.url}?model=fast-2x&backend=wasm`);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const { report, bytes, type } = await upscaleDrawing(page, 70, 45, {
      model: 'fast-2x',
      backend: 'wasm',
      tile: 32,
    });

    expect(report.output).toMatchObject({ width: 140, height: 90, bytes });
    expect(report.backend).toBe('wasm');
    expect(report.threads, 'threads need isolation, which has to come out of the cache too').toBeGreaterThan(
      1,
    );
    expect(type).toBe('image/png');
    expect(problems).toEqual([]);
  });
}

test('every built-in model is there without a network', async ({ page }) => {
  await page.goto('/');
  await waitUntilKept(page);
  await goOffline(page);
  await page.reload();
  for (const [model, scale] of [
    ['photo-4x', 4],
    ['photo-2x', 2],
    ['fast-2x', 2],
  ] as const) {
    const { report } = await upscaleDrawing(page, 20, 15, { model, backend: 'wasm' });
    expect(report.output).toMatchObject({ width: 20 * scale, height: 15 * scale });
    expect(report.model.id).toBe(model);
  }
});
