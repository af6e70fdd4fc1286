import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlphaEnlarger, alphaPlane, bleedColour, type RgbaPixels } from './alpha.ts';

const RUNS = { seed: 20261120, numRuns: 80 };
type Rgba = readonly [number, number, number, number];

const pixels = (width: number, values: readonly Rgba[]): RgbaPixels => ({
  width,
  height: values.length / width,
  data: new Uint8ClampedArray(values.flat()),
});

const colourAt = ({ data }: RgbaPixels, i: number) => [...data.subarray(4 * i, 4 * i + 3)];

const GREY: Rgba = [128, 128, 128, 255];
const HIDDEN_MAGENTA: Rgba = [255, 0, 255, 0];

const byte = fc.integer({ min: 0, max: 255 });
const anyPixels = fc
  .record({ width: fc.integer({ min: 1, max: 12 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.tuple(byte, byte, byte, fc.constantFrom(0, 0, 0, 1, 128, 255)), {
        minLength: width * height,
        maxLength: width * height,
      })
      .map((values) => pixels(width, values)),
  );

describe('alphaPlane', () => {
  it('gives alpha alone, row by row', () => {
    expect([...alphaPlane(pixels(2, [GREY, HIDDEN_MAGENTA, [9, 9, 9, 7], GREY]))]).toEqual([255, 0, 7, 255]);
  });
});

describe('bleedColour', () => {
  it('leaves no magenta beside grey: the fringe that a hidden colour would give', () => {
    const row = pixels(7, [GREY, GREY, ...Array<Rgba>(5).fill(HIDDEN_MAGENTA)]);
    bleedColour(row, 2);
    for (let i = 0; i < 7; i++) expect(colourAt(row, i)).toEqual([128, 128, 128]);
    expect([...alphaPlane(row)]).toEqual([255, 255, 0, 0, 0, 0, 0]);
  });

  it('takes the mean of the visible neighbours, also of the faintest and of those at a corner', () => {
    const square = pixels(3, [
      [0, 100, 200, 255],
      HIDDEN_MAGENTA,
      HIDDEN_MAGENTA,
      HIDDEN_MAGENTA,
      HIDDEN_MAGENTA,
      HIDDEN_MAGENTA,
      HIDDEN_MAGENTA,
      HIDDEN_MAGENTA,
      [100, 0, 100, 1],
    ]);
    bleedColour(square, 1);
    expect(colourAt(square, 1)).toEqual([0, 100, 200]);
    expect(colourAt(square, 4)).toEqual([50, 50, 150]);
    expect(colourAt(square, 5)).toEqual([100, 0, 100]);
  });

  it('counts a pixel that touches at a corner as a neighbour', () => {
    const upper: Rgba[] = [[10, 0, 0, 255], HIDDEN_MAGENTA, HIDDEN_MAGENTA, [250, 0, 0, 255]];
    const two = pixels(4, [...upper, ...Array<Rgba>(4).fill(HIDDEN_MAGENTA)]);
    bleedColour(two, 1);
    expect(Array.from({ length: 8 }, (_, i) => two.data[4 * i])).toEqual([
      10, 10, 250, 250, 10, 10, 250, 250,
    ]);
  });

  it('grows ring by ring, and never from the other side of its own ring', () => {
    const row = pixels(6, [[10, 0, 0, 255], ...Array<Rgba>(4).fill(HIDDEN_MAGENTA), [250, 0, 0, 255]]);
    bleedColour(row, 2);
    expect(Array.from({ length: 6 }, (_, i) => row.data[4 * i])).toEqual([10, 10, 10, 250, 250, 250]);
  });

  it('gives what lies further in a mean of what is known', () => {
    const row = pixels(9, [[20, 40, 60, 255], ...Array<Rgba>(7).fill(HIDDEN_MAGENTA), [40, 60, 80, 255]]);
    bleedColour(row, 1);
    for (const i of [2, 3, 4, 5, 6]) expect(colourAt(row, i)).toEqual([30, 50, 70]);
  });

  it('makes a wholly transparent picture one plain colour', () => {
    const row = pixels(2, [HIDDEN_MAGENTA, [1, 2, 3, 0]]);
    bleedColour(row, 4);
    expect([...row.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('never changes a visible pixel or any alpha, and lets no hidden colour through', () => {
    fc.assert(
      fc.property(anyPixels, fc.integer({ min: 0, max: 6 }), byte, (given, steps, other) => {
        const before = given.data.slice();
        // The same picture with other colours hidden in it must give the same result.
        const twin: RgbaPixels = {
          ...given,
          data: before.map((value, i) => (before[i - (i % 4) + 3] === 0 && i % 4 < 3 ? other : value)),
        };
        bleedColour(given, steps);
        bleedColour(twin, steps);
        expect(twin.data).toEqual(given.data);
        before.forEach((value, i) => {
          if (i % 4 === 3 || before[i - (i % 4) + 3] !== 0) expect(given.data[i]).toBe(value);
        });
      }),
      RUNS,
    );
  });
});

const BLACK = [0, 0, 0, 65_535];

/** As deep as 16 bits can say the same. */
const deep = (given: RgbaPixels): RgbaPixels => ({
  ...given,
  data: Uint16Array.from(given.data, (byte) => 257 * byte),
});

describe('in 16 bits', () => {
  it('bleeds the same colours, more finely rounded', () => {
    fc.assert(
      fc.property(anyPixels, fc.integer({ min: 0, max: 6 }), (given, steps) => {
        const fine = deep(given);
        // Each ring is the mean of means: what one rounds, the next ones inherit.
        bleedColour(given, steps);
        bleedColour(fine, steps);
        given.data.forEach((value, i) => {
          expect(Math.abs((fine.data[i] as number) / 257 - value)).toBeLessThanOrEqual(0.51 * (steps + 1));
        });
      }),
      RUNS,
    );
    const between = {
      width: 2,
      height: 2,
      data: Uint16Array.of(...[0, 1, 0, 0], ...BLACK, ...BLACK, 3, 2, 9, 9),
    };
    bleedColour(between, 1);
    // Halves to the even one, not cut off: means of 0, 0 and 3, of 2, of 9.
    expect([...between.data.subarray(0, 4)]).toEqual([1, 1, 3, 0]);
  });

  it('enlarges alpha to any depth, the finer the deeper', () => {
    fc.assert(
      fc.property(anyPixels, fc.constantFrom(2, 3, 4), (given, scale) => {
        const alphas = (
          from: RgbaPixels,
          rgba: Uint8ClampedArray<ArrayBuffer> | Uint16Array<ArrayBuffer>,
        ) => {
          new AlphaEnlarger(from, scale).writeInto(rgba, 0);
          return [...rgba.filter((_, i) => i % 4 === 3)];
        };
        const values = given.data.length * scale ** 2;
        const bytes = alphas(given, new Uint8ClampedArray(values));
        const words = alphas(deep(given), new Uint16Array(values));
        const reduced = alphas(deep(given), new Uint8ClampedArray(values));
        for (const [i, byte] of bytes.entries()) {
          expect(Math.abs((words[i] as number) / 257 - byte)).toBeLessThanOrEqual(0.51);
          expect(Math.abs((reduced[i] as number) - byte)).toBeLessThanOrEqual(1);
        }
      }),
      RUNS,
    );
  });
});

describe('AlphaEnlarger', () => {
  const enlarged = (given: RgbaPixels, scale: number, rowsEach = given.height * scale): number[] => {
    const enlarger = new AlphaEnlarger(given, scale);
    const out: number[] = [];
    for (let y = 0; y < given.height * scale; y += rowsEach) {
      const rows = Math.min(rowsEach, given.height * scale - y);
      const rgba = new Uint8ClampedArray(4 * given.width * scale * rows).fill(77);
      enlarger.writeInto(rgba, y);
      expect(rgba.every((value, i) => i % 4 === 3 || value === 77)).toBe(true);
      out.push(...rgba.filter((_, i) => i % 4 === 3));
    }
    return out;
  };

  it.each([0, 1, 128, 254, 255])('keeps an alpha of %i as it is everywhere', (alpha) => {
    const flat = pixels(3, Array<Rgba>(9).fill([1, 2, 3, alpha]));
    for (const scale of [2, 3, 4]) expect(new Set(enlarged(flat, scale))).toEqual(new Set([alpha]));
  });

  it('rises without a step back on a ramp', () => {
    const ramp = pixels(
      16,
      Array.from({ length: 16 }, (_, x): Rgba => [0, 0, 0, 17 * x]),
    );
    for (const scale of [2, 3, 4]) {
      const row = enlarged(ramp, scale).slice(0, 16 * scale);
      row.forEach((value, x) => {
        expect(value, `scale ${scale}, ${x}`).toBeGreaterThanOrEqual(row[x - 1] ?? 0);
      });
      expect([row[0], row.at(-1)]).toEqual([0, 255]);
    }
  });

  it('stays within 0..255 beside a hard edge', () => {
    const step = pixels(
      6,
      [0, 0, 0, 255, 255, 255].map((alpha): Rgba => [0, 0, 0, alpha]),
    );
    const row = enlarged(step, 2).slice(0, 12);
    expect(row).toEqual([0, 0, 0, 0, 0, 62, 193, 255, 255, 255, 255, 255]);
  });

  it('gives the same in bands as at once', () => {
    fc.assert(
      fc.property(
        anyPixels,
        fc.constantFrom(2, 3, 4),
        fc.integer({ min: 1, max: 9 }),
        (given, scale, rows) => {
          expect(enlarged(given, scale, rows)).toEqual(enlarged(given, scale));
        },
      ),
      RUNS,
    );
  });
});
