import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { decodePng, failedUpscale, openApp, type ResultPixels, runJob } from '../fixtures/app.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

const FOLDER = '../shared/images/awkward';
const OPTIONS = { model: 'fast-2x', backend: 'wasm' } as const;

/** A colour at a place of the source picture, upright, in source pixels: `[x, y, [red, green, blue]]` or with alpha. */
type Spot = readonly [number, number, readonly number[]];

/** The centres of the four quadrants that most of these pictures show. */
function quadrants(width: number, height: number, colours = [RED, GREEN, BLUE, YELLOW]): Spot[] {
  const [left, right, top, bottom] = [width / 4, (3 * width) / 4, height / 4, (3 * height) / 4].map(
    Math.floor,
  ) as [number, number, number, number];
  const places = [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ] as const;
  return places.map(([x, y], i) => [x, y, colours[i] as number[]]);
}

const RED = [220, 40, 40];
const GREEN = [40, 180, 60];
const BLUE = [40, 70, 220];
const YELLOW = [235, 205, 40];
const WIDE_GAMUT = [
  [240, 0, 21],
  [0, 183, 30],
  [29, 71, 229],
  [241, 204, 0],
];
const SWAPPED = [
  [40, 220, 40],
  [60, 40, 180],
  [220, 40, 70],
  [40, 235, 205],
];

/** What the network may change of a flat colour. */
const TOLERANCE = 12;

/** Upright source size, and what to see. `also` looks at the whole result. */
const GOOD: readonly {
  file: string;
  size: readonly [number, number];
  spots?: readonly Spot[];
  also?: (result: ResultPixels) => void;
}[] = [
  { file: 'exif-orientation-6.jpg', size: [40, 64], spots: quadrants(40, 64) },
  { file: 'exif-orientation-5.jpg', size: [40, 64], spots: quadrants(40, 64) },
  { file: 'exif-orientation-8.png', size: [40, 64], spots: quadrants(40, 64) },
  { file: 'dpi300-gps-xmp-icc.jpg', size: [96, 64] },
  { file: 'phys-300dpi.png', size: [96, 64] },
  { file: 'cmyk.jpg', size: [64, 48], spots: quadrants(64, 48) },
  { file: 'rgb16-gradient.png', size: [1024, 8] },
  { file: 'rgba16.png', size: [64, 16], also: (result) => expectRisingAlpha(result) },
  { file: 'icc-display-p3.png', size: [48, 32], spots: quadrants(48, 32, WIDE_GAMUT) },
  { file: 'icc-display-p3.jpg', size: [48, 32], spots: quadrants(48, 32, WIDE_GAMUT) },
  { file: 'icc-srgb.png', size: [48, 32], spots: quadrants(48, 32) },
  { file: 'icc-swapped.png', size: [48, 32], spots: quadrants(48, 32, SWAPPED) },
  { file: 'grey.jpg', size: [96, 64], also: (result) => expectGrey(result) },
  { file: 'grey-1bit-19x16.png', size: [19, 16], also: (result) => expectGrey(result) },
  { file: 'interlaced.png', size: [96, 64] },
  { file: 'palette-trns.png', size: [32, 24], also: (result) => expectAlphas(result, [255, 128, 64, 0]) },
  { file: 'rgba-soft-hidden.png', size: [96, 48], also: (result) => expectNoFringe(result) },
  { file: 'lossless-alpha.webp', size: [96, 48], also: (result) => expectNoFringe(result) },
  { file: 'rgba-opaque.png', size: [32, 24], also: (result) => expectAlphas(result, [255]) },
  { file: 'grey-alpha.png', size: [40, 24] },
  { file: '1x1.png', size: [1, 1], spots: [[0, 0, [10, 200, 30]]] },
  { file: '1x200.png', size: [1, 200] },
  { file: '3x2.jpg', size: [3, 2] },
  { file: 'animated-5f.gif', size: [40, 30] },
  { file: 'animated-zero-delay.gif', size: [16, 16] },
  { file: 'animated-4f.apng', size: [40, 30] },
  { file: 'animated-4f.webp', size: [40, 30] },
  { file: 'progressive.jpg', size: [96, 64] },
  { file: 'lossy.webp', size: [96, 64] },
  { file: 'photo.avif', size: [96, 64] },
  { file: 'quad.bmp', size: [48, 32], spots: quadrants(48, 32) },
  { file: 'jpeg-named.png', size: [96, 64] },
];

const BAD: readonly { file: string; code: string; says: RegExp }[] = [
  { file: 'photo-lzw.tif', code: 'unsupported-format', says: /TIFF/ },
  { file: 'truncated.jpg', code: 'picture-broken', says: /JPEG/ },
  { file: 'truncated.png', code: 'picture-broken', says: /PNG/ },
  { file: 'bad-crc.png', code: 'picture-broken', says: /PNG/ },
  { file: 'huge-header-60000.png', code: 'picture-too-large', says: /60,000 × 60,000/ },
  { file: 'valid-20000x20000-1bit.png', code: 'picture-too-large', says: /20,000 × 20,000/ },
  { file: 'zero-byte.png', code: 'empty-file', says: /empty|no bytes/i },
  { file: 'text.png', code: 'not-a-picture', says: /not a picture/i },
];

test.describe('awkward pictures, needs ../shared', () => {
  test.skip(!existsSync(FOLDER), 'the folder ../shared is not beside this checkout');

  test('each one that can be read is upscaled, upright and in its colours', async ({ page }) => {
    await openApp(page);
    for (const { file, size, spots = [], also } of GOOD) {
      await test.step(file, async () => {
        const bytes = await readFile(`${FOLDER}/${file}`);
        const { error, result } = await runJob(page, { file: bytes, name: file, options: OPTIONS });
        expect.soft(error, file).toBeNull();
        if (!result) return;
        const { report } = result;
        expect.soft(report, file).toMatchObject({ backend: 'wasm', input: { name: file } });
        expect.soft([report.input.width, report.input.height], file).toEqual(size);
        const pixels = decodePng(result.file);
        expect.soft([pixels.width, pixels.height], file).toEqual(size.map((side) => 2 * side));
        for (const spot of spots) expectColour(pixels, spot, file);
        also?.(pixels);
      });
    }
  });

  test('each one that cannot be read is a clear error, and the page works on', async ({ page }) => {
    await openApp(page);
    for (const { file, code, says } of BAD) {
      await test.step(file, async () => {
        const bytes = await readFile(`${FOLDER}/${file}`);
        const error = await failedUpscale(page, { file: bytes, name: file, options: OPTIONS });
        expect.soft(error, file).toMatchObject({ code, message: expect.stringMatching(says) });
        const after = await runJob(page, { file: await readFile(`${FOLDER}/1x1.png`), options: OPTIONS });
        expect.soft(after.result?.report.output, `after ${file}`).toMatchObject({ width: 2, height: 2 });
      });
    }
  });

  test('a result too large for the canvas is refused with the numbers', async ({ page }) => {
    await openApp(page);
    const file = await readFile(`${FOLDER}/1x200.png`);
    const webp = await failedUpscale(page, {
      file: encodePng(photoLike(9000, 2)),
      options: { ...OPTIONS, format: 'webp' },
    });
    expect(webp).toMatchObject({ code: 'output-too-large', details: { width: 18_000, maxSide: 16_383 } });
    const { result } = await runJob(page, { file, options: { ...OPTIONS, format: 'webp' } });
    expect(result?.report.output).toMatchObject({ format: 'webp', width: 2, height: 400 });
  });
});

/** At the middle of the four output pixels that a source pixel became. */
function expectColour(pixels: ResultPixels, [x, y, colour]: Spot, file: string): void {
  const at = 4 * (2 * y * pixels.width + 2 * x);
  const seen = [...pixels.rgba.subarray(at, at + colour.length)];
  const distance = Math.max(...colour.map((value, i) => Math.abs(value - (seen[i] as number))));
  expect.soft(distance, `${file} at ${x}, ${y}: ${seen} for ${colour}`).toBeLessThanOrEqual(TOLERANCE);
}

/** The network tints hard edges a little; an area or the whole must not turn. */
function expectGrey({ rgba }: ResultPixels): void {
  let largest = 0;
  let sum = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    const [red, green, blue] = rgba.subarray(i, i + 3) as unknown as [number, number, number];
    largest = Math.max(largest, Math.abs(red - green), Math.abs(green - blue));
    sum += red + blue - 2 * green;
  }
  expect.soft(largest, 'grey stays nearly grey').toBeLessThanOrEqual(20);
  expect.soft(Math.abs(sum / rgba.length), 'grey stays grey on the whole').toBeLessThan(2);
}

/** Alpha from left to right, in the middle row: it never falls, from nearly clear to nearly opaque. */
function expectRisingAlpha({ width, height, rgba }: ResultPixels): void {
  const row = 4 * width * Math.floor(height / 2);
  const alphas = Array.from({ length: width }, (_, x) => rgba[row + 4 * x + 3] as number);
  expect.soft(alphas, 'alpha never falls').toEqual(alphas.toSorted((a, b) => a - b));
  expect.soft(alphas[0]).toBeLessThan(10);
  expect.soft(alphas.at(-1)).toBeGreaterThan(245);
}

/** The values that alpha has over large areas. */
function expectAlphas({ width, height, rgba }: ResultPixels, alphas: readonly number[]): void {
  const share = new Map<number, number>();
  for (let i = 3; i < rgba.length; i += 4)
    share.set(rgba[i] as number, (share.get(rgba[i] as number) ?? 0) + 1);
  for (const alpha of alphas) {
    const part = (share.get(alpha) ?? 0) / (width * height);
    expect.soft(part, `alpha ${alpha} is kept`).toBeGreaterThan(0.5 / alphas.length);
  }
}

/** Where there is alpha, the magenta below what is clear must not shine through. */
function expectNoFringe(pixels: ResultPixels): void {
  expectRisingAlpha(pixels);
  const { width, height, rgba } = pixels;
  let worst = 0;
  for (let i = 0; i < 4 * width * height; i += 4) {
    const [red, green, blue, alpha] = rgba.subarray(i, i + 4) as unknown as [number, number, number, number];
    if (alpha > 0) worst = Math.max(worst, Math.min(red, blue) - green);
  }
  expect.soft(worst, 'no magenta').toBeLessThan(100);
}
