import { expect, type Locator, type Page, test } from '@playwright/test';
import { LightTable } from './fixtures/light-table.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';

/** The promise: everything can be done, and seen to be done, with the keyboard alone. */
const PICTURE = {
  name: 'drawn.png',
  mimeType: 'image/png',
  buffer: Buffer.from(encodePng(photoLike(40, 30))),
};

test('choose, set up, start, compare, save and start over, without a mouse', async ({ page }) => {
  answerFileDialogs(page);
  const table = await LightTable.open(page);
  await tabTo(page, table.button('Choose a picture'));
  await page.keyboard.press('Enter');
  await table.isIn('picked');

  await tabTo(page, table.radio('Photo 4×'));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(table.radio('Fast 2×')).toBeChecked();
  await expectFocusSeen(page);
  await tabTo(page, table.radio('PNG'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(table.radio('WebP')).toBeChecked();
  await tabTo(page, page.getByRole('slider', { name: 'Quality' }));
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('slider', { name: 'Quality' })).toHaveValue('91');
  await tabTo(page, page.locator('summary', { hasText: 'Advanced' }));
  await page.keyboard.press('Space');
  await tabTo(page, table.advanced('Tile'));
  await page.keyboard.type('32');
  await expect(table.advanced('Tile')).toHaveValue('32');

  await tabTo(page, table.start);
  await page.keyboard.press('Space');
  await table.isIn('done');
  await expect(table.save, 'the next thing to do has the focus').toBeFocused();
  await expectFocusSeen(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(download.suggestedFilename()).toBe('drawn_fast-2x.webp');

  await tabTo(page, table.divider);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(table.divider).toHaveAttribute('aria-valuenow', '61');
  await tabTo(page, table.button('Zoom in'));
  await page.keyboard.press('Enter');
  await expect(table.button('Fit')).toHaveAttribute('aria-pressed', 'false');
  await tabTo(page, table.button('Start over'));
  await page.keyboard.press('Enter');
  await table.isIn('empty');
});

test('the focus is seen at every stop, once around the page', async ({ page }) => {
  const table = await LightTable.open(page, '?model=fast-2x&format=webp');
  for (const state of ['empty', 'done'] as const) {
    if (state === 'done') {
      await table.pick({ name: PICTURE.name, bytes: PICTURE.buffer });
      await table.upscale();
    }
    const stops = await walkOnce(page);
    expect(stops.length, `stops while ${state}: ${stops.join(' · ')}`).toBeGreaterThan(8);
    expect(new Set(stops).size, 'no stop comes twice').toBe(stops.length);
  }
});

test('single keys: open, start, save, cancel, zoom, models, help', async ({ page }) => {
  answerFileDialogs(page);
  const table = await LightTable.open(page, '?model=fast-2x&tile=32');
  await page.keyboard.press('o');
  await table.isIn('picked');
  await page.keyboard.press('u');
  await table.isIn('done');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('s')]);
  expect(download.suggestedFilename()).toBe('drawn_fast-2x.png');

  await page.keyboard.press('1');
  await expect(table.zoomLevel).toHaveText('100 %');
  await page.keyboard.press('+');
  await expect(table.zoomLevel).toHaveText('125 %');
  await page.keyboard.press('-');
  await expect(table.zoomLevel).toHaveText('100 %');
  for (const fit of ['0', 'f']) {
    await page.keyboard.press('1');
    await page.keyboard.press(fit);
    await expect(table.button('Fit')).toHaveAttribute('aria-pressed', 'true');
  }

  await page.keyboard.press('m');
  const library = page.getByRole('dialog', { name: 'Model library' });
  await expect(library).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(library).toBeHidden();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toBeVisible();
  await help.getByRole('checkbox', { name: 'Single keys work as shortcuts' }).press('Space');
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
  await page.keyboard.press('1');
  await page.keyboard.press('?');
  await expect(help, 'switched off').toBeHidden();
  await expect(table.button('Fit')).toHaveAttribute('aria-pressed', 'true');
});

test('a picture larger than the window is moved with the arrow keys', async ({ page }) => {
  const table = await LightTable.open(page);
  await table.pick({ name: PICTURE.name, bytes: PICTURE.buffer });
  await tabTo(page, page.getByRole('group', { name: /^Picture\. Arrow keys/ }));
  const before = await table.sight();
  await page.keyboard.press('ArrowRight');
  const after = await table.sight();
  const row = 4 * Math.round(before.height / 2) * before.width;
  const line = (sight: typeof before, from: number) =>
    sight.rgba.subarray(row + 4 * from, row + 4 * (from + before.width / 4)).toString('hex');
  expect(line(after, before.width / 2 - 48), 'moved by 48 pixels').toBe(line(before, before.width / 2));
});

for (const [name, opener] of [
  ['Keyboard shortcuts', (page: Page) => page.getByRole('button', { name: 'Keyboard shortcuts' })],
  ['This device', (page: Page) => page.getByTestId('system')],
] as const) {
  test(`the dialog "${name}" keeps the focus and gives it back`, async ({ page }) => {
    await LightTable.open(page);
    const button = opener(page);
    const dialog = page.getByRole('dialog', { name });
    for (const close of ['Escape', 'the button']) {
      await tabTo(page, button);
      await page.keyboard.press('Enter');
      await expect(dialog).toBeVisible();
      for (let step = 0; step < 6; step++) {
        await page.keyboard.press('Tab');
        const where = await page.evaluate(() => {
          const { activeElement } = document;
          return activeElement === document.body || activeElement?.closest('dialog') != null;
        });
        expect(where, 'the focus does not go behind the dialog').toBe(true);
      }
      if (close === 'Escape') await page.keyboard.press('Escape');
      else {
        await tabTo(page, dialog.getByRole('button', { name: 'Close' }));
        await page.keyboard.press('Enter');
      }
      await expect(dialog).toHaveCount(0);
      await expect(button, `after ${close}`).toBeFocused();
    }
  });
}

/** From before the page is opened: a dialog that is not expected yet would be missed. */
function answerFileDialogs(page: Page): void {
  page.on('filechooser', (chooser) => void chooser.setFiles(PICTURE));
}

/** Presses Tab until `target` has the focus; what has it on the way has to be seen to have it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const LIMIT = 40;
  for (let step = 0; step < LIMIT; step++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    await expectFocusSeen(page);
  }
  throw new Error(`${target} cannot be reached with ${LIMIT} tabs`);
}

/** Tabs once around, from wherever the focus is; the names of the stops. */
async function walkOnce(page: Page): Promise<string[]> {
  const stops: string[] = [];
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    const stop = await expectFocusSeen(page);
    if (stop !== null && stop === stops[0]) return stops;
    if (stop !== null) stops.push(stop);
  }
  throw new Error(`there is no end: ${stops.join(' · ')}`);
}

/** What has the focus, null where it is outside of the page. It has to be on screen, with a ring around it. */
async function expectFocusSeen(page: Page): Promise<string | null> {
  const focus = await page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const label = focused.closest('label');
    const bearers = [focused, ...focused.children, ...(label ? [label, ...label.children] : [])];
    const ring = bearers.some((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
    });
    const box = (label ?? focused).getBoundingClientRect();
    const onScreen =
      box.width > 8 &&
      box.height > 8 &&
      box.right > 0 &&
      box.bottom > 0 &&
      box.left < innerWidth &&
      box.top < innerHeight;
    const words = focused.getAttribute('aria-label') ?? focused.textContent ?? '';
    const name = `${focused.tagName} ${words || label?.textContent || focused.id}`;
    return { name, ring, onScreen };
  });
  if (!focus) return null;
  expect(focus.ring, `a ring around ${focus.name}`).toBe(true);
  expect(focus.onScreen, `${focus.name} is on screen`).toBe(true);
  return focus.name;
}
