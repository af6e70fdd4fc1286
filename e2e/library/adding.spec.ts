import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { LightTable, type PersonsFile } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';
import { toyNcnn, toyPth, toySafetensors, zipped } from '../fixtures/toy-weights.ts';

/** The promise: whoever drops a model on the page can use it. */
const SHARED = fileURLToPath(new URL('../../../shared/models/', import.meta.url));
const SMALL = { name: 'small.png', bytes: encodePng(photoLike(40, 30)) };
const TINY = { name: 'tiny.png', bytes: encodePng(photoLike(16, 12)) };
/** With tiles of 32 pixels it runs for as long as a model needs to arrive. */
const LONG = { name: 'long.png', bytes: encodePng(photoLike(1600, 1200)) };

const onnx = (name: string, gain = 1): PersonsFile => ({ name, bytes: toyModel({ gain }) });

test('a model of each form is dropped, chosen, and makes a picture', async ({ page }) => {
  const table = await LightTable.open(page, '?format=png&backend=wasm');
  const library = new ModelLibrary(page);
  await table.pick(SMALL);
  const together = toyNcnn('pair');
  const apart = toyNcnn('halves', 0.98);
  const inZip = toyNcnn('packed', 0.96);
  const drops: readonly (readonly [string, () => Promise<void>])[] = [
    ['plain', () => table.drop(onnx('plain.onnx'))],
    ['weights', () => table.drop(toySafetensors('weights.safetensors'))],
    ['checkpoint', () => table.drop(toyPth('checkpoint.pth'))],
    ['pair', () => table.drop(together.bin, together.param)],
    ['packed', () => table.drop(zipped('packed.zip', [inZip.param, inZip.bin]))],
    [
      'halves',
      async () => {
        await table.drop(apart.bin);
        await expect(library.halves).toContainText('halves.bin is half of an ncnn model');
        await expect(library.halves).toContainText('Drop its .param file, too');
        await table.drop(apart.param);
      },
    ],
  ];
  for (const [name, drop] of drops) {
    await drop();
    await library.hasArrived(name);
    await expect(table.radio(`${name} 2×`), `${name} is chosen`).toBeChecked();
    await table.upscale();
    expect(await table.saved(), name).toMatchObject({ type: 'png', width: 80, height: 60 });
    await expect(library.arrival, 'the news of it are old').toHaveCount(0);
    await table.button('Settings').click();
  }
  await expect(page.getByRole('status').filter({ hasText: 'is ready' })).toHaveCount(0);
  await page.getByRole('button', { name: '4 more models…' }).click();
  await expect(library.dialog.getByRole('heading', { level: 3 })).toHaveText(
    drops.map(([name]) => name).reverse(),
  );
});

test('several wait for each other, and what cannot be run is refused with a reason', async ({ page }) => {
  const table = await LightTable.open(page);
  const library = new ModelLibrary(page);
  const heard = page.getByRole('status').filter({ hasText: 'is ready' });
  await table.drop(onnx('first.onnx'), onnx('second.onnx', 0.97), onnx('third.onnx', 0.94));
  await expect(library.arrival).toContainText('2 more models wait');
  await library.hasArrived('third');
  await expect(heard).toContainText('third is ready. 2×. No licence is known.');
  await expect(table.radio('third 2×')).toBeChecked();
  await table.drop({ name: 'two-inputs.onnx', bytes: toyModel({ secondInput: true }) });
  const refusal = await library.wasRefused();
  await expect(refusal).toContainText('two-inputs.onnx');
  await expect(table.radio('third 2×'), 'the choice stays').toBeChecked();
  await refusal.getByRole('button', { name: 'Dismiss' }).click();
  await expect(library.arrival).toHaveCount(0);
});

test('a model that is dropped while a job runs leaves it alone, and is chosen afterwards', async ({
  page,
}) => {
  const table = await LightTable.open(page, '?model=fast-2x&tile=32&backend=wasm');
  const library = new ModelLibrary(page);
  await table.pick(LONG);
  await table.start.click();
  await table.isInTheMiddle();
  await table.drop(onnx('late.onnx'));
  await library.hasArrived('late');
  await expect(library.arrival).toContainText('It is chosen when this picture is done.');
  await table.isIn('running');
  await expect(table.radio('Fast 2×')).toBeChecked();
  await table.cancel.click();
  await table.isIn('cancelled');
  await expect(table.radio('late 2×')).toBeChecked();
});

/** The small ones: all of them are converted and run by the tests of `src/worker`. */
const REAL = [
  ['4x', 'pth/team38_span_ch28_slim.pth'],
  ['2x', 'onnx/animejanai/2x_AnimeJaNai_HD_V3_SuperUltraCompact.onnx'],
  [
    '2x',
    'ncnn/waifu2x-upconv_7_photo/scale2.0x_model.param',
    'ncnn/waifu2x-upconv_7_photo/scale2.0x_model.bin',
  ],
] as const;
const isHere = existsSync(SHARED);

test(`real models are dropped and make pictures${isHere ? '' : ' (not run: ../shared/models is not here)'}`, async ({
  page,
}) => {
  test.skip(!isHere, '../shared/models is not here');
  const table = await LightTable.open(page, '?backend=wasm');
  const library = new ModelLibrary(page);
  await table.pick(TINY);
  for (const [scale, ...paths] of REAL) {
    const files = paths.map((path) => ({
      name: path.split('/').at(-1) as string,
      bytes: readFileSync(SHARED + path),
    }));
    await table.drop(...files);
    await library.hasArrived('');
    await table.upscale();
    const times = Number.parseInt(scale, 10);
    expect(await table.saved(), paths[0]).toMatchObject({ width: 16 * times, height: 12 * times });
    await table.button('Settings').click();
  }
  await table.drop({
    name: 'imdn_model_RTC.pth',
    bytes: readFileSync(`${SHARED}pth/imdn_model_RTC.pth`),
  });
  await expect(await library.wasRefused()).toContainText('These are weights of IMDN');
});
