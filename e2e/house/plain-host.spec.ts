import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { upscaleDrawing, waitUntilKept } from './app.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

let host: Server;
let address = '';

/** A host that sets no header but the type, such as GitHub Pages. */
test.beforeAll(async () => {
  host = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join('dist', pathname === '/' ? 'index.html' : pathname);
    if (!existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((done) => host.listen(0, 'localhost', done));
  address = `http://localhost:${(host.address() as AddressInfo).port}/`;
});

test.afterAll(() => {
  host.closeAllConnections();
  host.close();
});

test('on a host without headers: one thread at the first visit, several from the second on', async ({
  page,
}) => {
  await page.goto(address);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  const first = await upscaleDrawing(page, 24, 18, { model: 'fast-2x', backend: 'wasm' });
  expect(first.report.threads).toBe(1);
  expect(first.report.warnings.map(({ code }) => code)).toContain('single-thread');

  await waitUntilKept(page);
  await page.reload();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const second = await upscaleDrawing(page, 24, 18, { model: 'fast-2x', backend: 'wasm' });
  expect(second.report.threads).toBeGreaterThan(1);
});
