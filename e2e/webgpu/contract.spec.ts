import { expect, test } from '@playwright/test';
import { failedUpscale, largestDifference, type ResultPixels, upscale } from '../fixtures/app.ts';
import { workerCounts } from '../fixtures/faults.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyAnswer } from '../fixtures/toy-answer.ts';
import { type ServedModel, type ToyOptions, toyModel } from '../fixtures/toy-model.ts';

/**
 * The promise: both backends make the same of a picture, which is what the network makes of it in one piece. A backend
 * that is added has to pass this, too.
 */
const BACKENDS = ['webgpu', 'wasm'] as const;

/** Values that may differ at all: where a rounding falls to the other side. Else they are within one level of 255. */
const FEW = 0.02;

type Case = {
  readonly size: readonly [number, number];
  readonly tile: number;
  readonly context: number;
  readonly feather: number;
  /** Below that of the model. */
  readonly scale?: number;
};

/** The networks that answer with a picture, by their ids. */
const TOYS = {
  twice: {},
  bright: { gain: 1.3, bias: -0.2 },
  'three-times': { scale: 3 },
  'four-times': { scale: 4 },
  // Blended before they are clamped: this network shows the difference.
  tinted: { tint: 0.6, gain: 1.2, bias: -0.35 },
} as const satisfies Record<string, ToyOptions>;

/**
 * Where context is at least the reach of 1, or more for reduced scales, and half of the feather, tiles are exact. Software
 * WebGPU takes its time for each pixel that a tile reads: wide contexts stand where they are the point.
 */
const GRIDS: readonly { what: string; model: keyof typeof TOYS; cases: readonly Case[] }[] = [
  {
    what: 'pictures smaller than a tile’s context',
    model: 'twice',
    cases: [
      { size: [1, 1], tile: 32, context: 4, feather: 4 },
      { size: [3, 2], tile: 32, context: 16, feather: 16 },
      { size: [2, 5], tile: 64, context: 32, feather: 8 },
    ],
  },
  {
    what: 'one pixel wide or high',
    model: 'twice',
    cases: [
      { size: [1, 70], tile: 32, context: 4, feather: 4 },
      { size: [70, 1], tile: 32, context: 4, feather: 6 },
    ],
  },
  {
    what: 'sides around the size of a tile',
    model: 'twice',
    cases: [
      { size: [63, 65], tile: 64, context: 4, feather: 0 },
      { size: [65, 63], tile: 32, context: 9, feather: 16 },
      { size: [64, 64], tile: 64, context: 4, feather: 4 },
      { size: [64, 64], tile: 32, context: 4, feather: 6 },
    ],
  },
  {
    what: 'columns and rows, an odd and an even number',
    model: 'twice',
    cases: [
      { size: [66, 98], tile: 32, context: 8, feather: 8 },
      { size: [98, 66], tile: 32, context: 9, feather: 16 },
      { size: [100, 40], tile: 32, context: 4, feather: 0 },
    ],
  },
  {
    what: 'answers beyond black and white are clamped',
    model: 'bright',
    cases: [{ size: [70, 40], tile: 32, context: 16, feather: 8 }],
  },
  {
    what: 'a model of three times',
    model: 'three-times',
    cases: [{ size: [70, 41], tile: 32, context: 8, feather: 8 }],
  },
  {
    what: 'a model of four times',
    model: 'four-times',
    cases: [{ size: [41, 70], tile: 32, context: 8, feather: 8 }],
  },
  {
    what: 'smaller scales than the model’s',
    model: 'four-times',
    cases: [
      { size: [70, 41], tile: 32, context: 8, feather: 8, scale: 3 },
      { size: [41, 70], tile: 32, context: 12, feather: 16, scale: 2 },
      { size: [3, 2], tile: 32, context: 4, feather: 0, scale: 2 },
    ],
  },
];

/** What is wrong, in a sentence: where the card says so, the processor has to say so, too, and its words are told. */
const NO_PICTURES: readonly (ServedModel & { says: RegExp })[] = [
  { id: 'nan', bytes: toyModel({ bias: Number.NaN }), says: /holds \d+ values that are not numbers/ },
  {
    id: 'infinite',
    bytes: toyModel({ bias: Number.NEGATIVE_INFINITY }),
    says: /values that are not numbers/,
  },
  // One value in twelve.
  {
    id: 'some-nan',
    bytes: toyModel({ lastBias: Number.NaN }),
    says: /holds 1024 values that are not numbers/,
  },
  { id: 'zero', bytes: toyModel({ gain: 0 }), says: /all zero/ },
  { id: 'brighter', bytes: toyModel({ bias: 0.5 }), says: /its mean is 0\.50 away/ },
  { id: 'darker', bytes: toyModel({ bias: -0.3 }), says: /its mean is 0\.30 away/ },
  // The mean of a twelfth.
  { id: 'odd', bytes: toyModel({ lastBias: 4.8 }), says: /its mean is 0\.40 away/ },
];

/** What both mean by it agrees to a hundredth: a card that left a part of the values out would not. */
const MOVED = [-0.252, -0.248, 0.248, 0.252].map((bias) => ({
  id: `by${bias}`.replace('.', '-'),
  bytes: toyModel({ bias }),
  bias,
}));

const table = onePage([
  ...Object.entries(TOYS).map(([id, toy]: [string, ToyOptions]) => ({
    id,
    bytes: toyModel(toy),
    claims: { scale: toy.scale ?? 2 },
  })),
  ...NO_PICTURES,
  ...MOVED,
]);

for (const { what, model, cases } of GRIDS) {
  test(`equals one run over the whole picture: ${what}`, async () => {
    const toy: ToyOptions = TOYS[model];
    for (const { size, ...options } of cases) {
      await test.step(JSON.stringify({ size, ...options }), async () => {
        const picture = photoLike(...size, 21);
        const whole = toyAnswer(picture, toy, options.scale);
        for (const backend of BACKENDS) {
          const { report, pixels } = await upscale(table().page, {
            file: encodePng(picture),
            options: { ...options, model, backend },
          });
          expect(report).toMatchObject({ backend, tileSizesTried: [options.tile], tilesRedone: 0 });
          expectSame(pixels, whole, backend);
        }
      });
    }
    await expectNoGpuErrors();
  });
}

test('the backends agree where each tile has an answer of its own, also beyond black and white', async () => {
  // Nine tiles of 24 × 24: with their context whole multiples of 8, the same on both backends.
  const file = encodePng(photoLike(72, 72, 22));
  for (const feather of [0, 8, 16]) {
    await expectAgreement(file, { model: 'tinted', tile: 32, context: 8, feather });
  }
  await expectNoGpuErrors();
});

test('with transparency: colours as without, alpha the same on both', async () => {
  const [width, height] = [70, 80];
  const { rgb } = photoLike(width, height, 23);
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    // Visible everywhere, so that no colour is made up.
    rgba.set([...rgb.subarray(3 * i, 3 * i + 3), 160 + ((i * 3) % 96)], 4 * i);
  }
  const options = { model: 'twice', tile: 32, context: 8, feather: 8 } as const;
  const [pixels] = await expectAgreement(encodePng({ width, height, rgba }), options);
  const whole = toyAnswer({ width, height, rgb }, {});
  const colours = { ...pixels, rgba: pixels.rgba.map((value, i) => (i % 4 === 3 ? 255 : value)) };
  // A canvas may keep colours times alpha.
  expect(largestDifference(colours, whole)).toBeLessThanOrEqual(2);
  const alphas = pixels.rgba.filter((_, i) => i % 4 === 3);
  expect(Math.min(...alphas)).toBeGreaterThan(120);
  expect(Math.min(...alphas)).toBeLessThan(200);
});

test('a black picture is not taken for a card that answers nothing', async () => {
  const black = { width: 40, height: 36, rgb: new Uint8Array(3 * 40 * 36) };
  const [pixels] = await expectAgreement(encodePng(black), { model: 'twice', tile: 32, context: 4 });
  expect(largestDifference(pixels, toyAnswer(black, {}))).toBe(0);
});

test('answers that cannot be a picture: the same error', async () => {
  // One tile of 32 × 32 with its context.
  const file = encodePng(photoLike(24, 24, 9));
  for (const { id, says } of NO_PICTURES) {
    await test.step(id, async () => {
      const messages = [];
      for (const backend of BACKENDS) {
        const error = await failedUpscale(table().page, {
          file,
          options: { model: id, backend, context: 4 },
        });
        expect(error).toMatchObject({ code: 'bad-output', message: expect.stringMatching(says) });
        expect(error.message).toContain('24 × 24 pixels at 0, 0');
        messages.push(error.message);
      }
      expect(messages[0]).toBe(messages[1]);
    });
  }
});

/** One tile of 64 × 64 with its context: enough values for each invocation of a kernel that measures them. */
const WHOLE_TILE = { size: [56, 56], tile: 64, context: 4 } as const;

test('a mean may move by a quarter, and no further', async () => {
  const { size, ...options } = WHOLE_TILE;
  const picture = photoLike(...size, 24);
  for (const { id: model, bias } of MOVED) {
    if (Math.abs(bias) < 0.25) {
      const [pixels] = await expectAgreement(encodePng(picture), { ...options, feather: 4, model });
      expectSame(pixels, toyAnswer(picture, { bias }), 'one run');
      continue;
    }
    for (const backend of BACKENDS) {
      const input = { file: encodePng(picture), options: { ...options, backend, model } };
      expect((await failedUpscale(table().page, input)).code, model).toBe('bad-output');
    }
  }
});

test('all zero is no answer to a dark picture; nearly all is', async () => {
  const { tile } = WHOLE_TILE;
  for (const [width, height] of [
    [24, 20],
    [56, 56],
  ] as const) {
    const dark = { width, height, rgb: new Uint8Array(3 * width * height).fill(20) };
    for (const backend of BACKENDS) {
      const options = { tile, context: 4, model: 'zero', backend };
      const error = await failedUpscale(table().page, { file: encodePng(dark), options });
      expect(error).toMatchObject({ code: 'bad-output', message: expect.stringMatching(/all zero/) });
    }
  }
  // A bright square on black.
  const rgb = new Uint8Array(3 * 56 * 56);
  for (let y = 30; y < 40; y++) rgb.fill(250, 3 * (56 * y + 10), 3 * (56 * y + 20));
  const spot = { width: 56, height: 56, rgb };
  const options = { tile, context: 4, feather: 4, model: 'twice' };
  const [pixels] = await expectAgreement(encodePng(spot), options);
  expectSame(pixels, toyAnswer(spot, {}), 'one run');
});

async function expectAgreement(
  file: Uint8Array,
  options: Omit<Case, 'size' | 'feather'> & { feather?: number; model: string },
): Promise<readonly [ResultPixels, ResultPixels]> {
  const results = [];
  for (const backend of BACKENDS) {
    const { report, pixels } = await upscale(table().page, { file, options: { ...options, backend } });
    expect(report).toMatchObject({ backend, tilesRedone: 0 });
    results.push(pixels);
  }
  const [gpu, cpu] = results as [ResultPixels, ResultPixels];
  expectSame(gpu, cpu, 'the other backend');
  return [gpu, cpu];
}

function expectSame(a: ResultPixels, b: ResultPixels, what: string): void {
  expect(largestDifference(a, b), what).toBeLessThanOrEqual(1);
  let differing = 0;
  for (let i = 0; i < a.rgba.length; i++) if (a.rgba[i] !== b.rgba[i]) differing++;
  expect(differing / a.rgba.length, `values that differ, ${what}`).toBeLessThanOrEqual(FEW);
}

/** A job that failed once and was helped would pass, otherwise. */
async function expectNoGpuErrors(): Promise<void> {
  const { gpuErrors } = await workerCounts(table().page);
  expect(gpuErrors).toEqual([]);
}
