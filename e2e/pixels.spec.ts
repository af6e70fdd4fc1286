import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { decode } from 'fast-png';
import type {} from '../src/page-api.ts';
import type { JobReport, UpscaleOptions } from '../src/worker/protocol.ts';
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
  [451, 300],
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
  await page.goto('./');
  for (const tile of model.tiles) {
    const { rgb, report } = await upscaleOnPage(page, picture, { model: model.id, tile, backend: 'wasm' });
    expect(report.backend).toBe('wasm');
    expect(report.tileSizesTried).toEqual([tile]);
    expect([report.output.width, report.output.height]).toEqual([whole.width, whole.height]);
    expect(largestDifference(rgb, whole.rgb), `tiles of ${tile}`).toBeLessThanOrEqual(1);
  }
}

async function upscaleOnPage(
  page: Page,
  { width, height, rgb }: Rgb,
  options: UpscaleOptions,
): Promise<{ rgb: Uint8Array; report: JobReport }> {
  const png = Buffer.from(encodePng({ width, height, rgb })).toString('base64');
  const { base64, report } = await page.evaluate(
    async ([input, wanted]) => {
      const bytes = Uint8Array.from(atob(input), (c) => c.charCodeAt(0));
      const result = await tessera.upscale(new File([bytes], 'drawn.png'), wanted);
      const out = new Uint8Array(await result.blob.arrayBuffer());
      let text = '';
      for (let i = 0; i < out.length; i += 32768) text += String.fromCharCode(...out.subarray(i, i + 32768));
      return { base64: btoa(text), report: result.report };
    },
    [png, options] as const,
  );
  const decoded = decode(Buffer.from(base64, 'base64'));
  return { rgb: withoutAlpha(new Uint8Array(decoded.data), decoded.channels), report };
}

function withoutAlpha(data: Uint8Array, channels: number): Uint8Array {
  return channels === 3 ? data : data.filter((_, i) => i % 4 !== 3);
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}
