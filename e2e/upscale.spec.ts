import { expect, type Page, test } from '@playwright/test';
import { differing, LightTable, pixelAt } from './fixtures/light-table.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';

/** The promise: a picture that is dropped comes back larger, can be compared with what it was, and saved. */
const PHOTO = { name: 'cat.holiday.png', bytes: encodePng(photoLike(132, 88, 3)) };
const SMALL = { name: 'drawn.png', bytes: encodePng(photoLike(40, 30, 5)) };

test('drop, start, watch, compare, save', async ({ page }) => {
  const table = await LightTable.open(page, '?tile=32');
  await table.dragOver([PHOTO], async (letGo) => {
    await expect(page.getByTestId('drop-overlay')).toHaveText('Let go to open the picture');
    await letGo();
  });
  await table.isIn('picked');
  await expect(page.getByTestId('drop-overlay')).toHaveCount(0);
  await expect(table.size).toHaveText('132 × 88 → 528 × 352');
  await expect(page.getByTestId('estimate')).toHaveText(/second|\d s/);

  const heard = await table.watchProgress();
  await table.start.click();
  await expect(table.progress).toBeVisible();
  await expect(table.mosaic).toBeVisible();
  await table.isIn('done');

  const texts = await heard();
  const stages = texts.map((text) => text.split(',')[0]).filter((stage, i, all) => stage !== all[i - 1]);
  expect(stages.slice(-5)).toEqual([
    'Reading the picture',
    'Loading the engine',
    'Loading the model',
    'Upscaling',
    'Writing the file',
  ]);
  const percents = texts.map((text) => Number(/(\d+) %/.exec(text)?.[1]));
  expect(percents, 'progress never goes back').toEqual([...percents].sort((a, b) => a - b));
  expect(new Set(percents.filter((percent) => percent > 0 && percent < 100)).size).toBeGreaterThan(2);

  await expect(page.getByText('528 × 352', { exact: true })).toBeVisible();
  await expect(page.getByText(/, made in /)).toBeVisible();
  await expectDividerBetweenBeforeAndAfter(table);
  const file = await table.saved();
  expect(file).toMatchObject({ name: 'cat.holiday_photo-4x.png', type: 'png', width: 528, height: 352 });
});

/** Left of the divider lies what was, right of it what came out, and the two are not the same. */
async function expectDividerBetweenBeforeAndAfter(table: LightTable): Promise<void> {
  await table.divider.press('Home');
  const after = await table.sight();
  await table.divider.press('End');
  const before = await table.sight();
  await table.divider.dblclick();
  expect(await table.dividerAt()).toBe(50);
  const split = await table.sight();
  const middle = Math.round(split.width / 2);
  expect(differing(before, after), 'upscaling changes what is seen').toBeGreaterThan(0.02);
  expect(differing(split, before, 0, middle - 2), 'left is before').toBe(0);
  expect(differing(split, after, middle + 2), 'right is after').toBe(0);
  expect(differing(split, before, middle + 2), 'right is not before').toBeGreaterThan(0.02);
}

test('the divider follows keys and the mouse', async ({ page }) => {
  const table = await doneTable(page);
  await table.divider.focus();
  for (const [key, place] of [
    ['ArrowLeft', 49],
    ['Shift+ArrowLeft', 39],
    ['ArrowRight', 40],
    ['Shift+ArrowRight', 50],
    ['End', 100],
    ['ArrowRight', 100],
    ['Home', 0],
    ['ArrowLeft', 0],
  ] as const) {
    await page.keyboard.press(key);
    await expect(table.divider, key).toHaveAttribute('aria-valuenow', `${place}`);
    await expect(table.divider).toHaveAttribute(
      'aria-valuetext',
      `${place} % before, ${100 - place} % after`,
    );
  }
  await table.divider.dblclick();

  const box = await boxOf(table);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 90, box.y + 10, { steps: 5 });
  await page.mouse.up();
  await expect.poll(movedFrom(table, box), 'the line is under the cursor').toBeCloseTo(-90, -0.5);
  const place = await table.dividerAt();
  expect(place).toBeLessThan(50);
  await page.mouse.move(box.x + 200, box.y + 10);
  await page.keyboard.press('Shift+ArrowRight');
  expect(await table.dividerAt(), 'it stays when the button is up').toBe(place + 10);
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('one moves the divider, two zoom', async ({ page }) => {
    const table = await doneTable(page);
    const touch = await fingers(page);
    const box = await boxOf(table);
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await touch([at], [{ x: at.x + 60, y: at.y + 15 }]);
    await expect.poll(movedFrom(table, box), 'the line is under the finger').toBeCloseTo(60, -0.5);
    expect(await table.dividerAt()).toBeGreaterThan(50);

    const before = await zoomPercent(table);
    const y = at.y - 60;
    await touch(
      [
        { x: 80, y },
        { x: 140, y },
      ],
      [
        { x: 50, y },
        { x: 170, y },
      ],
    );
    await expect
      .poll(async () => (await zoomPercent(table)) / before, 'twice the distance, twice as large')
      .toBeCloseTo(2, 1);
  });
});

test('the wheel zooms at the cursor; fit and 100 % do what they say', async ({ page }) => {
  const table = await LightTable.open(page, '?model=fast-2x');
  // Red says how far right, green how far down: the picture's place can be read from its pixels.
  await table.pick({ name: 'places.png', bytes: encodePng(places(240, 160)) });
  await table.upscale();
  await table.divider.press('Home');
  const fitted = await table.sight();
  expect(pixelAt(fitted, 2, fitted.height / 2)[3], 'fitted: room at the left').toBe(0);
  expect(pixelAt(fitted, fitted.width / 2, 2)[3], 'fitted: room at the top').toBe(0);
  await expect(table.button('Fit')).toHaveAttribute('aria-pressed', 'true');

  const corner = (await table.viewer.boundingBox()) ?? { x: 0, y: 0 };
  const cursor = { x: fitted.width * 0.3, y: fitted.height * 0.65 };
  await page.mouse.move(corner.x + cursor.x, corner.y + cursor.y);
  await page.mouse.wheel(0, -400);
  await expect(table.button('Fit')).toHaveAttribute('aria-pressed', 'false');
  const zoomed = await table.sight();
  expectNear(pixelAt(zoomed, cursor.x, cursor.y), pixelAt(fitted, cursor.x, cursor.y), 3);
  const away = cursor.x + 120;
  expect(
    pixelAt(fitted, away, cursor.y)[0] - pixelAt(zoomed, away, cursor.y)[0],
    'elsewhere the picture has grown',
  ).toBeGreaterThan(8);

  await table.button('100 %').click();
  await expect(table.zoomLevel).toHaveText('100 %');
  const actual = await table.sight();
  const centre = { x: actual.width / 2, y: actual.height / 2 };
  const across = pixelAt(actual, centre.x + 80, centre.y)[0] - pixelAt(actual, centre.x - 80, centre.y)[0];
  // The result is 480 pixels wide, over which red goes from 0 to 255.
  expect(across, 'one pixel of the picture on one of the screen').toBeCloseTo((160 * 255) / 480, -1);

  await page.keyboard.press('+');
  await expect(table.zoomLevel).toHaveText('125 %');
  await table.button('Fit').click();
  expect(differing(await table.sight(), fitted)).toBe(0);
});

for (const [format, ending] of [
  ['PNG', 'png'],
  ['JPEG', 'jpg'],
  ['WebP', 'webp'],
] as const) {
  test(`saves as ${format}`, async ({ page }) => {
    const table = await LightTable.open(page, '?model=fast-2x');
    await table.pick(SMALL);
    await table.radio(format).check();
    await table.upscale();
    const file = await table.saved();
    const type = format.toLowerCase();
    expect(file).toMatchObject({ name: `drawn_fast-2x.${ending}`, type, width: 80, height: 60 });
  });
}

test('the quality of JPEG is obeyed', async ({ page }) => {
  const table = await LightTable.open(page, '?model=fast-2x&format=jpeg');
  await table.pick(SMALL);
  const sizes: number[] = [];
  for (const quality of ['20', '95']) {
    await page.getByRole('slider', { name: 'Quality' }).fill(quality);
    await table.upscale();
    sizes.push((await table.saved()).bytes.length);
    await table.button('Settings').click();
  }
  expect(sizes[1], 'a higher quality makes a larger file').toBeGreaterThan(2 * (sizes[0] ?? 0));
});

test('a picture is pasted', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const table = await LightTable.open(page, '?model=fast-2x');
  await page.evaluate(async (base64) => {
    const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const item = new ClipboardItem({ 'image/png': new Blob([content], { type: 'image/png' }) });
    await navigator.clipboard.write([item]);
  }, Buffer.from(SMALL.bytes).toString('base64'));
  await page.keyboard.press('Control+v');
  await table.isIn('picked');
  await expect(table.size).toHaveText('40 × 30 → 80 × 60');
  await table.upscale();
  expect(await table.saved()).toMatchObject({ type: 'png', width: 80, height: 60 });
});

test('the sample picture is there to try', async ({ page }) => {
  const table = await LightTable.open(page, '?model=fast-2x');
  await table.button('Try a sample').click();
  await table.isIn('picked');
  await expect(table.size).toHaveText('320 × 240 → 640 × 480');
  await table.upscale();
  expect(await table.saved()).toMatchObject({ name: 'harbour_fast-2x.png', width: 640, height: 480 });
});

test('after a result: the settings again with the same picture, or an empty table', async ({ page }) => {
  const table = await doneTable(page);
  await table.button('Settings').click();
  await table.isIn('picked');
  await expect(table.viewer).toHaveAccessibleName('drawn.png, 40 × 30 pixels');
  await table.radio('WebP').check();
  await table.upscale();
  expect((await table.saved()).name).toBe('drawn_fast-2x.webp');
  await table.button('Start over').click();
  await table.isIn('empty');
  await expect(table.button('Choose a picture')).toBeVisible();
  await expect(table.start).toBeDisabled();
});

async function doneTable(page: Page): Promise<LightTable> {
  const table = await LightTable.open(page, '?model=fast-2x');
  await table.pick(SMALL);
  await table.upscale();
  return table;
}

async function boxOf(table: LightTable) {
  const box = await table.divider.boundingBox();
  if (!box) throw new Error('the divider is not on the page');
  return box;
}

/** How far the divider has moved to the right, in CSS pixels. */
function movedFrom(table: LightTable, box: { readonly x: number }): () => Promise<number> {
  return async () => (await boxOf(table)).x - box.x;
}

async function zoomPercent(table: LightTable): Promise<number> {
  return Number.parseFloat((await table.zoomLevel.textContent()) ?? '');
}

type Point = { readonly x: number; readonly y: number };

/** Moves fingers from here to there, as the system reports it. */
async function fingers(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  return async (from: readonly Point[], to: readonly Point[]) => {
    const STEPS = 6;
    const report = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]) =>
      devtools.send('Input.dispatchTouchEvent', { type, touchPoints });
    await report('touchStart', [...from]);
    for (let step = 1; step <= STEPS; step++) {
      const points = from.map((start, finger) => {
        const end = to[finger] ?? start;
        return {
          x: start.x + ((end.x - start.x) * step) / STEPS,
          y: start.y + ((end.y - start.y) * step) / STEPS,
        };
      });
      await report('touchMove', points);
    }
    await report('touchEnd', []);
  };
}

function places(width: number, height: number) {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rgb.set([(255 * x) / (width - 1), (255 * y) / (height - 1), 128], (y * width + x) * 3);
    }
  }
  return { width, height, rgb };
}

function expectNear(a: readonly number[], b: readonly number[], tolerance: number): void {
  a.forEach((value, k) => {
    expect(Math.abs(value - (b[k] ?? 0)), `${a} and ${b}`).toBeLessThanOrEqual(tolerance);
  });
}
