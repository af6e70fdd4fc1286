import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import { largestDifference, openApp, upscale } from './fixtures/app.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';
import { type Rgb, runUntiled } from './fixtures/untiled.ts';

/** The promise: in real Chromium, cut in tiles of any size, a picture comes out as from one untiled run. */
const MODELS = [
  { id: 'photo-4x', scale: 4, receptiveField: 10, tiles: [64, 128, 256] },
  { id: 'photo-2x', scale: 2, receptiveField: 10, tiles: [64, 128] },
  { id: 'fast-2x', scale: 2, receptiveField: 6, tiles: [64, 256] },
];
const SIZES = [
  [1, 1],
  [1, 200],
  [200, 1],
  [3, 2],
  [127, 129],
  [290, 200],
] as const;

const CHELSEA = '../shared/images/photos/chelsea.png';

for (const model of MODELS) {
  for (const [width, height] of SIZES) {
    test(`${model.id} on ${width}×${height}: tiled equals untiled`, async ({ page }) => {
      const picture = photoLike(width, height, 7);
      await expectTiledEqualsUntiled(page, model, { width, height, rgb: picture.rgb });
    });
  }
}

test.describe('a real photo, needs ../shared', () => {
  test.skip(!existsSync(CHELSEA), 'the folder ../shared is not beside this checkout');
  test('photo-4x on a 451×300 photo: tiled equals untiled', async ({ page }) => {
    const { width, height, data } = decode(await readFile(CHELSEA));
    await expectTiledEqualsUntiled(page, MODELS[0] as (typeof MODELS)[0], {
      width,
      height,
      rgb: new Uint8Array(data),
    });
  });
});

async function expectTiledEqualsUntiled(page: Page, model: (typeof MODELS)[0], picture: Rgb): Promise<void> {
  const path = `public/models/${model.id}.onnx`;
  const whole = await runUntiled(path, picture, model.scale, model.receptiveField + 3);
  const file = encodePng(picture);
  await openApp(page);
  for (const tile of model.tiles) {
    const options = { model: model.id, tile, backend: 'wasm' } as const;
    const { report, pixels } = await upscale(page, { file, options });
    expect(report.backend).toBe('wasm');
    expect(report.tileSizesTried).toEqual([tile]);
    expect(largestDifference(pixels, whole), `tiles of ${tile}`).toBeLessThanOrEqual(1);
  }
}
