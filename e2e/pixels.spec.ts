import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { decode } from 'fast-png';
import { largestDifference, upscale } from './fixtures/app.ts';
import { onePage } from './fixtures/one-page.ts';
import { encodePng, photoLike } from './fixtures/pictures.ts';
import { type Rgb, runUntiled } from './fixtures/untiled.ts';

/** The promise: in real Chromium, cut in tiles of any size, a picture comes out as from one untiled run. */
const MODELS = [
  { id: 'photo-4x', scale: 4, receptiveField: 10, tiles: [64, 128, 256] },
  { id: 'photo-2x', scale: 2, receptiveField: 10, tiles: [64, 128] },
  { id: 'fast-2x', scale: 2, receptiveField: 6, tiles: [64, 256] },
] as const;
type Model = Omit<(typeof MODELS)[number], 'tiles'> & { readonly tiles: readonly number[] };
const SIZES = [
  [1, 1],
  [1, 200],
  [200, 1],
  [3, 2],
  [127, 129],
  // Two columns of the largest tiles, five and two rows of the smallest.
  [270, 72],
] as const;
const app = onePage();

const CHELSEA = '../shared/images/photos/chelsea.png';

for (const model of MODELS) {
  for (const [width, height] of SIZES) {
    test(`${model.id} on ${width}×${height}: tiled equals untiled`, async () => {
      const picture = photoLike(width, height, 7);
      await expectTiledEqualsUntiled(model, { width, height, rgb: picture.rgb });
    });
  }
}

test.describe('a real photo, needs ../shared', () => {
  test.skip(!existsSync(CHELSEA), 'the folder ../shared is not beside this checkout');
  test('photo-4x on a part of a photo: tiled equals untiled', async () => {
    const photo = decode(await readFile(CHELSEA));
    const picture = partOf(
      { ...photo, rgb: new Uint8Array(photo.data) },
      { x: 120, y: 60, width: 160, height: 112 },
    );
    // Three columns and two rows of the one, two columns of the other.
    await expectTiledEqualsUntiled({ ...MODELS[0], tiles: [64, 128] }, picture);
  });
});

function partOf(
  { width: pitch, rgb }: Rgb,
  part: { x: number; y: number; width: number; height: number },
): Rgb {
  const { x, y, width, height } = part;
  const rows = Array.from({ length: height }, (_, row) => {
    const from = 3 * ((y + row) * pitch + x);
    return rgb.subarray(from, from + 3 * width);
  });
  return { width, height, rgb: new Uint8Array(Buffer.concat(rows)) };
}

async function expectTiledEqualsUntiled(model: Model, picture: Rgb): Promise<void> {
  const path = `public/models/${model.id}.onnx`;
  const whole = await runUntiled(path, picture, model.scale, model.receptiveField + 3);
  const file = encodePng(picture);
  for (const tile of model.tiles) {
    const options = { model: model.id, tile, backend: 'wasm' } as const;
    const { report, pixels } = await upscale(app().page, { file, options });
    expect(report.backend).toBe('wasm');
    expect(report.tileSizesTried).toEqual([tile]);
    expect(largestDifference(pixels, whole), `tiles of ${tile}`).toBeLessThanOrEqual(1);
  }
}
