import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from './float16.ts';

const half = (value: number) => toFloat16(Float32Array.of(value))[0];

describe('toFloat16', () => {
  it.each([
    ['zero', 0, 0x0000],
    ['minus zero', -0, 0x8000],
    ['one', 1, 0x3c00],
    ['the largest', 65504, 0x7bff],
    ['the last that is rounded to the largest', 65519.996, 0x7bff],
    ['the first that is too large', 65520, 0x7c00],
    ['the largest float32', -3.4028234663852886e38, 0xfc00],
    ['infinity', Number.POSITIVE_INFINITY, 0x7c00],
    ['the middle above an even number: down', 1 + 2 ** -11, 0x3c00],
    ['just above that middle: up', 1 + 2 ** -11 + 2 ** -23, 0x3c01],
    ['the middle above an odd number: up', 1 + 3 * 2 ** -11, 0x3c02],
    ['a fraction that rounds up to the next power', 2 - 2 ** -12, 0x4000],
    ['the smallest normal', 2 ** -14, 0x0400],
    ['just below it: up to it', 2 ** -14 - 2 ** -26, 0x0400],
    ['the largest subnormal', 2 ** -14 - 2 ** -24, 0x03ff],
    ['the smallest subnormal', 2 ** -24, 0x0001],
    ['three quarters of it: up', 0.75 * 2 ** -24, 0x0001],
    ['half of it: to even, zero', -(2 ** -25), 0x8000],
    ['one and a half of it: to even, two', 1.5 * 2 ** -24, 0x0002],
    ['a subnormal float32', 1e-40, 0x0000],
  ])('%s', (_, value, expected) => expect(half(value)).toBe(expected));

  it('keeps NaN', () => expect(half(Number.NaN)).toBe(0x7e00));

  it('gives back every half that there is', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((word) => (word & 0x7fff) <= 0x7c00);
    expect(toFloat16(fromFloat16(all))).toEqual(all);
  });

  it('takes the nearer of two neighbours all along the range', () => {
    const words = Uint16Array.from({ length: 0x7bff }, (_, i) => i);
    const below = fromFloat16(words);
    const above = fromFloat16(words.map((word) => word + 1));
    // A quarter and three quarters of the way; exact in float32 for normals and subnormals.
    expect(toFloat16(below.map((low, i) => low + ((above[i] as number) - low) / 4))).toEqual(words);
    expect(toFloat16(below.map((low, i) => low + (((above[i] as number) - low) * 3) / 4))).toEqual(
      words.map((word) => word + 1),
    );
  });
});
