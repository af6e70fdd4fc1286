import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputPx } from '../base/geometry.ts';
import { type Carry, Stitcher } from './stitch.ts';
import {
  bandProblem,
  deepened,
  folded,
  joined,
  largestDifference,
  local,
  type Numbers,
  nearest,
  noise,
  PATIENCE,
  picture,
  plan,
  runs,
  stitch,
  tilesOf,
  untiled,
} from './test-support.ts';

const flat = (value: number) => (input: Float32Array) => new Float32Array(input.length).fill(value);

/** Sizes on both sides of a tile's, primes and single rows; options small enough for several tiles. */
const anyCase = fc
  .record({
    width: fc.oneof(fc.constantFrom(1, 31, 32, 33, 64, 65), fc.integer({ min: 1, max: 150 })),
    height: fc.oneof(fc.constantFrom(1, 31, 32, 33, 64, 65), fc.integer({ min: 1, max: 150 })),
    tile: fc.oneof(fc.constantFrom(32, 33, 64), fc.integer({ min: 32, max: 80 })),
    context: fc.integer({ min: 4, max: 20 }),
    halfFeather: fc.integer({ min: 0, max: 8 }),
    multipleOf: fc.constantFrom(1, 8),
    scale: fc.constantFrom(1, 2, 3, 4),
  })
  .map(({ halfFeather, scale, width, height, ...rest }) => {
    const numbers: Numbers = { ...rest, feather: 2 * Math.min(halfFeather, rest.context) };
    return { width, height, scale, numbers };
  });

describe('Stitcher', () => {
  it.each([
    [1, 1],
    [1, 200],
    [200, 1],
    [31, 63],
    [32, 64],
    [33, 65],
    [127, 129],
    [97, 61],
  ])('joins tiles of %i×%i to exactly what one untiled run gives', (width, height) => {
    const source = noise(width, height);
    for (const feather of [0, 8, 16]) {
      const of = plan(width, height, { tile: 32, context: 16, feather, multipleOf: 8 });
      const { bands, carry } = stitch(source, of, 3, nearest(3));
      expect(bandProblem(bands, 3 * width, 0, 3 * height)).toBe(null);
      expect(largestDifference(joined(bands), untiled(source, 3, 0, nearest(3)))).toBe(0);
      expect(carry).toBe(null);
    }
  });

  it(
    'joins any tiles of a pixelwise operation to exactly the untiled picture, in bands without gaps',
    () => {
      fc.assert(
        fc.property(anyCase, ({ width, height, scale, numbers }) => {
          const source = noise(width, height);
          const { bands } = stitch(source, plan(width, height, numbers), scale, nearest(scale));
          expect(bandProblem(bands, scale * width, 0, scale * height)).toBe(null);
          expect(largestDifference(joined(bands), untiled(source, scale, 0, nearest(scale)))).toBe(0);
        }),
        runs(80),
      );
    },
    PATIENCE,
  );

  it(
    'equals the untiled picture for an operation that folds pixels, wherever the tiles lie',
    () => {
      fc.assert(
        fc.property(anyCase, fc.constantFrom(2, 3, 4, 8), ({ width, height, numbers }, step) => {
          fc.pre(numbers.context - numbers.feather / 2 >= step - 1);
          const source = noise(width, height);
          const of = plan(width, height, { ...numbers, alignTo: step });
          const { bands } = stitch(source, of, 1, folded(step));
          const whole = untiled(source, 1, 4 * step, folded(step));
          // Sums in another order, which may tip a rounding.
          expect(largestDifference(joined(bands), whole)).toBeLessThanOrEqual(1);
        }),
        runs(80),
      );
    },
    PATIENCE,
  );

  it(
    'equals the untiled picture for every operation that looks no further than context less half the feather',
    () => {
      fc.assert(
        fc.property(anyCase, fc.boolean(), ({ width, height, scale, numbers }, edges) => {
          // On the limit: one pixel further and the nonsense at the border of what it reads would show.
          const reach = Math.min(3, numbers.context - numbers.feather / 2);
          const context = reach + numbers.feather / 2;
          fc.pre(context >= 4);
          const operate = local({ reach, edges, scale, gain: 1 });
          const source = noise(width, height);
          const { bands } = stitch(source, plan(width, height, { ...numbers, context }), scale, operate);
          // Float32 sums differ in the last bit, which may tip a rounding: one level of 255.
          expect(
            largestDifference(joined(bands), untiled(source, scale, reach, operate)),
          ).toBeLessThanOrEqual(1);
        }),
        runs(40),
      );
    },
    PATIENCE,
  );

  it.each([false, true])(
    'equals the untiled picture within 1e-5 before rounding, edges only: %s',
    (edges) => {
      // Magnified 400-fold, one level of 255 is less than 1e-5; so little contrast that most of it stays in range.
      const operate = local({ reach: 2, edges, scale: 2, gain: 400 });
      const { data } = noise(130, 101);
      const faint = picture(130, 101, (x, y, c) => 127 + ((data[4 * (y * 130 + x) + c] ?? 0) & 1));
      const expected = untiled(faint, 2, 8, operate);
      const { bands } = stitch(faint, plan(130, 101, { tile: 40, context: 6, feather: 8 }), 2, operate);
      expect(largestDifference(joined(bands), expected)).toBeLessThanOrEqual(1);
      const inRange = expected.filter((level, i) => i % 4 < 3 && level > 0 && level < 255).length;
      expect(inRange / expected.length).toBeGreaterThan(0.7);
    },
  );

  it(
    'in 16 bits, equals the untiled picture within one level of 65,535',
    () => {
      fc.assert(
        fc.property(anyCase, fc.boolean(), ({ width, height, scale, numbers }, edges) => {
          const reach = Math.min(3, numbers.context - numbers.feather / 2);
          const operate = local({ reach, edges, scale, gain: 1 });
          const source = deepened(noise(width, height), true);
          const { bands } = stitch(source, plan(width, height, numbers), scale, operate, { depth: 16 });
          expect(bandProblem(bands, scale * width, 0, scale * height)).toBe(null);
          expect(bands.every(({ data }) => data instanceof Uint16Array)).toBe(true);
          const whole = untiled(source, scale, reach, operate);
          expect(largestDifference(joined(bands), whole)).toBeLessThanOrEqual(1);
        }),
        runs(40),
      );
    },
    PATIENCE,
  );

  it('rounds to 8 bits what came from 16, and to 16 what came from 8', () => {
    const source = noise(70, 41);
    const of = plan(70, 41, { tile: 32, context: 8, feather: 8 });
    const bytes = joined(stitch(source, of, 2, nearest(2)).bands);
    const less = stitch(deepened(source, false), of, 2, nearest(2), { depth: 8 });
    expect(largestDifference(joined(less.bands), bytes)).toBe(0);
    const more = joined(stitch(source, of, 2, nearest(2), { depth: 16 }).bands);
    expect(
      largestDifference(
        more,
        Uint16Array.from(bytes, (byte) => 257 * byte),
      ),
    ).toBe(0);
  });

  it('clamps in 16 bits, in rows that are blended as in those that are not', () => {
    for (const [value, level] of [
      [-0.4, 0],
      [1.7, 65_535],
      [0.25, 16_384],
    ] as const) {
      const of = plan(70, 70, { tile: 32, context: 8, feather: 8 });
      const { bands } = stitch(noise(70, 70), of, 1, flat(value), { depth: 16 });
      const colours = joined(bands).filter((_, i) => i % 4 < 3);
      expect(new Set(colours)).toEqual(new Set([level]));
      expect(new Set(joined(bands).filter((_, i) => i % 4 === 3))).toEqual(new Set([65_535]));
    }
  });

  it('shows where an operation looks further than that (a control of the two tests above)', () => {
    const source = noise(70, 70);
    const operate = local({ reach: 5, edges: false, scale: 2, gain: 1 });
    const numbers = { tile: 32, context: 9, feather: 8 };
    const whole = untiled(source, 2, 5, operate);
    const enough = stitch(source, plan(70, 70, numbers), 2, operate);
    expect(largestDifference(joined(enough.bands), whole)).toBeLessThanOrEqual(1);
    const short = stitch(source, plan(70, 70, { ...numbers, context: 8 }), 2, operate);
    expect(largestDifference(joined(short.bands), whole)).toBeGreaterThan(50);
  });

  it(
    'keeps a constant picture constant: the weights sum to one everywhere',
    () => {
      fc.assert(
        fc.property(anyCase, fc.integer({ min: 0, max: 255 }), ({ width, height, scale, numbers }, level) => {
          const source = picture(width, height, () => level);
          const { bands } = stitch(source, plan(width, height, numbers), scale, nearest(scale));
          expect(joined(bands).every((value, i) => value === (i % 4 === 3 ? 255 : level))).toBe(true);
        }),
        runs(60),
      );
    },
    PATIENCE,
  );

  it('clamps what a network gives beyond 0..1, after blending and not before', () => {
    const of = plan(64, 1, { tile: 32, context: 16, feather: 2 });
    const source = noise(64, 1);
    const { bands } = stitch(source, of, 1, (input, _size, index) => flat(index === 0 ? -1 : 2)(input));
    const red = joined(bands).filter((_, i) => i % 4 === 0);
    // Weights 0.146 and 0.854: -0.854 + 2 · 0.146 = -0.561 and -0.146 + 2 · 0.854 = 1.561.
    expect([...red.slice(30, 34)]).toEqual([0, 0, 255, 255]);
    const half = stitch(source, of, 1, (input, _size, index) => flat(index === 0 ? -0.5 : 1)(input));
    // -0.5 · 0.854 + 0.146 = -0.28 and -0.5 · 0.146 + 0.854 = 0.780: were -0.5 clamped first, 0.146 and 0.854.
    expect([...joined(half.bands).filter((_, i) => i % 4 === 0)].slice(30, 34)).toEqual([0, 0, 199, 255]);
  });

  it('blends two tiles that disagree along the raised cosine, inside the zone only', () => {
    const source = noise(64, 3);
    const of = plan(64, 3, { tile: 32, context: 16, feather: 2 });
    const { bands } = stitch(source, of, 2, (input, _size, index) => flat(index)(twice(input)));
    const red = [...joined(bands).filter((_, i) => i % 4 === 0)];
    const row = [...Array<number>(62).fill(0), 10, 79, 176, 245, ...Array<number>(62).fill(255)];
    for (let y = 0; y < 6; y++) expect(red.slice(128 * y, 128 * (y + 1))).toEqual(row);
  });

  it('blends an upper and a lower tile in the same way', () => {
    const source = noise(3, 64);
    const of = plan(3, 64, { tile: 32, context: 16, feather: 2 });
    const { bands } = stitch(source, of, 2, (input, _size, index) => flat(index)(twice(input)));
    expect(bands.map(({ y, height }) => [y, height])).toEqual([
      [0, 62],
      [62, 66],
    ]);
    const rows = Array.from({ length: 128 }, (_, y) => joined(bands)[4 * 6 * y + 8]);
    expect(rows).toEqual([...Array(62).fill(0), 10, 79, 176, 245, ...Array(62).fill(255)]);
  });

  it('blends four tiles at a corner by the product of both weights', () => {
    const colours = [0.1, 0.9, 0.6, 0.3];
    const of = plan(66, 70, { tile: 40, context: 16, feather: 12 });
    const { bands } = stitch(noise(66, 70), of, 1, (input, _size, index) => flat(colours[index] ?? 0)(input));
    const pixels = joined(bands);
    const rise = (at: number, edge: number) => {
      const k = at - (edge - 6);
      return k < 0 ? 0 : k >= 12 ? 1 : (1 - Math.cos((Math.PI * (k + 0.5)) / 12)) / 2;
    };
    const [a = 0, b = 0, c = 0, d = 0] = colours;
    for (let y = 0; y < 70; y++) {
      for (let x = 0; x < 66; x++) {
        const [u, v] = [rise(x, 33), rise(y, 35)];
        const expected = ((1 - u) * a + u * b) * (1 - v) + ((1 - u) * c + u * d) * v;
        const off = Math.abs((pixels[4 * (y * 66 + x)] ?? 0) - 255 * expected);
        expect(off, `(${x}, ${y})`).toBeLessThanOrEqual(0.501);
      }
    }
  });

  it('tells the three channels apart in every zone', () => {
    const of = plan(66, 70, { tile: 40, context: 16, feather: 12 });
    const { bands } = stitch(noise(66, 70), of, 1, (input) => {
      const third = input.length / 3;
      return input.map((_, i) => (40 * (1 + Math.floor(i / third))) / 255);
    });
    const pixels = joined(bands);
    for (let p = 0; p < pixels.length; p += 4)
      expect([...pixels.subarray(p, p + 4)]).toEqual([40, 80, 120, 255]);
  });
});

describe('Stitcher.carry', () => {
  const numbers = { tile: 40, context: 16, feather: 8 };
  const source = noise(70, 70);
  const of = plan(70, 70, numbers);

  it('lies around the edge below the last finished row, and a broken row leaves no trace in it', () => {
    const afterRow = stitch(source, of, 2, nearest(2), { tiles: 2 });
    expect(afterRow.bands.map(({ y, height }) => [y, height])).toEqual([[0, 62]]);
    expect(afterRow.carry).toMatchObject({ edge: 70, height: 16 });
    expect(stitch(source, of, 2, nearest(2), { tiles: 3 }).carry).toEqual(afterRow.carry);
    expect(stitch(source, of, 2, nearest(2), { tiles: 1 }).carry).toBe(null);
  });

  it('is blended with a following plan of other tiles, along the raised cosine', () => {
    const above = stitch(source, of, 1, (input) => flat(0)(input), { tiles: 2 });
    const rest = plan(70, 70, { ...numbers, tile: 32 }, 35);
    const below = stitch(source, rest, 1, (input) => flat(1)(input), { carry: above.carry });
    const bands = [...above.bands, ...below.bands];
    expect(bandProblem(bands, 70, 0, 70)).toBe(null);
    const rise = [2, 21, 57, 103, 152, 198, 234, 253];
    const rows = [...Array<number>(31).fill(0), ...rise, ...Array<number>(31).fill(255)];
    const pixels = joined(bands);
    rows.forEach((level, y) => {
      for (const x of [0, 34, 35, 69]) expect(pixels[4 * (y * 70 + x)], `(${x}, ${y})`).toBe(level);
    });
  });

  it('with a following plan gives exactly the untiled picture', () => {
    const above = stitch(source, of, 2, nearest(2), { tiles: 3 });
    const rest = plan(70, 70, { ...numbers, tile: 32 }, 35);
    const below = stitch(source, rest, 2, nearest(2), { carry: above.carry });
    expect(
      largestDifference(joined([...above.bands, ...below.bands]), untiled(source, 2, 0, nearest(2))),
    ).toBe(0);
  });

  it('without a feather holds no rows but still says where the next plan begins', () => {
    const hard = plan(70, 70, { ...numbers, feather: 0 });
    const { carry, bands } = stitch(source, hard, 3, nearest(3), { tiles: 2 });
    expect(carry).toMatchObject({ edge: 105, height: 0 });
    expect(bandProblem(bands, 210, 0, 105)).toBe(null);
  });

  it('of another place is refused, and so is an answer of another shape', () => {
    const carry: Carry = { edge: outputPx(34), height: outputPx(0), planes: new Float32Array(0) };
    expect(() => new Stitcher(plan(70, 70, numbers, 35), 1, carry, 8)).toThrow('first row of the plan');
    const [first] = tilesOf(of);
    if (!first) throw new Error('there is a tile');
    const stitcher = new Stitcher(of, 2, null, 8);
    expect(() => stitcher.add(first, new Float32Array(12))).toThrow('padded shape');
  });
});

function twice(input: Float32Array): Float32Array {
  return new Float32Array(4 * input.length);
}
