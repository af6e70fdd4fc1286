import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { expectFitsAcross, expectNoViolation } from '../fixtures/everybody.ts';
import { LightTable } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { toyModel } from '../fixtures/toy-model.ts';
import { toySafetensors } from '../fixtures/toy-weights.ts';

/** The promise: the person's models stay theirs, under the names and with the notes that they gave them. */
const ONE = { name: 'one.onnx', bytes: toyModel() };
const TWO = toySafetensors('two.safetensors');

test('what is no name is told, and the old one stays', async ({ page }) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await table.drop({ ...ONE, name: 'One \u202ehtp\u2066.onnx' });
  await library.hasArrived('One htp');
  await expect(table.radio('One htp 2×'), 'without signs that turn letters round').toBeChecked();
  await library.open();
  await library.item('One htp').getByRole('button', { name: 'Rename One htp' }).click();
  const field = page.getByRole('textbox', { name: 'New name of One htp' });
  for (const [text, said] of [
    ['', 'A model needs a name. It is still called “One htp”.'],
    ['  \u202e ', 'A model needs a name'],
    ['x'.repeat(81), 'at most 80 letters, and this one has 81'],
  ] as const) {
    await field.fill(text);
    await field.press('Enter');
    await expect(field).toHaveAccessibleDescription(new RegExp(said));
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
  await field.fill('x'.repeat(80));
  await field.press('Enter');
  await expect(library.item('x'.repeat(80))).toBeVisible();
  await library
    .item('x'.repeat(80))
    .getByRole('button', { name: /^Rename/ })
    .click();
  await page.getByRole('textbox', { name: /^New name/ }).fill('');
  await page.keyboard.press('Escape');
  await expect(library.item('x'.repeat(80))).toBeVisible();
});

test('a model is renamed, noted, saved and deleted, in all tabs and after a reload', async ({
  page,
  context,
}) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await table.drop(ONE);
  await library.hasArrived('one');
  const otherPage = await context.newPage();
  const other = await LightTable.open(otherPage);
  await expect(other.radio('one 2×')).toBeVisible();

  await page.bringToFront();
  await library.open();
  await library.item('one').getByRole('button', { name: 'Rename one' }).click();
  await page.keyboard.type('Soft skies');
  await page.keyboard.press('Enter');
  const item = library.item('Soft skies');
  await expect(item.getByRole('button', { name: 'Rename Soft skies' })).toBeFocused();
  await expect(other.radio('Soft skies 2×')).toBeVisible();
  await item.getByRole('button', { name: 'Rename Soft skies' }).click();
  await page.keyboard.type('Something else');
  await page.keyboard.press('Escape');
  await expect(library.dialog, 'Escape ends the renaming only').toBeVisible();
  await item.getByText('Details').click();
  await item.getByLabel('Note').fill('For skies, with tiles of 256.');
  await item.getByRole('button', { name: 'Save note' }).click();
  await expect(item.getByText('For skies, with tiles of 256.').first()).toBeVisible();
  await expect(item).toContainText('one.onnx');
  await item.getByText('How it works').click();
  await expect(item).toContainText('2× (found by running it)');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    item.getByRole('button', { name: 'Save as ONNX' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^one-[0-9a-f]{8}\.onnx$/);
  // Field 1 of an ONNX file: its version.
  expect((await readFile(await download.path()))[0]).toBe(0x08);
  await expect(page.getByTestId('storage')).toContainText(/^Tessera uses .+ of the .+ that the browser/);

  await page.reload();
  await expect(table.radio('Soft skies 2×')).toBeChecked();
  expect(page.url()).toMatch(/model=one-/);
  await library.open();
  await item.getByText('Details').click();
  await expect(item.getByLabel('Note')).toHaveValue('For skies, with tiles of 256.');
  await item.getByRole('button', { name: 'Delete…' }).click();
  await expect(item.getByRole('button', { name: 'Keep', exact: true })).toBeFocused();
  await item.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(library.dialog).toContainText('No models of your own yet.');
  await expect(library.dialog.getByRole('button', { name: 'Close' })).toBeVisible();
  await library.close();
  await expect(table.radio('Photo 4×')).toBeChecked();
  await expect(page).not.toHaveURL(/model=/);
  await expect(other.radio('Soft skies 2×')).toHaveCount(0);
});

test('a model that was saved as ONNX is the same one when it is dropped again', async ({ page }) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  await table.drop(TWO);
  await library.hasArrived('two');
  await library.open();
  const item = library.item('two');
  await item.getByText('Details').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    item.getByRole('button', { name: 'Save as ONNX' }).click(),
  ]);
  const saved = { name: 'saved.onnx', bytes: await readFile(await download.path()) };
  await library.close();
  await table.drop(saved);
  // Under the name that it has: nothing was added.
  await library.hasArrived('two');
  await library.open();
  await expect(library.dialog.getByRole('heading', { level: 3 })).toHaveText(['two']);

  await item.getByText('Details').click();
  await item.getByRole('button', { name: 'Delete…' }).click();
  await item.getByRole('button', { name: 'Delete', exact: true }).click();
  await library.close();
  await table.drop(saved);
  await library.hasArrived('saved');
  await library.open();
  await library.item('saved').getByText('Details').click();
  await library.item('saved').getByText('How it works').click();
  await expect(library.item('saved')).toContainText('2× (follows from its architecture)');
});

test.describe('everybody', () => {
  // axe is a script of its own, which the content policy rightly refuses.
  test.use({ bypassCSP: true });

  test('axe: the library on a desktop, and on a phone of 390 and 320 pixels nothing is cut off', async ({
    page,
  }) => {
    const table = await LightTable.open(page);
    const library = new ModelLibrary(page);
    await table.drop({ name: 'notes.safetensors', bytes: TWO.bytes.subarray(0, 90) });
    await library.wasRefused();
    await expectNoViolation(page, 'refused');
    await table.drop(TWO);
    await library.hasArrived('two');
    await expectNoViolation(page, 'added');
    await library.open();
    const item = library.item('two');
    await item.getByText('Details').click();
    await item.getByText('How it works').click();
    await expectNoViolation(page, 'on this device');
    await item.getByRole('button', { name: 'Delete…' }).click();
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      await expectFitsAcross(page, `on this device, ${width} px`);
      await library.show('Built in');
      await library.dialog.getByText('Model card').first().click();
      await expect(library.dialog.getByRole('region', { name: 'Model card of photo-4x' })).toContainText(
        'For photographs',
      );
      await expectFitsAcross(page, `built in, ${width} px`);
      await library.show('Get more');
      const offer = library.dialog.getByRole('button', { name: 'Download Nomos8kSC 4×…' });
      await offer.click();
      await expectFitsAcross(page, `get more, ${width} px`);
      await library.show(/^On this device/);
    }
    await library.show('Get more');
    await expectNoViolation(page, 'get more, on a phone');
    await library.show('Built in');
    await library.dialog.getByText('Model card').first().click();
    await expect(library.dialog.getByRole('img')).not.toHaveCount(0);
    await expectNoViolation(page, 'built in, on a phone');
  });
});
