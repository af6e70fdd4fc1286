import { expect, type Page, test } from '@playwright/test';
import { LightTable } from './fixtures/light-table.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';

/** The promise: a job stops when it is told to, nothing is lost, and the page works on. */
const SLOW = { name: 'long.png', bytes: encodePng(photoLike(320, 256, 2)) };
/** For all that has to be looked at while it runs. */
const SLOWER = { name: 'long.png', bytes: encodePng(photoLike(640, 448, 2)) };
const SMALL = { name: 'short.png', bytes: encodePng(photoLike(32, 24, 4)) };
/** Many tiles, so that there is a middle. */
const MANY_TILES = '?model=fast-2x&tile=32&scale=2';

test('cancel in the middle, with the button and with Escape, then start again and finish', async ({
  page,
}) => {
  const table = await running(page);
  for (const stop of [() => table.cancel.click(), () => page.keyboard.press('Escape')]) {
    await table.isInTheMiddle();
    await stop();
    await table.isIn('cancelled');
    await expect(page.getByText('Cancelled. Your picture and settings are still here.')).toBeVisible();
    await expect(table.progress).toHaveCount(0);
    await expect(table.viewer).toHaveAccessibleName(/^long\.png, /);
    await expect(table.radio('Fast 2×')).toBeChecked();
    await expect(table.size).toHaveText('320 × 256 → 640 × 512');
    await table.start.click();
  }
  await table.isIn('done');
  expect(await table.saved()).toMatchObject({ name: 'long_fast-2x.png', width: 640, height: 512 });
});

test('Escape cancels where single keys are switched off, too', async ({ page }) => {
  const table = await LightTable.open(page, MANY_TILES);
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await page.getByRole('checkbox', { name: 'Single keys work as shortcuts' }).uncheck();
  await page.getByRole('button', { name: 'Close' }).click();
  await table.pick(SLOW);
  await table.start.click();
  await table.isInTheMiddle();
  await page.keyboard.press('Escape');
  await table.isIn('cancelled');
});

test('cancelled before the first tile', async ({ page, context }) => {
  // The model does not arrive: the page is loading for as long as the test wants.
  await context.route('**/models/fast-2x.onnx*', () => undefined);
  const table = await running(page);
  await expect(page.getByText('Loading the model', { exact: true })).toBeVisible();
  await table.cancel.click();
  await table.isIn('cancelled');
  await context.unroute('**/models/fast-2x.onnx*');
  await table.pick(SMALL);
  await table.upscale();
});

test('after a cancel, another picture is opened and upscaled', async ({ page }) => {
  const table = await running(page);
  await table.isInTheMiddle();
  await table.cancel.click();
  await table.isIn('cancelled');
  await table.pick(SMALL);
  await expect(table.size).toHaveText('32 × 24 → 64 × 48');
  await table.upscale();
  expect(await table.saved()).toMatchObject({ name: 'short_fast-2x.png', width: 64, height: 48 });
});

test('while it runs, nothing else can be started, opened or changed', async ({ page }) => {
  const table = await running(page, SLOWER);
  await table.isInTheMiddle();
  await expect(table.start).toHaveCount(0);
  await expect(table.button('Open')).toBeDisabled();
  await expect(table.button('Clear')).toBeDisabled();
  for (const name of ['Photo 4×', 'PNG', '2×']) await expect(table.radio(name)).toBeDisabled();

  await page.keyboard.press('u');
  await table.drop(SMALL);
  await expect(page.locator('[data-code=busy]')).toContainText('still working on long.png');
  await table.isIn('running');
  await expect(table.viewer, 'the picture on the table is the same').toHaveAccessibleName(/^long\.png, /);
  await table.isIn('done');
  expect((await table.saved()).name).toBe('long_fast-2x.png');
});

async function running(page: Page, picture = SLOW): Promise<LightTable> {
  const table = await LightTable.open(page, MANY_TILES);
  await table.pick(picture);
  await table.start.click();
  await table.isIn('running');
  return table;
}
