import { expect, type Page, test } from '@playwright/test';
import { expectNoViolation } from '../fixtures/everybody.ts';
import { LightTable } from '../fixtures/light-table.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

/** The promise: models can be tried side by side on the person's own picture, and made to work together. */
const PICTURE = { name: 'drawn.png', bytes: encodePng(photoLike(300, 200)) };

// Routes do not see what a service worker fetches; axe is a script of its own, which the content policy rightly refuses.
test.use({ serviceWorkers: 'block', bypassCSP: true });

const TOYS = [
  { id: 'soft', bytes: toyModel(), claims: { name: 'Soft' } },
  { id: 'bright', bytes: toyModel({ bias: 0.1 }), claims: { name: 'Bright' } },
  { id: 'large', bytes: toyModel({ scale: 3 }), claims: { name: 'Large', scale: 3 } },
];

const search = (page: Page) => new URL(page.url()).search;

test('two or more models run on one part of the picture, and the better one is taken', async ({ page }) => {
  await serveModels(page.context(), TOYS);
  const table = await LightTable.open(page);
  await table.pick(PICTURE);
  await table.button('Compare models').click();
  const dialog = page.getByRole('dialog', { name: 'Compare models' });
  const frame = dialog.getByRole('button', { name: /^Part to compare, 256 × 200 pixels from 22, 0/ });
  await frame.focus();
  await page.keyboard.press('ArrowRight');
  await expect(dialog.getByRole('button', { name: /pixels from 44, 0/ })).toBeVisible();
  await expect(dialog.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await dialog.getByRole('checkbox', { name: 'Large 3×' }).check();
  await expectNoViolation(page, 'choosing what to compare');
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(dialog.getByTestId('sample')).toHaveCount(3);
  const sizes = await dialog
    .getByTestId('sample')
    .evaluateAll((all) =>
      all.map((one) => [(one as HTMLCanvasElement).width, (one as HTMLCanvasElement).height]),
    );
  expect(sizes).toEqual([
    [512, 400],
    [512, 400],
    [768, 600],
  ]);
  const brightness = await dialog.getByTestId('sample').evaluateAll((all) =>
    all.map((one) => {
      const data = (one as HTMLCanvasElement).getContext('2d')?.getImageData(100, 100, 64, 64).data ?? [];
      return [...data].reduce((sum, value) => sum + value, 0) / data.length;
    }),
  );
  expect((brightness[1] ?? 0) - (brightness[0] ?? 0), 'each shows its own model').toBeGreaterThan(10);
  await dialog.getByRole('radio', { name: '4:1' }).check();
  await expectNoViolation(page, 'samples side by side');
  await dialog.getByRole('button', { name: 'Use this: Bright' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(table.button('Compare models'), 'the focus comes back').toBeFocused();
  await expect(table.radio('Bright 2×')).toBeChecked();
  await expect.poll(() => search(page)).toBe('?model=bright');
});

test('a model before, twice and after: the recipe is in the address, and runs', async ({ page }) => {
  const table = await LightTable.open(page);
  await table.offer({ name: 'Same.onnx', bytes: toyModel({ scale: 1 }) });
  await expect(table.radio('Same 1×')).toBeChecked();
  await table.radio('Fast 2×').check();
  await table.pick({ name: 'small.png', bytes: encodePng(photoLike(20, 10)) });
  await table.unfoldAdvanced();
  await page.getByRole('combobox', { name: 'First' }).selectOption('Same 1×');
  await page.getByRole('checkbox', { name: 'Run Fast twice' }).check();
  await page.getByRole('combobox', { name: 'Then' }).selectOption('Photo 2×');
  await expect.poll(() => search(page)).toMatch(/^\?model=same-[0-9a-f]{8}\*fast-2x\*fast-2x\*photo-2x$/);
  await expect(table.radio('Same → Fast → Fast → Photo 8×')).toBeChecked();
  await expect(table.size).toHaveText('20 × 10 → 160 × 80');
  await expectNoViolation(page, 'several models');
  await table.upscale();
  expect(await table.saved()).toMatchObject({ width: 160, height: 80 });

  await table.button('Settings').click();
  await page.reload();
  await table.unfoldAdvanced();
  await expect(page.getByRole('combobox', { name: 'First' })).toHaveValue(/^same-/);
  await page.getByRole('checkbox', { name: 'Run Fast twice' }).uncheck();
  await page.getByRole('combobox', { name: 'First' }).selectOption('Nothing');
  await page.getByRole('combobox', { name: 'Then' }).selectOption('Nothing');
  await expect.poll(() => search(page)).toBe('?model=fast-2x');
});
