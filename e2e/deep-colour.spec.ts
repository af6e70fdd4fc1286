import { expect, test } from '@playwright/test';
import { runJob } from './fixtures/app.ts';
import { encodeDeepPng, slopes } from './fixtures/deep-pictures.ts';
import {
  levelsApart,
  levelsIn,
  MOST_LEVELS_APART,
  upscaleDeep,
  wholeAnswer,
} from './fixtures/deep-results.ts';
import { LightTable } from './fixtures/light-table.ts';
import { onePage } from './fixtures/one-page.ts';
import { toyModel } from './fixtures/toy-model.ts';

/** The promise: a PNG of 16 bits a channel becomes one of 16 bits, with all the levels that the network gives. */
const table = onePage([
  { id: 'twice', bytes: toyModel() },
  { id: 'four-times', bytes: toyModel({ scale: 4 }), claims: { scale: 4 } },
]);

/** Three columns and four rows of tiles. */
const OPTIONS = { model: 'twice', backend: 'wasm', tile: 32, context: 8, feather: 8 } as const;
const OPAQUE = slopes(90, 110);

test('a gradient of 16 bits keeps its levels, and equals one run over the whole picture', async () => {
  const { pixels, report } = await upscaleDeep(table().page, OPAQUE, { options: OPTIONS });
  expect(report).toMatchObject({ tilesRun: 12, tilesRedone: 0 });
  expect(pixels.channels, 'no alpha is written where all is opaque').toBe(3);
  for (const channel of [0, 1, 2]) expect(levelsIn(pixels, channel)).toBeGreaterThan(1000);
  expect(levelsApart(pixels, wholeAnswer(OPAQUE, {}))).toBeLessThanOrEqual(MOST_LEVELS_APART);
});

test('transparency has 16 bits, too, and a smaller scale than the model’s as well', async () => {
  const picture = slopes(70, 53, false);
  const { pixels } = await upscaleDeep(table().page, picture, { options: OPTIONS });
  expect(pixels.channels).toBe(4);
  expect(levelsIn(pixels, 3)).toBeGreaterThan(1000);
  expect(levelsApart(pixels, wholeAnswer(picture, {}))).toBeLessThanOrEqual(MOST_LEVELS_APART);

  const options = { ...OPTIONS, model: 'four-times', scale: 2 };
  const reduced = await upscaleDeep(table().page, picture, { options });
  const whole = wholeAnswer(picture, { scale: 4 }, 2);
  expect(levelsApart(reduced.pixels, whole)).toBeLessThanOrEqual(MOST_LEVELS_APART);
});

test('the worker ended in the middle: what was finished keeps its 16 bits', async () => {
  // With two of four finished rows of tiles.
  const disturb = { tile: 7, act: 'end-worker' } as const;
  const { pixels, report } = await upscaleDeep(table().page, OPAQUE, { options: OPTIONS, disturb });
  expect(report).toMatchObject({ workersLost: 1, tileSizesTried: [32] });
  // No more than the row of three that was under way.
  expect(report.tilesRun - report.tilesRedone).toBe(12);
  expect(report.tilesRedone).toBeLessThanOrEqual(3);
  expect(levelsApart(pixels, wholeAnswer(OPAQUE, {}))).toBeLessThanOrEqual(MOST_LEVELS_APART);
});

test('formats of 8 bits say that depth is reduced', async () => {
  const file = encodeDeepPng(slopes(40, 30, false));
  for (const format of ['jpeg', 'webp'] as const) {
    const { result } = await runJob(table().page, { file, options: { ...OPTIONS, format } });
    expect(result?.report.output).toMatchObject({ format, bitDepth: 8, width: 80, height: 60 });
    expect(result?.report.warnings.map(({ code }) => code)).toContain('depth-reduced');
  }
});

test('the screen says how deep the result is, and what a format takes away', async ({ page }) => {
  const table = await LightTable.open(page, '?model=fast-2x');
  await table.pick({ name: 'deep.png', bytes: encodeDeepPng(slopes(40, 30)) });
  const lost = page.getByText('This picture has 16 bits per channel; the result has 8.');
  const report = page.getByTestId('report');
  await table.upscale();
  await page.getByText('Details', { exact: true }).click();
  await expect(report).toContainText('PNG, 16 bits per channel');
  await expect(lost).toHaveCount(0);
  await table.button('Settings').click();
  await table.radio('JPEG').check();
  await table.upscale();
  await page.getByText('Details', { exact: true }).click();
  await expect(report).toContainText('JPEG, 8 bits per channel');
  await expect(lost).toBeVisible();
});
