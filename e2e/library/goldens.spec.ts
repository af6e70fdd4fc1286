import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type {} from '../../src/page-api.ts';
import { upscale } from '../fixtures/app.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng } from '../fixtures/pictures.ts';

/**
 * The promise: a model of each family, dropped as it was published, gives in real Chromium the pixels of its golden answer.
 * The references ran over 48 × 48 pixels with zeros around; Tessera mirrors, so that as far as a network sees, the borders
 * differ and are left out. (In Node all goldens are met as tensors: `src/worker/import-model.test.ts`.)
 */
const SHARED = '../shared';
const SIDE = 48;

const CASES = [
  {
    family: 'Compact, .pth',
    files: ['pth/realesr-animevideov3.legacy.pth'],
    golden: 'realesr-animevideov3-x4',
    scale: 4,
    border: 18,
    most: 1,
  },
  {
    family: 'SPAN, .pth',
    files: ['pth/team38_span_ch28_slim.pth'],
    golden: 'team38_span_ch28',
    scale: 4,
    border: 21,
    most: 1,
  },
  {
    family: 'waifu2x, ncnn',
    files: [
      'ncnn/waifu2x-upconv_7_photo/scale2.0x_model.param',
      'ncnn/waifu2x-upconv_7_photo/scale2.0x_model.bin',
    ],
    golden: 'waifu2x-upconv7-photo',
    scale: 2,
    // Its reference is mirrored, too.
    border: 0,
    most: 1,
  },
  {
    family: 'Compact, .onnx',
    files: ['onnx/animejanai/2x_AnimeJaNai_HD_V3_SuperUltraCompact.onnx'],
    golden: '2x_AnimeJaNai_HD_V3_SuperUltraCompact',
    scale: 2,
    border: 10,
    most: 1,
  },
  // It sees 94 pixels far, so that the other border reaches everything a little: the mean is held in place of the largest.
  {
    family: 'ESRGAN, .safetensors',
    files: ['safetensors/RealESRGAN_x4plus_anime_6B.safetensors'],
    golden: 'RealESRGAN_x4plus_anime_6B',
    scale: 4,
    border: 20,
    most: 1,
    of: 'mean',
    // One small tile: every pixel more costs seconds.
    options: { tile: 64, context: 16 },
  },
] as const;

const app = onePage();

test.describe('golden answers, which need ../shared', () => {
  test.skip(!existsSync(`${SHARED}/golden/index.json`), 'the folder ../shared is not beside this checkout');

  for (const { family, files, golden, scale, border, most, ...rest } of CASES) {
    test(family, async () => {
      const { page } = app();
      const model = await page.evaluate(
        async (given) => {
          const made = given.map(({ name, base64 }) => {
            const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
            return new File([bytes], name);
          });
          return (await tessera.models.add(made)).id;
        },
        files.map((path) => ({
          name: path.split('/').at(-1) ?? path,
          base64: readFileSync(`${SHARED}/models/${path}`).toString('base64'),
        })),
      );
      const { pixels } = await upscale(page, {
        file: input(),
        options: { model, backend: 'wasm', ...('options' in rest ? rest.options : {}) },
      });
      expect(pixels.width).toBe(SIDE * scale);
      const inside = differencesInside(pixels.rgba, floats(`${golden}.f32`), scale, border);
      const mean = inside.reduce((sum, one) => sum + one, 0) / inside.length;
      expect('of' in rest ? mean : Math.max(...inside)).toBeLessThanOrEqual(most);
    });
  }
});

function floats(name: string): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(`${SHARED}/golden/${name}`)).buffer);
}

/** The reference's input; its values are whole bytes. */
function input(): Uint8Array {
  const planes = floats('input_chelsea_48.f32');
  const rgb = Uint8Array.from({ length: 3 * SIDE ** 2 }, (_, i) =>
    Math.round(255 * (planes[(i % 3) * SIDE ** 2 + Math.floor(i / 3)] as number)),
  );
  return encodePng({ width: SIDE, height: SIDE, rgb });
}

/** In steps of 255, over all pixels that are `border` source pixels or more from the edge. */
function differencesInside(
  rgba: Uint8Array,
  planes: Float32Array,
  scale: number,
  border: number,
): readonly number[] {
  const side = SIDE * scale;
  const differences: number[] = [];
  for (let y = border * scale; y < side - border * scale; y++)
    for (let x = border * scale; x < side - border * scale; x++)
      for (let c = 0; c < 3; c++) {
        const wanted = 255 * Math.min(1, Math.max(0, planes[(c * side + y) * side + x] as number));
        const own = rgba[4 * (y * side + x) + c] as number;
        differences.push(Math.abs(own - Math.round(wanted)));
      }
  return differences;
}
