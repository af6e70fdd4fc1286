import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { decodePng } from '../fixtures/app.ts';
import { expectNoViolation } from '../fixtures/everybody.ts';
import { LightTable } from '../fixtures/light-table.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';

/** The promise: between two trainings of a network lie others, a slider away; what does not go together is told at once. */
const HOST = 'https://models.example';
const SHARED = '../shared/models/ncnn/realesrgan/';
const hasPair = existsSync(`${SHARED}RealESRGAN_General_WDN_x4_v3.bin`);

// Routes do not see what a service worker fetches; axe is a script of its own, which the content policy rightly refuses.
test.use({ serviceWorkers: 'block', bypassCSP: true, permissions: ['clipboard-read', 'clipboard-write'] });

/** Files by their names at the host; a model is one of them, or two. */
type Files = Readonly<Record<string, Uint8Array>>;

const search = (page: Page) => new URL(page.url()).search;

/** Opens a link to a blend of two models, and agrees to it. @returns what of the link does not change with the share */
async function openBlend(page: Page, percent: number, models: readonly [Files, Files]) {
  const files = { ...models[0], ...models[1] };
  await page.context().route(`${HOST}/**`, (route) => {
    const bytes = files[new URL(route.request().url()).pathname.slice(1)];
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'application/octet-stream' };
    return bytes
      ? route.fulfill({ body: Buffer.from(bytes), headers })
      : route.fulfill({ status: 404, headers });
  });
  const parts = models.map((model) =>
    Object.entries(model)
      .map(([name, bytes]) => `${HOST}/${name}#sha256=${createHash('sha256').update(bytes).digest('hex')}`)
      .join(','),
  );
  const rest = parts.map((part) => `&file=${encodeURIComponent(part)}`).join('');
  const table = await LightTable.open(page, `?model=file-1.file-2.${percent}${rest}`);
  await page.getByRole('button', { name: /^Download/ }).click();
  await expect.poll(() => search(page), { timeout: 60_000 }).toBe(`?model=file-1.file-2.${percent}${rest}`);
  return { table, rest };
}

/** The colours that the present set-up makes of the picture; afterwards the choices are there again, unfolded. */
async function colours(table: LightTable): Promise<Uint8Array> {
  await table.upscale();
  const { rgba } = decodePng((await table.saved()).bytes);
  await table.button('Settings').click();
  await table.unfoldAdvanced();
  return Uint8Array.from(rgba);
}

function mostApart(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

/** Moves the slider by keyboard and by hand, and looks at what comes of it. */
async function slides(page: Page, models: readonly [Files, Files], label: string, apart: number) {
  const { table, rest } = await openBlend(page, 50, models);
  const slider = page.getByRole('slider', { name: label });
  const blend = page.getByRole('combobox', { name: 'Blend with' });
  const partner = () => blend.locator('option').nth(1).textContent();
  const at = (percent: number) =>
    expect.poll(() => search(page)).toBe(`?model=file-1.file-2.${percent}${rest}`);
  await table.pick({ name: 'small.png', bytes: encodePng(photoLike(24, 16)) });
  await table.unfoldAdvanced();
  await expect(slider).toHaveValue('50');
  const half = await colours(table);

  await slider.focus();
  await page.keyboard.press('End');
  await at(100);
  const first = await colours(table);
  await slider.focus();
  await page.keyboard.press('Home');
  await at(0);
  const second = await colours(table);
  expect(mostApart(first, second), 'the two models are not alike').toBeGreaterThan(apart);
  for (const end of [first, second]) expect(mostApart(half, end)).toBeGreaterThan(apart / 4);

  await slider.scrollIntoViewIfNeeded();
  const box = await slider.boundingBox();
  if (!box) throw new Error('the slider is not on the screen');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 4, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.75 * box.width, y, { steps: 6 });
  await page.mouse.up();
  const dragged = Number(await slider.inputValue());
  expect(dragged).toBeGreaterThanOrEqual(70);
  expect(dragged).toBeLessThanOrEqual(80);
  await at(dragged);
  await page.keyboard.press('ArrowRight');
  await at(dragged + 5);
  await expect(page.getByText(`${dragged + 5} %`, { exact: true })).toBeVisible();
  await table.upscale();
  await table.button('Copy link').click();
  await expect(table.button('Copied')).toBeVisible();
  const copied = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied.search, 'the link carries the share').toBe(`?model=file-1.file-2.${dragged + 5}${rest}`);
  const { rgba } = decodePng((await table.saved()).bytes);
  expect(mostApart(Uint8Array.from(rgba), half), 'another share, other pixels').toBeGreaterThan(0);

  // Each model by itself, as it was before anything was blended.
  await table.button('Settings').click();
  await table.unfoldAdvanced();
  const other = await partner();
  await blend.selectOption('Nothing');
  expect(mostApart(await colours(table), first), 'all of the first is the first').toBe(0);
  await page.getByRole('radio', { name: new RegExp(`^${other} \\d×$`) }).check();
  expect(mostApart(await colours(table), second), 'none of the first is the second').toBe(0);
}

test('the share of a blend is slid by keyboard and by hand, and its ends are the models themselves', async ({
  page,
}) => {
  const models = [{ 'bright.onnx': toyModel() }, { 'dim.onnx': toyModel({ gain: 0.7 }) }] as const;
  await slides(page, models, 'Share of the chosen model', 40);
});

test(`Real-ESRGAN’s denoise strength is slid${hasPair ? '' : ' (not run: ../shared/models is not here)'}`, async ({
  page,
}) => {
  test.skip(!hasPair, '../shared/models is not here');
  const files = (stem: string): Files =>
    Object.fromEntries(
      ['param', 'bin'].map((end) => [`${stem}.${end}`, readFileSync(`${SHARED}${stem}.${end}`)]),
    );
  const models = [files('RealESRGAN_General_x4_v3'), files('RealESRGAN_General_WDN_x4_v3')] as const;
  await slides(page, models, 'Denoise strength', 4);
});

test('models that cannot be blended are told when the recipe is there, not when the job runs', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const table = await LightTable.open(page, '?model=fast-2x.photo-2x.40');
  const said = page.getByRole('alert').filter({ hasText: 'The two models cannot be blended: one has' });
  await expect(said, 'also on a phone, before there is a picture').toBeVisible();
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect(said).toBeVisible();
  await table.unfoldAdvanced();
  await expect(page.getByRole('combobox', { name: 'Blend with' })).toHaveValue('photo-2x');
  await table.pick({ name: 'small.png', bytes: encodePng(photoLike(24, 16)) });
  await expect(page.getByRole('alert')).toHaveCount(1);
  await expect(said).toContainText('These models do not go together');
  await expect(table.start).toBeDisabled();
  await expect(table.start).toHaveAccessibleDescription(/cannot be blended/);
  await expectNoViolation(page, 'a recipe that is refused');
  await page.keyboard.press('u');
  await expect(table.main).toHaveAttribute('data-state', 'picked');
  await table.button('Use Fast alone').click();
  await expect(said).toHaveCount(0);
  await expect.poll(() => search(page)).toBe('?model=fast-2x');
  await table.upscale();
});

test('a chain that enlarges too much is told, and goes when a step is taken out', async ({ page }) => {
  const table = await LightTable.open(page, '?model=photo-4x');
  await table.pick({ name: 'small.png', bytes: encodePng(photoLike(8, 6)) });
  await table.unfoldAdvanced();
  await page.getByRole('checkbox', { name: 'Run Photo twice' }).check();
  await expect(table.start).toBeEnabled();
  await page.getByRole('combobox', { name: 'Then' }).selectOption('Photo 2×');
  await expect(page.getByRole('alert')).toContainText(
    'they enlarge 16 × 2 = 32 times, and at most 16 is possible',
  );
  await expect(table.start).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Run Photo twice' }).uncheck();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(table.start).toBeEnabled();
});
