import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import type { BenchResult } from '../../src/bench/result.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Four tiles, and one size below them. */
const TINY = 'auto=1&backends=wasm&models=fast-2x&sizes=0.01&tile=64&rounds=2&machine=a%20test';

test('the bench measures a case by itself, and its result can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`bench.html?${TINY}`);
  const end = await page.evaluate(() => globalThis.tesseraBench);
  if ('problem' in end) throw new Error(end.problem);

  const { result, markdown } = end;
  expect(result).toMatchObject({ schema: 1, machine: 'a test', isolated: true, rounds: 2, variants: [] });
  expect(result.browser).toContain('Chromium');
  const [one] = result.cases;
  if (!one || 'problem' in one) throw new Error(one?.problem ?? 'no case');
  expect(one).toMatchObject({ backend: 'wasm', model: 'fast-2x', megapixels: 0.01 });
  const { measured } = one;
  expect(measured).toMatchObject({
    picture: { width: 123, height: 82 },
    output: { width: 246, height: 164 },
    precision: 'float32',
    tile: 64,
    tiles: 4,
    card: null,
    // The second tile's memory fails: the first one of the row is thrown away, and the rest is cut anew.
    halving: { failedTile: 2, ofTiles: 4, tileSizesTried: [64, 32], tilesRedone: 1 },
  });
  expect(measured.samples).toHaveLength(2);
  for (const { jobMs, bareMs, network } of measured.samples) {
    expect(bareMs).toBeGreaterThan(0);
    expect(jobMs).toBeGreaterThan(network);
  }
  expect(measured.overhead).toBeGreaterThan(0);
  expect(measured.warmUpMs).toBeCloseTo(measured.firstJobMs - measured.jobMs);

  await expect(page.getByRole('status').first()).toHaveText('Done.');
  await expect(page.getByRole('table').first().getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Copy as Markdown' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(markdown);
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await expect
    .poll(async () => (await page.evaluate(() => navigator.clipboard.readText())).startsWith('{'))
    .toBe(true);
  const copied: BenchResult = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toEqual(result);
});

for (const [asked, said] of [
  ['auto=1&models=no-such-model', 'no-such-model'],
  ['auto=1&rounds=none', 'rounds'],
] as const) {
  test(`the bench tells the server that asked for ${asked}`, async ({ page }) => {
    const posted = page.waitForRequest((request) => request.method() === 'POST');
    await page.route(
      (url) => url.pathname === '/results',
      (route) => route.fulfill({ status: 204 }),
    );
    await page.goto(`bench.html?${asked}&post=/results`);
    expect((await posted).postDataJSON()).toEqual({ problem: expect.stringContaining(said) });
  });
}

test('the bench says what in its address cannot be obeyed, and waits for a person', async ({ page }) => {
  await page.goto('bench.html?size=4');
  await expect(page.getByText('“size” in the address cannot be obeyed')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Measure' })).toBeEnabled();
});

test('what the address asks for is shown by the form, and obeyed when a person begins', async ({ page }) => {
  await page.goto(`bench.html?preset=full&variants=0&${TINY.replace('auto=1', 'auto=0')}`);
  await expect(page.getByRole('radio', { name: 'Full' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Processor' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Graphics card' })).not.toBeChecked();
  await expect(page.getByText('fast-2x, 0.01 megapixels, 2 rounds, tiles of 64 pixels')).toBeVisible();
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByText('Done.')).toBeVisible();
  await expect(page.locator('#summary')).toContainText('· a test ·');
  const rows = page.getByRole('table').first().getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText('fast-2x');
  await expect(rows.last()).toContainText('0.01 MP');
});

test('a run without a backend does not begin', async ({ page }) => {
  await page.goto('bench.html');
  await page.getByRole('checkbox', { name: 'Processor' }).uncheck();
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByRole('status').first()).toHaveText('Choose first what is to run the networks.');
});

test('where there is no graphics card, the page says so above the table', async ({ page }) => {
  await page.goto('bench.html?auto=1&backends=webgpu&models=fast-2x&sizes=0.01');
  await expect(page.getByRole('status').first()).toHaveText(/^Nothing could be measured: WebGPU .*\.$/);
});

test('a person can stop a run', async ({ page }) => {
  await page.goto('bench.html');
  await expect(page.getByRole('button', { name: 'Measure' })).toBeEnabled();
  // Proposed where there is no graphics card.
  await expect(page.getByRole('checkbox', { name: 'Processor' })).toBeChecked();
  await page.getByRole('button', { name: 'Measure' }).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Stopped.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Measure' })).toBeEnabled();
});

test('the application loads nothing of the bench', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForLoadState('networkidle');
  expect(loaded.length).toBeGreaterThan(2);
  expect(loaded.filter((path) => path.includes('bench'))).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`on a ${colorScheme} phone`, () => {
    // axe is a script of its own, which the content policy rightly refuses.
    test.use({ bypassCSP: true, viewport: { width: 390, height: 844 }, colorScheme });

    test('the bench fits and can be read by all, before and after', async ({ page }) => {
      await page.goto('bench.html');
      await expectNoViolation(page);
      await page.goto(`bench.html?${TINY}`);
      await page.evaluate(() => globalThis.tesseraBench);
      await expectNoViolation(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    });
  });
}

async function expectNoViolation(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}
