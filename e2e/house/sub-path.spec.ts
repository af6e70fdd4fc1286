import { expect, test } from '@playwright/test';
import { startServer } from '../../scripts/serve.mjs';
import { upscaleDrawing } from './app.ts';

test('Tessera works below a path, and asks for nothing outside of it', async ({ page, context }) => {
  const server = await startServer({ port: 0, base: '/deep/path/' });
  const outside: string[] = [];
  // Of the context: requests of workers and of the service worker, too.
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(server.url) && !/^(?:blob|data):/.test(url)) outside.push(url);
  });
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  try {
    await page.goto(server.url);
    const { report } = await upscaleDrawing(page, 33, 21, {
      model: 'fast-2x',
      backend: 'wasm',
      format: 'webp',
    });
    expect(report.output).toMatchObject({ format: 'webp', width: 66, height: 42 });
    expect(outside, 'requests that leave the path').toEqual([]);
    expect(refused, 'console errors, such as those of the content policy').toEqual([]);
  } finally {
    await server.close();
  }
});

test('the content policy holds: another origin cannot be asked', async ({ page }) => {
  await page.goto('/');
  const answer = await page.evaluate(() =>
    fetch('https://example.org/').then(
      () => 'answered',
      (error: Error) => error.name,
    ),
  );
  expect(answer).toBe('TypeError');
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("default-src 'self'");
});
