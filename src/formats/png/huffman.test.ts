import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeLengths, codesOf } from './huffman.ts';

const lengthsOf = (counts: readonly number[], limit: number) => [
  ...codeLengths(Uint32Array.from(counts), limit),
];
const share = (lengths: readonly number[]) =>
  lengths.filter((length) => length > 0).reduce((sum, length) => sum + 2 ** -length, 0);
const bits = (counts: readonly number[], lengths: readonly number[]) =>
  counts.reduce((sum, count, symbol) => sum + count * Number(lengths[symbol]), 0);

const counts = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1_000_000 })), {
    maxLength: 286,
  })
  .filter((list) => list.filter((count) => count > 0).length >= 2);

describe('codeLengths', () => {
  it.each([
    [
      [1, 1],
      [1, 1],
    ],
    [
      [0, 5, 0, 1, 1, 0],
      [0, 1, 0, 2, 2, 0],
    ],
    [
      [1, 1, 2, 4, 8],
      [4, 4, 3, 2, 1],
    ],
    [
      [7, 7, 7, 7],
      [2, 2, 2, 2],
    ],
    [
      [0, 3, 0],
      [0, 1, 0],
    ],
  ])('knows %j', (given, expected) => {
    expect(lengthsOf(given, 15)).toEqual(expected);
  });

  it('makes a complete code within the limit, of all that occurs and nothing else', () => {
    fc.assert(
      fc.property(counts, fc.constantFrom(9, 15), (list, limit) => {
        const lengths = lengthsOf(list, limit);
        expect(share(lengths)).toBe(1);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(limit);
        expect(lengths.map((length) => length > 0)).toEqual(list.map((count) => count > 0));
      }),
    );
  });

  it('is within 1 bit a symbol of what is possible at all, where nothing is cut', () => {
    fc.assert(
      fc.property(counts, (list) => {
        const total = list.reduce((sum, count) => sum + count, 0);
        const entropy = list.reduce((sum, count) => sum - (count && count * Math.log2(count / total)), 0);
        const used = bits(list, lengthsOf(list, 30));
        expect(used).toBeGreaterThanOrEqual(entropy * (1 - 1e-9));
        expect(used).toBeLessThanOrEqual(entropy + total);
      }),
    );
  });

  it('cuts codes that would be too long, at little cost', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 30) fibonacci.push(Number(fibonacci.at(-1)) + Number(fibonacci.at(-2)));
    const free = lengthsOf(fibonacci, 30);
    const cut = lengthsOf(fibonacci, 15);
    expect(Math.max(...free)).toBe(29);
    expect(Math.max(...cut)).toBe(15);
    expect(share(cut)).toBe(1);
    expect(bits(fibonacci, cut)).toBeLessThan(1.005 * bits(fibonacci, free));
  });
});

describe('codesOf', () => {
  it('numbers codes as the example of RFC 1951 section 3.2.2', () => {
    const codes = codesOf(Uint8Array.of(3, 3, 3, 3, 3, 2, 4, 4));
    const text = [...codes].map((code, i) =>
      [...code.toString(2).padStart([3, 3, 3, 3, 3, 2, 4, 4][i] ?? 0, '0')].reverse().join(''),
    );
    expect(text).toEqual(['010', '011', '100', '101', '110', '00', '1110', '1111']);
  });
});
