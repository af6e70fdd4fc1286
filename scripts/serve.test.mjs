import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choosePort, filePath, startServer } from './serve.mjs';

const root = mkdtempSync(join(tmpdir(), 'tessera-serve-'));
/** @type {import('./serve.mjs').RunningServer} */
let server;

beforeAll(async () => {
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets', 'ort-a.wasm'), new Uint8Array([0, 97, 115, 109]));
  for (const script of ['ort-a.mjs', 'upscale.worker-a1.js', 'models.worker-a1.js'])
    writeFileSync(join(root, 'assets', script), 'export {}');
  writeFileSync(join(root, 'models.worker-a1.js'), 'export {}');
  writeFileSync(join(root, 'app.webmanifest'), '{}');
  server = await startServer({ port: 0, base: '/deep/path/', root });
});

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

/** @param {string} path */
const ask = (path) => fetch(new URL(path, server.url), { redirect: 'manual' });

/**
 * `fetch` would tidy the path before sending it.
 * @param {string} path
 * @returns {Promise<number | undefined>}
 */
const askRaw = (path) =>
  new Promise((done, fail) => {
    const { hostname, port } = new URL(server.url);
    get({ hostname, port, path }, (response) => {
      response.resume();
      done(response.statusCode);
    }).on('error', fail);
  });

describe('startServer', () => {
  it('isolates every answer, a 404 too', async () => {
    for (const path of ['', 'assets/ort-a.wasm', 'missing.js']) {
      const { headers } = await ask(path);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });

  it.each([
    ['', 'text/html'],
    ['assets/ort-a.wasm', 'application/wasm'],
    ['assets/ort-a.mjs', 'text/javascript'],
    ['app.webmanifest', 'application/manifest+json'],
  ])('gives %s the type %s', async (path, type) => {
    expect((await ask(path)).headers.get('content-type')).toContain(type);
  });

  it('keeps hashed assets for good and asks again for the rest', async () => {
    expect((await ask('assets/ort-a.wasm')).headers.get('cache-control')).toContain('immutable');
    const page = await ask('');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(server.url, { headers: { 'If-None-Match': page.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('gives scripts the policy that a worker does not inherit', async () => {
    expect((await ask('assets/ort-a.mjs')).headers.get('content-security-policy')).toContain(
      "default-src 'self'",
    );
  });

  it('lets one script read from other hosts, and only from those that encrypt', async () => {
    const sources = async (/** @type {string} */ path) => {
      const policy = (await ask(path)).headers.get('content-security-policy') ?? '';
      return policy.split('; ').find((directive) => directive.startsWith('connect-src'));
    };
    expect(await sources('assets/models.worker-a1.js')).toBe("connect-src 'self' blob: data: https:");
    for (const path of ['assets/ort-a.mjs', 'assets/upscale.worker-a1.js', 'models.worker-a1.js'])
      expect(await sources(path), path).toBe("connect-src 'self' blob: data:");
  });

  it('answers 404 for what is missing, instead of the page', async () => {
    expect((await ask('missing.js')).status).toBe(404);
    expect((await ask('/')).status).toBe(404);
  });

  it('leads to the base path when its last slash is missing', async () => {
    const response = await ask('/deep/path');
    expect([response.status, response.headers.get('location')]).toEqual([301, '/deep/path/']);
  });

  it('does not leave its folder', async () => {
    for (const path of [
      '/deep/path/../../etc/passwd',
      '/deep/path/%2e%2e/%2e%2e/etc/passwd',
      '/deep/path/..%2fserve.mjs',
    ]) {
      expect(await askRaw(path)).toBe(404);
    }
    expect(filePath('/deep/path/%00', root, '/deep/path/')).toBeNull();
    expect(filePath('/deep/path/%zz', root, '/deep/path/')).toBeNull();
    expect(filePath('/deep/path/.git/config', root, '/deep/path/')).toBeNull();
    expect(filePath('/deep/path/assets/ort-a.mjs', root, '/deep/path/')).toBe(
      join(root, 'assets', 'ort-a.mjs'),
    );
  });

  it('serves below a path with a space in it', async () => {
    const spaced = await startServer({ port: 0, base: 'my pictures', root });
    expect((await fetch(spaced.url)).status).toBe(200);
    expect(spaced.url).toMatch(/\/my%20pictures\/$/);
    await spaced.close();
  });

  it('says which port is taken', async () => {
    const { port } = new URL(server.url);
    await expect(startServer({ port: Number(port), root })).rejects.toThrow(`Port ${port} is taken`);
  });

  it('says how to make the build that is missing', async () => {
    await expect(startServer({ port: 0, root: join(root, 'assets') })).rejects.toThrow('npm run build');
  });
});

describe('choosePort', () => {
  it('takes the option, then the environment, then 4173', () => {
    expect(choosePort('5000', '6000')).toBe(5000);
    expect(choosePort(undefined, '6000')).toBe(6000);
    expect(choosePort(undefined, undefined)).toBe(4173);
  });

  it.each(['eighty', '65536', '-1', '80.5'])('refuses %s', (text) => {
    expect(() => choosePort(text, undefined)).toThrow(text);
  });
});
