import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourcePx } from '../base/geometry.ts';
import { longestKeptSide, MAX_FEATHER, type TilePlan } from './plan.ts';
import { type Numbers, plan, runs, tilesOf } from './test-support.ts';

const SIDES = [1, 2, 31, 32, 33, 63, 64, 65, 66, 96, 97, 127, 128, 129, 211, 257];
const NUMBERS = { tile: 64, context: 16, feather: 8, multipleOf: 8 };

const fixedSize = (width: number, height: number) => ({ width: sourcePx(width), height: sourcePx(height) });

/** Options within their ranges, their edges often among them. */
const anyNumbers: fc.Arbitrary<Numbers> = fc
  .record({
    tile: fc.oneof(fc.constantFrom(32, 33, 64, 128, 512), fc.integer({ min: 32, max: 1024 })),
    context: fc.integer({ min: 4, max: 64 }),
    halfFeather: fc.integer({ min: 0, max: 8 }),
    multipleOf: fc.constantFrom(1, 2, 8, 16),
    alignTo: fc.constantFrom(1, 1, 2, 3, 8, 16, 64),
    minimumPx: fc.constantFrom(1, 1, 100, 161),
    // What a fixed size leaves beside the context: no less than two of the widest feathers.
    fixedKept: fc.option(fc.tuple(fc.integer({ min: 32, max: 99 }), fc.integer({ min: 32, max: 99 }))),
  })
  .map(({ halfFeather, fixedKept, ...rest }) => {
    const spared = 2 * rest.context + rest.alignTo - 1;
    return {
      ...rest,
      feather: 2 * Math.min(halfFeather, rest.context),
      fixed: fixedKept && fixedSize(fixedKept[0] + spared, fixedKept[1] + spared),
    };
  });

/** Pictures, often one pixel wide or high, and a row to begin at. */
const anyPicture = fc
  .record({
    width: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2100 })),
    height: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2100 })),
    start: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.999, noNaN: true })),
  })
  .map(({ start, ...size }) => ({ ...size, fromRow: Math.floor(size.height * start) }));

/** Every promise that a plan makes, as sentences about what is broken. */
function planProblems(of: TilePlan): string[] {
  const problems: string[] = [];
  const check = (holds: boolean, what: string) => {
    if (!holds) problems.push(what);
  };
  const { tile: longest, context, feather, sizeRule, alignTo } = of.options;
  const { multipleOf, minimumPx, fixed } = sizeRule;
  const tiles = tilesOf(of);
  check(tiles.length === of.columns * of.rows, 'there is one tile for each column and row');
  const times = new Uint8Array(of.picture.width * (of.picture.height - of.fromRow));
  for (const { index, column, row, keep, read } of tiles) {
    check(index === row * of.columns + column && column < of.columns, `tile ${index} counts row by row`);
    check(keep.width >= 1 && keep.height >= 1, `tile ${index} keeps something`);
    check(keep.width <= longest && keep.height <= longest, `tile ${index} keeps at most the tile`);
    check(
      read.width === of.padded.width && read.height === of.padded.height,
      `tile ${index} has the one padded shape`,
    );
    for (const before of [keep.x - read.x, keep.y - read.y])
      check(before >= context && before < context + alignTo, `tile ${index} has context before it`);
    check(read.x % alignTo === 0 && read.y % alignTo === 0, `tile ${index} is read from a whole multiple`);
    check(
      read.x + read.width >= keep.x + keep.width + context &&
        read.y + read.height >= keep.y + keep.height + context,
      `tile ${index} has context after it`,
    );
    const least = alignTo === 1 ? MAX_FEATHER : feather;
    if (of.columns > 1) check(keep.width >= least, `tile ${index} is too narrow for two feathers`);
    if (of.rows > 1) check(keep.height >= least, `tile ${index} is too low for two feathers`);
    for (let y = keep.y; y < keep.y + keep.height; y++)
      for (let x = keep.x; x < keep.x + keep.width; x++) {
        check(x < of.picture.width && y >= of.fromRow && y < of.picture.height, `tile ${index} is inside`);
        const at = (y - of.fromRow) * of.picture.width + x;
        times[at] = (times[at] ?? 0) + 1;
      }
  }
  check(
    times.every((n) => n === 1),
    'every pixel from the first row down is kept exactly once',
  );
  const spread = (sides: number[]) => Math.max(...sides) - Math.min(...sides);
  check(
    spread(tiles.map((t) => t.keep.width)) <= 2 * alignTo - 1,
    'widths differ by one at most, or are aligned',
  );
  check(
    spread(tiles.map((t) => t.keep.height)) <= 2 * alignTo - 1,
    'heights differ by one at most, or are aligned',
  );
  const mostTiles = (side: number, fixedSide: number | undefined) => {
    const kept = Math.min(longest, (fixedSide ?? 1e9) - 2 * context);
    const unaligned = Math.min(longest, (fixedSide ?? 1e9) - 2 * context - (alignTo - 1));
    return alignTo === 1
      ? Math.ceil(side / kept)
      : Math.max(Math.ceil(side / kept) + 1, Math.ceil(side / unaligned));
  };
  check(
    of.columns <= mostTiles(of.picture.width, fixed?.width) &&
      of.rows <= mostTiles(of.picture.height - of.fromRow, fixed?.height),
    'there are no more tiles than the size asks for',
  );
  if (fixed) {
    check(of.padded.width === fixed.width && of.padded.height === fixed.height, 'a fixed size is kept to');
    return problems;
  }
  for (const [padded, read] of [
    [of.padded.width, Math.max(...tiles.map((t) => t.keep.x + t.keep.width - t.read.x))],
    [of.padded.height, Math.max(...tiles.map((t) => t.keep.y + t.keep.height - t.read.y))],
  ] as const) {
    check(padded % multipleOf === 0, 'padded sides are whole multiples');
    check(padded >= minimumPx, 'padded sides are not too short for the network');
    const needed = Math.max(read + context, minimumPx);
    check(padded < needed + multipleOf, 'padded sides are no longer than they must be');
  }
  return problems;
}

describe('planTiles', () => {
  it.each(SIDES)('keeps every promise at a width of %i with awkward heights', (width) => {
    for (const height of SIDES)
      expect(planProblems(plan(width, height, NUMBERS)), `height ${height}`).toEqual([]);
  });

  it('keeps every promise at any size, start row and options', () => {
    fc.assert(
      fc.property(anyPicture, anyNumbers, ({ width, height, fromRow }, numbers) => {
        fc.pre(width * height <= 300_000);
        expect(planProblems(plan(width, height, numbers, fromRow))).toEqual([]);
      }),
      runs(150),
    );
  });

  it.each([
    [1, [0, 1]],
    [63, [0, 63]],
    [64, [0, 64]],
    [65, [0, 32, 65]],
    [129, [0, 43, 86, 129]],
    [200, [0, 50, 100, 150, 200]],
  ])('cuts a side of %i evenly', (side, edges) => {
    expect(plan(side, 1, NUMBERS).xEdges).toEqual(edges);
    expect(plan(1, side, NUMBERS).yEdges).toEqual(edges);
  });

  it('cuts only the rows that are left, and evenly', () => {
    const rest = plan(10, 229, NUMBERS, 100);
    expect(rest.yEdges).toEqual([100, 143, 186, 229]);
    expect(rest.rows).toBe(3);
  });

  it('pads the longest kept side by twice the context, up to the next multiple', () => {
    expect(plan(65, 1, NUMBERS).padded).toEqual({ width: 72, height: 40 });
    expect(plan(64, 16, { ...NUMBERS, multipleOf: 1 }).padded).toEqual({ width: 96, height: 48 });
  });

  it('cuts for a network that takes one size only, each side on its own', () => {
    const fixed = plan(100, 100, { ...NUMBERS, tile: 512, fixed: fixedSize(96, 72) });
    expect(fixed.xEdges).toEqual([0, 50, 100]);
    expect(fixed.yEdges).toEqual([0, 33, 66, 100]);
    expect(fixed.padded).toEqual({ width: 96, height: 72 });
  });

  it('begins tiles where a network that folds pixels wants them, without reading more where it can', () => {
    const even = plan(1030, 90, { tile: 346, context: 36, feather: 8, multipleOf: 2, alignTo: 2 });
    expect(even.xEdges).toEqual([0, 342, 686, 1030]);
    expect(tilesOf(even).map(({ read }) => read.x)).toEqual([-36, 306, 650]);
    expect(even.padded.width).toBe(416);
    // The context is no whole multiple: the picture's own corner is still at phase 0.
    const odd = plan(130, 20, { tile: 64, context: 9, feather: 2, multipleOf: 8, alignTo: 8 });
    expect(tilesOf(odd).map(({ read }) => read.x)).toEqual([-16, 32, 72]);
    expect(odd.xEdges).toEqual([0, 41, 81, 130]);
    // Tiles are no longer than was asked for, also where none can be that long and aligned.
    expect(plan(130, 20, { tile: 32, context: 9, feather: 2, alignTo: 64 }).xEdges).toEqual([
      0, 26, 52, 78, 104, 130,
    ]);
  });

  it('cuts for a network that takes one small size only', () => {
    const small = plan(41, 37, { tile: 8, context: 4, feather: 4, alignTo: 1, fixed: fixedSize(16, 16) });
    expect([small.columns, small.rows]).toEqual([6, 5]);
  });

  it('gives a network no less than it takes', () => {
    expect(plan(10, 65, { ...NUMBERS, minimumPx: 97 }).padded).toEqual({ width: 104, height: 104 });
  });

  it('tells the longer side that a tile really has', () => {
    expect(longestKeptSide(plan(65, 20, NUMBERS))).toBe(33);
    expect(longestKeptSide(plan(20, 50, NUMBERS))).toBe(50);
    expect(longestKeptSide(plan(20, 50, NUMBERS, 45))).toBe(20);
  });

  it.each<[string, Partial<Numbers>, Partial<Numbers>]>([
    ['tile', { tile: 32 }, { tile: 31 }],
    ['whole tile', { tile: 33 }, { tile: 32.5 }],
    ['context', { context: 4 }, { context: 3 }],
    ['even feather', { feather: 2 }, { feather: 3 }],
    ['feather', { feather: 0 }, { feather: -2 }],
    ['widest feather', { feather: 16 }, { feather: 18 }],
    ['feather within context', { context: 4, feather: 8 }, { context: 4, feather: 10 }],
    ['multiple', { multipleOf: 1 }, { multipleOf: 0 }],
    ['whole multiple', { multipleOf: 8 }, { multipleOf: 1.5 }],
    ['shortest side', { minimumPx: 1 }, { minimumPx: 0 }],
    ['alignment', { alignTo: 1 }, { alignTo: 0 }],
    ['whole alignment', { alignTo: 2 }, { alignTo: 1.5 }],
    ['fixed width', { fixed: fixedSize(48, 99) }, { fixed: fixedSize(47, 99) }],
    ['fixed height', { fixed: fixedSize(99, 48) }, { fixed: fixedSize(99, 47) }],
    [
      'fixed size without a feather',
      { feather: 0, fixed: fixedSize(33, 33) },
      { feather: 0, fixed: fixedSize(32, 99) },
    ],
  ])('takes a %s on its limit and refuses one beyond it', (_what, inside, beyond) => {
    expect(plan(100, 100, { ...NUMBERS, ...inside }).columns).toBeGreaterThan(0);
    expect(() => plan(100, 100, { ...NUMBERS, ...beyond })).toThrow('Assertion failed');
  });

  it('refuses a picture without pixels and a start row outside it', () => {
    expect(() => plan(0, 1, NUMBERS)).toThrow('at least one pixel');
    expect(plan(1, 5, NUMBERS, 4).rows).toBe(1);
    expect(() => plan(1, 5, NUMBERS, 5)).toThrow('row 5');
    expect(() => plan(1, 5, NUMBERS, -1)).toThrow('row -1');
  });
});
