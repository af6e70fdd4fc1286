import { expect, type Page, test } from '@playwright/test';
import { decodePng } from '../fixtures/app.ts';
import { LightTable, type PersonsFile } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';

/** The promise: files can be dropped also while the library covers the page, and it is seen what becomes of them. */
const PICTURE = { name: 'small.png', bytes: encodePng(photoLike(40, 30)) };
const LETTER = { name: 'letter.txt', bytes: new TextEncoder().encode('Dear') };
/** With tiles of 32 pixels it runs for longer than the test looks at it. */
const LONG = { name: 'long.png', bytes: encodePng(photoLike(1600, 1200)) };

/** Opens the library and drags files over it. */
async function dragOverLibrary(
  page: Page,
  files: readonly PersonsFile[],
  invitation: string,
): Promise<ModelLibrary> {
  const library = new ModelLibrary(page);
  if (!(await library.dialog.isVisible())) await library.open();
  const overlay = page.getByTestId('drop-overlay');
  expect(await brightness(page, library)).toBeGreaterThan(240);
  const whileOver = async (letGo: () => Promise<void>) => {
    await expect(overlay).toHaveText(invitation);
    expect(await brightness(page, library), 'the invitation stands above the dialog').toBeLessThan(100);
    await letGo();
  };
  await new LightTable(page).dragOver(files, whileOver, library.dialog);
  await expect(overlay).toHaveCount(0);
  return library;
}

/** The mean of all colours of the dialog's upper edge, 0..255, as it is seen; the dialog itself is white there. */
async function brightness(page: Page, { dialog }: ModelLibrary): Promise<number> {
  const box = await dialog.boundingBox();
  if (!box) throw new Error('the library is not on the screen');
  const clip = { x: box.x + 20, y: box.y + 3, width: box.width - 40, height: 6 };
  const { rgba } = decodePng(await page.screenshot({ clip }));
  return rgba.reduce((sum, value, i) => sum + (i % 4 < 3 ? value : 0), 0) / (0.75 * rgba.length);
}

test('a model that is dropped on the library arrives in it; a picture is opened, and the library makes way', async ({
  page,
}) => {
  const table = await LightTable.open(page);
  const invitation = 'Let go to add a model, or to open a picture';
  const library = await dragOverLibrary(page, [{ name: 'toy.onnx', bytes: toyModel() }], invitation);
  await library.hasArrived('toy');
  await expect(library.dialog.getByTestId('arrival')).toBeVisible();
  await dragOverLibrary(page, [LETTER], invitation);
  const refused = library.dialog.getByRole('alert');
  await expect(refused).toContainText('“letter.txt” was not opened');
  await expect(refused.locator('bdi').first(), 'a name keeps its own direction').toHaveText('letter.txt');
  await refused.getByRole('button', { name: 'Dismiss' }).click();
  await expect(refused).toHaveCount(0);
  await dragOverLibrary(page, [PICTURE], invitation);
  await table.isIn('picked');
  await expect(library.dialog).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Models', exact: true }), 'the focus is kept').toBeFocused();
  await dragOverLibrary(page, [LETTER], invitation);
  await expect(refused, 'the library stays where the picture does').toContainText(
    '“letter.txt” was not opened',
  );
});

test('a picture that is dropped on the library while a job runs is told in the library', async ({ page }) => {
  const table = await LightTable.open(page, '?model=fast-2x&tile=32&backend=wasm');
  await table.pick(LONG);
  await table.start.click();
  await table.isInTheMiddle();
  const invitation = 'Let go to add a model; for another picture, cancel first';
  const library = await dragOverLibrary(page, [PICTURE], invitation);
  await expect(library.dialog).toContainText('Tessera is still working on long.png');
  await library.close();
  await table.cancel.click();
});
