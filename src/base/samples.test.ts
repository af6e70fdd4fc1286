import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asBytes, depthOf, newSamples, samplesIn, WHITE, wholeLevel } from './samples.ts';

describe('wholeLevel', () => {
  it('rounds and clamps as a Uint8ClampedArray', () => {
    const store = new Uint8ClampedArray(1);
    const anyValue = fc.oneof(
      fc.double({ min: -300, max: 600, noNaN: true }),
      fc.integer({ min: -600, max: 1200 }).map((twice) => twice / 2),
      fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    fc.assert(
      fc.property(anyValue, (value) => {
        store[0] = value;
        expect(wholeLevel(value, 255)).toBe(store[0]);
      }),
    );
  });

  it.each([
    [0.5, 0],
    [1.5, 2],
    [65_534.5, 65_534],
    [65_534.51, 65_535],
    [65_535.4, 65_535],
    [70_000, 65_535],
    [-0.6, 0],
  ])('takes %f to %i of 65,535', (value, level) => {
    expect(wholeLevel(value, 65_535)).toBe(level);
  });

  it('leaves a NaN to the array, which makes it 0', () => {
    expect([...Uint16Array.of(wholeLevel(Number.NaN, 65_535))]).toEqual([0]);
  });
});

describe('asBytes', () => {
  it('takes each level of 255 back to itself, and every other to the nearest', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, level) => level);
    const bytes = asBytes(all);
    for (let level = 0; level < all.length; level++) {
      expect(Math.abs((bytes[level] as number) * 257 - level)).toBeLessThanOrEqual(128);
    }
  });

  it('is the same array where there are no more than 8 bits', () => {
    const bytes = Uint8ClampedArray.of(1, 2, 3);
    expect(asBytes(bytes)).toBe(bytes);
  });
});

it.each([8, 16] as const)('makes and finds samples of %i bits', (depth) => {
  const made = newSamples(depth, 3);
  made.fill(WHITE[depth]);
  expect([made.length, made.byteLength, depthOf(made)]).toEqual([3, (3 * depth) / 8, depth]);
  expect(samplesIn(made.buffer, depth)).toEqual(made);
});
