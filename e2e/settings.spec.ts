import { expect, test } from '@playwright/test';
import { LightTable } from './fixtures/light-table.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';

/** The promise: the page remembers a set-up, and its address carries one to somebody else. */
const PICTURE = { name: 'drawn.png', bytes: encodePng(photoLike(40, 30)) };

test('a reload keeps the settings', async ({ page }) => {
  const table = await LightTable.open(page);
  await table.radio('Photo 2×').check();
  await table.radio('JPEG').check();
  await page.getByRole('slider', { name: 'Quality' }).fill('71');
  await table.unfoldAdvanced();
  await table.advanced('Context').selectOption('24 px');
  await table.advanced('Backend').selectOption('WASM (processor)');
  await page.getByRole('button', { name: 'Theme: as the system' }).click();

  // Without the address, so that only the device's memory is left.
  await page.goto('./');
  await table.isIn('empty');
  await expect(table.radio('Photo 2×')).toBeChecked();
  await expect(table.radio('JPEG')).toBeChecked();
  await expect(page.getByRole('slider', { name: 'Quality' })).toHaveValue('71');
  await table.unfoldAdvanced();
  await expect(table.advanced('Context')).toHaveValue('24');
  await expect(table.advanced('Backend')).toHaveValue('wasm');
  await expect(page.getByRole('button', { name: 'Theme: light' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await expect(page, 'the address shows what is remembered').toHaveURL(
    /\?model=photo-2x&format=jpeg&backend=wasm$/,
  );
});

test('the address restores a set-up, and what it asks for is what runs', async ({ page }) => {
  const table = await LightTable.open(page, '?model=photo-2x&scale=2&tile=128&backend=wasm&format=webp');
  await table.unfoldAdvanced();
  await expect(table.radio('Photo 2×')).toBeChecked();
  await expect(table.radio('2×')).toBeChecked();
  await expect(table.radio('WebP')).toBeChecked();
  await expect(table.advanced('Tile')).toHaveValue('128');
  await expect(table.advanced('Backend')).toHaveValue('wasm');
  await expect(table.notes.filter({ hasText: 'address' })).toHaveCount(0);

  await table.pick(PICTURE);
  await table.upscale();
  await page.getByText('Details', { exact: true }).click();
  const report = page.getByTestId('report');
  await expect(report).toContainText('BackendWASM');
  await expect(report).toContainText('Modelphoto-2x');
  await expect(report).toContainText('FormatWebP');
  await expect(report).toContainText('Tile sizes tried128');
});

test('a smaller scale than the model makes comes from the address, too', async ({ page }) => {
  const table = await LightTable.open(page, '?model=photo-4x&scale=3');
  await table.pick(PICTURE);
  await expect(table.size).toHaveText('40 × 30 → 120 × 90');
  await table.upscale();
  expect(await table.saved()).toMatchObject({ width: 120, height: 90 });
});

test('the address follows the controls, keeps keys of others, and makes no history', async ({ page }) => {
  const table = await LightTable.open(page, '?utm_source=a%20b&scale=2');
  const entries = await page.evaluate(() => history.length);
  const search = () => new URL(page.url()).search;
  await expect.poll(search).toBe('?utm_source=a%20b&scale=2');
  await table.radio('WebP').check();
  await expect.poll(search).toBe('?utm_source=a%20b&scale=2&format=webp');
  await table.radio('Fast 2×').check();
  await expect.poll(search).toBe('?utm_source=a%20b&model=fast-2x&format=webp');
  await table.unfoldAdvanced();
  await table.advanced('Tile').selectOption('64 px');
  await expect.poll(search).toBe('?utm_source=a%20b&model=fast-2x&format=webp&tile=64');
  await table.advanced('Backend').selectOption('WASM (processor)');
  await expect.poll(search).toBe('?utm_source=a%20b&model=fast-2x&format=webp&tile=64&backend=wasm');
  for (const list of ['Tile', 'Backend'] as const) await table.advanced(list).selectOption('');
  await table.radio('Photo 4×').check();
  await table.radio('PNG').check();
  await expect.poll(search, 'defaults are left out').toBe('?utm_source=a%20b');
  expect(await page.evaluate(() => history.length)).toBe(entries);
});

for (const [bad, explained] of [
  ['model=nope', 'there is no model “nope”; the models are photo-4x, photo-2x, fast-2x'],
  [
    'model=photo-2x.fast-2x.101',
    'the share “101” in “photo-2x.fast-2x.101” is no whole number from 0 to 100',
  ],
  ['scale=99', 'this model goes from 2 to 4'],
  ['tile=abc', 'it is a whole number from 32 to 1024'],
  ['tile=5', 'it is a whole number from 32 to 1024'],
  ['backend=gpu', 'the choices are webgpu and wasm'],
  ['format=bmp', 'the formats are png, jpeg and webp'],
] as const) {
  test(`${bad} is reported and ignored`, async ({ page }) => {
    // The model judges the scale, so it stays the standard one there.
    const standard = /^(?:model|scale)=/.test(bad);
    const good = standard ? 'format=webp' : 'model=fast-2x';
    const table = await LightTable.open(page, `?${bad}&${good}`);
    const note = table.notes.filter({ hasText: 'The address asked for' });
    await expect(note).toContainText(`The address asked for ${bad}, which was ignored: ${explained}.`);
    await expect.poll(() => new URL(page.url()).search, 'the rest is obeyed').toBe(`?${good}`);
    await expect(table.radio(standard ? 'Photo 4×' : 'Fast 2×')).toBeChecked();
    await expect(table.radio(standard ? 'WebP' : 'PNG')).toBeChecked();
    await table.unfoldAdvanced();
    for (const list of ['Tile', 'Backend'] as const) await expect(table.advanced(list)).toHaveValue('');
    await note.getByRole('button', { name: 'Dismiss' }).click();
    await expect(note).toHaveCount(0);
  });
}

test('several bad values: one line each, and the page still works', async ({ page }) => {
  const table = await LightTable.open(page, '?model=nope&scale=99&tile=abc&backend=gpu&format=bmp');
  const note = table.notes.filter({ hasText: 'The address asked for' });
  await expect(note.getByRole('paragraph')).toHaveCount(5);
  await table.radio('Fast 2×').check();
  await table.pick(PICTURE);
  await table.upscale();
});

test('a link can be copied before there is a picture', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const table = await LightTable.open(page);
  await table.radio('Fast 2×').check();
  await table.radio('WebP').check();
  await table.button('Copy link').click();
  await expect(table.button('Copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(new URL(link).search).toBe('?model=fast-2x&format=webp');
});

test('a model of another device is told as such', async ({ page }) => {
  const table = await LightTable.open(page, '?model=fast-2x*c2-a9a064fe&format=webp');
  const note = table.notes.filter({ hasText: 'The address asked for' });
  await expect(note).toContainText('“c2-a9a064fe” looks like a model that somebody added on another device');
  await expect(note).toContainText('get its file from there and drop it here');
  await expect.poll(() => new URL(page.url()).search).toBe('?format=webp');
});

test('a copied link restores the set-up for somebody else', async ({ page, context, browser, baseURL }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const table = await LightTable.open(page, '?scale=3&tile=64&backend=wasm&format=jpeg');
  await table.pick(PICTURE);
  await table.upscale();
  await table.button('Copy link').click();
  await expect(table.button('Copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.startsWith(baseURL ?? '-'), link).toBe(true);

  const elsewhere = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  try {
    const other = await LightTable.open(await elsewhere.newPage(), new URL(link).search);
    await expect(other.radio('Photo 4×')).toBeChecked();
    await expect(other.radio('3×')).toBeChecked();
    await expect(other.radio('JPEG')).toBeChecked();
    await other.unfoldAdvanced();
    await expect(other.advanced('Tile')).toHaveValue('64');
    await expect(other.advanced('Backend')).toHaveValue('wasm');
  } finally {
    await elsewhere.close();
  }
});
