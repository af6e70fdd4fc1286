import { createHash, randomBytes } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import {
  callFailing,
  callLibrary,
  callWell,
  openBrowserOf,
  openTab,
  serveLibrary,
  type Where,
} from '../fixtures/library-pages.ts';
import { type RudeServer, startRudeServer } from '../fixtures/rude-server.mjs';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

const FILE = new Uint8Array(randomBytes(3_000_000));
const SHA256 = createHash('sha256').update(FILE).digest('hex');
const HALF = FILE.length / 2;
const PLACES: readonly Where[] = ['page', 'worker'];

let server: RudeServer;
test.beforeEach(async ({ context }) => {
  await serveLibrary(context);
  // Pages that a route answers count as the internet's, which may not speak to this machine without being asked.
  await context.grantPermissions(['local-network-access']);
  server = await startRudeServer(FILE);
});
test.afterEach(() => server.close());

const agreed = (path: string) => ({ url: server.url(path), bytes: FILE.length, sha256: SHA256 });
const ranges = () => server.asked.map(({ range }) => range);

for (const where of PLACES) {
  test(`a download in a ${where} is cancelled, and goes on after the tab was closed`, async ({ context }) => {
    const tab = await openTab(context);
    const file = agreed('stall');
    expect(await callLibrary(tab, where, { kind: 'download', file, cancelAtBytes: HALF })).toEqual({
      kind: 'failed',
      error: 'cancelled',
    });
    await tab.close();
    const next = await openTab(context);
    expect(await callWell(next, where, { kind: 'download', file })).toEqual({
      bytes: FILE.length,
      continuedFrom: HALF,
    });
    expect(ranges()).toEqual([null, `bytes=${HALF}-`]);
    expect(await callWell(next, where, { kind: 'download', file: agreed('sound') })).toMatchObject({
      continuedFrom: 0,
    });
  });

  test(`a connection that is cut, or that falls silent, is told in a ${where}, and gone on with`, async ({
    context,
  }) => {
    const tab = await openTab(context);
    for (const [path, reason] of [
      ['cut', 'interrupted'],
      ['stall', 'stalled'],
    ] as const) {
      const call = { kind: 'download', file: agreed(path), stallMs: 2000 } as const;
      const error = await callFailing(tab, where, call);
      expect(error).toMatchObject({ code: 'download-failed', details: { reason } });
      // Of what was sent before a cut, the browser may not have handed on all.
      const { bytes } = error.details;
      expect(bytes).toBeGreaterThan(0);
      if (path === 'stall') expect(bytes).toBe(HALF);
      expect(await callWell(tab, where, call)).toMatchObject({ bytes: FILE.length, continuedFrom: bytes });
      expect(ranges().at(-1)).toBe(`bytes=${bytes}-`);
    }
  });

  test(`a host that does not let itself be read is told in a ${where}`, async ({ context }) => {
    const tab = await openTab(context);
    const reasons: Record<string, unknown> = {};
    for (const path of ['no-cors', 'redirect-elsewhere', 'page', 'missing', 'huge', 'other-file']) {
      const error = await callFailing(tab, where, { kind: 'download', file: agreed(path) });
      reasons[path] = error.details['reason'];
      expect(error.nextStep.length).toBeGreaterThan(20);
    }
    expect(reasons).toEqual({
      'no-cors': 'blocked',
      'redirect-elsewhere': 'redirected',
      page: 'web-page',
      missing: 'not-found',
      huge: 'too-large',
      'other-file': 'wrong-hash',
    });
    expect(
      server.asked.map(({ path }) => path),
      'nobody else was asked',
    ).not.toContain('sound');
    await context.setOffline(true);
    const error = await callFailing(tab, where, { kind: 'download', file: agreed('sound') });
    expect(error.details['reason']).toBe('offline');
  });

  test(`the person sees the length that a ${where} may read, and a compressed file is no fault`, async ({
    context,
  }) => {
    const tab = await openTab(context);
    for (const path of ['compressed', 'no-range', 'exposing'])
      expect(await callWell(tab, where, { kind: 'download', file: agreed(path) })).toMatchObject({
        bytes: FILE.length,
      });
    const unknown = { url: server.url('huge'), bytes: null, sha256: null };
    const error = await callFailing(tab, where, { kind: 'download', file: unknown });
    expect(error.details).toMatchObject({ reason: 'too-large', bytes: 5_000_000_000 });
  });
}

for (const where of PLACES) {
  test(`a download in a ${where} that does not fit says so with numbers`, async ({
    playwright,
    launchOptions,
  }, testInfo) => {
    const { context, tab, lift } = await openBrowserOf(1_500_000, { playwright, launchOptions }, testInfo);
    await context.grantPermissions(['local-network-access']);
    const error = await callFailing(tab, where, { kind: 'download', file: agreed('sound') });
    expect(error).toMatchObject({ code: 'storage-full', details: { reason: 'full' } });
    const { wantedBytes } = error.details;
    expect(wantedBytes).toBeGreaterThan(0);
    expect(wantedBytes).toBeLessThanOrEqual(FILE.length);
    await lift();
    await callWell(tab, where, { kind: 'download', file: agreed('sound') });
    await context.close();
  });
}

test('what a worker had when it died is gone on with', async ({ context }) => {
  const tab = await openTab(context);
  const file = agreed('stall');
  callLibrary(tab, 'worker', { kind: 'download', file }).catch(() => undefined);
  await expect.poll(() => partSize(tab)).toBe(HALF);
  await tab.close();
  const next = await openTab(context);
  expect(await callWell(next, 'worker', { kind: 'download', file })).toMatchObject({ continuedFrom: HALF });
});

test('two tabs do not download the same file at once', async ({ context }) => {
  const [tab, other] = [await openTab(context), await openTab(context)];
  const file = agreed('stall');
  callLibrary(tab, 'worker', { kind: 'download', file }).catch(() => undefined);
  await expect.poll(() => partSize(other)).toBe(HALF);
  for (const where of PLACES) {
    const error = await callFailing(other, where, { kind: 'download', file });
    expect(error).toMatchObject({ code: 'download-failed', details: { reason: 'elsewhere' } });
  }
  expect(ranges()).toEqual([null]);
  await tab.close();
  expect(await callWell(other, 'worker', { kind: 'download', file })).toMatchObject({ continuedFrom: HALF });
});

/** Bytes of the one part that is kept; 0 where there is none. */
function partSize(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('partial', { create: true });
    for await (const handle of folder.values()) {
      if (handle.kind === 'file') return (await (handle as FileSystemFileHandle).getFile()).size;
    }
    return 0;
  });
}
