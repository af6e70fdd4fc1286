import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { LightTable } from '../fixtures/light-table.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

/** The promise: what was learned about a model on this device is kept and shown, and can be forgotten. */

// axe is a script of its own, which the content policy rightly refuses.
test.use({ bypassCSP: true });

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** It claims to cost so much that 64 is estimated for it on a software adapter, and 128 is not allowed: quick to measure. */
const TOY = {
  id: 'toy',
  bytes: toyModel(),
  claims: { macsPerSourcePx: 2000, peakValuesPerSourcePx: 200 },
};
/** Larger than the tile that is estimated, so that there is something to measure. */
const PICTURE = { name: 'wide.png', bytes: encodePng(photoLike(80, 60, 4)) };
const EMPTY = 'Nothing yet: a graphics card is measured with the first picture that it upscales.';

test('what a first job finds out is shown, used, kept over a reload, and forgotten when asked', async ({
  page,
  context,
}) => {
  // Four jobs, two of which measure, on WebGPU in software.
  test.slow();
  await serveModels(context, [TOY]);
  await countTrials(context, page);
  const table = await LightTable.open(page, '?backend=webgpu');
  const section = page.getByRole('region', { name: 'Learned on this device' });
  const line = section.getByRole('listitem');
  const forget = section.getByRole('button', { name: 'Forget' });

  await test.step('nothing yet', async () => {
    await table.unfoldAdvanced();
    await expect(section.getByText(EMPTY)).toBeVisible();
    await expect(forget).toHaveCount(0);
    await expectNoViolation(page);
  });

  const first = await test.step('the first job measures', async () => {
    await table.pick(PICTURE);
    const stages = await table.watchProgress();
    await table.upscale();
    expect((await stages()).join()).toContain('Getting the graphics card ready');
    expect(await trials(page), 'something was tried out').toBeGreaterThan(0);
    await page.getByText('Details', { exact: true }).click();
    const report = page.getByTestId('report');
    await expect(report).toContainText('BackendWebGPU');
    await expect(report).toContainText(/Precisionfloat(?:16|32) · half precision (?:not )?used: /);
    return report.textContent();
  });
  const tile = /Tile sizes tried(\d+)Tile/.exec(first ?? '')?.[1];
  const found = `Tile ${tile} px`;

  await test.step('and what it found is shown', async () => {
    await table.button('Settings').click();
    await table.unfoldAdvanced();
    await expect(line).toHaveCount(1);
    await expect(line).toContainText(/^Toy 2× · .*swiftshader/i);
    await expect(line).toContainText(found);
    await expect(line).toContainText(/half precision (?:not )?used: .* · checked against the processor$/);
    await expect(forget).toHaveAccessibleDescription('Measures again with the next picture.');
    await expectNoViolation(page);
  });

  await test.step('a second job measures nothing, and Forget waits for it', async () => {
    const before = await trials(page);
    await table.start.click();
    await table.isIn('running');
    await expect(forget).toBeDisabled();
    await table.isIn('done');
    expect(await trials(page)).toBe(before);
    await page.getByText('Details', { exact: true }).click();
    await expect(page.getByTestId('report')).toContainText(`Tile sizes tried${tile}Tile`);
  });

  await test.step('nor does one after a reload', async () => {
    await page.reload();
    await table.isIn('empty');
    await table.unfoldAdvanced();
    await expect(line).toContainText(found);
    await table.pick(PICTURE);
    await table.upscale();
    expect(await trials(page)).toBe(0);
  });

  await test.step('forgotten by keyboard, which keeps its place', async () => {
    await table.button('Settings').click();
    await table.unfoldAdvanced();
    await forget.press('Enter');
    await expect(section.getByText(EMPTY)).toBeVisible();
    await expect(line).toHaveCount(0);
    await expect(section).toBeFocused();
  });

  await test.step('the next job measures again', async () => {
    await table.upscale();
    expect(await trials(page)).toBeGreaterThan(0);
    await table.button('Settings').click();
    await table.unfoldAdvanced();
    await expect(line).toContainText(/Tile \d+ px/);
  });
});

test.describe('on a phone of 320 pixels', () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true });

  test('all of it fits, and the button is large enough for a thumb', async ({ page, context }) => {
    await serveModels(context, [TOY]);
    const table = await LightTable.open(page, '?backend=webgpu');
    await table.pick(PICTURE);
    await table.upscale();
    await table.button('Settings').click();
    await page.locator('[aria-controls=panel-content]').click();
    await table.unfoldAdvanced();
    const section = page.getByRole('region', { name: 'Learned on this device' });
    await expect(section.getByRole('listitem')).toHaveCount(1);
    const width = await section.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(width, 'nothing is cut off').toBeLessThanOrEqual(0);
    const box = await section.getByRole('button', { name: 'Forget' }).boundingBox();
    expect(Math.round(box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    await expectNoViolation(page);
  });
});

test('a browser that will not forget: it is told, and what was learned stays', async ({ page, context }) => {
  await serveModels(context, [TOY]);
  await patchWorker(context, refuseClear);
  const table = await LightTable.open(page, '?backend=webgpu');
  await table.pick(PICTURE);
  await table.upscale();
  await table.button('Settings').click();
  await table.unfoldAdvanced();
  const section = page.getByRole('region', { name: 'Learned on this device' });
  await section.getByRole('button', { name: 'Forget' }).click();
  await expect(section.getByRole('status')).toHaveText(/^The browser did not let Tessera forget it\./);
  await expect(section.getByRole('listitem')).toHaveCount(1);
});

/** Counts the runs by which a card is tried out, since the page was loaded. */
async function countTrials(context: BrowserContext, page: Page): Promise<void> {
  await page.addInitScript(() => {
    Object.assign(globalThis, { trials: 0 });
    new BroadcastChannel('trials').onmessage = () => {
      (globalThis as unknown as { trials: number }).trials++;
    };
  });
  await patchWorker(context, tellTrials);
}

function trials(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { trials: number }).trials);
}

/** Runs `prelude` in each worker before the product's code; it must not use anything of this file. */
async function patchWorker(context: BrowserContext, prelude: () => void): Promise<void> {
  await context.route('**/assets/upscale.worker-*.js', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'cache-control': 'no-store' };
    await route.fulfill({ response, headers, body: `(${prelude})();\n${await response.text()}` });
  });
}

function tellTrials(): void {
  const channel = new BroadcastChannel('trials');
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (asked) {
    if (asked.label === 'trial input') channel.postMessage(null);
    return createBuffer.call(this, asked);
  };
}

function refuseClear(): void {
  IDBObjectStore.prototype.clear = () => {
    throw new DOMException('Refused (injected).', 'InvalidStateError');
  };
}

/** Runs axe in the dark and in the light. */
async function expectNoViolation(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
      return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => ({ id, html })));
    });
    expect(violations, colorScheme).toEqual([]);
  }
}
