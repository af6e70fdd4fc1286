import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deflater, deflatedBound } from './deflate.ts';

/** RFC 1951 section 3.2.6: an empty final block. */
const LAST_BLOCK = [3, 0];
const deflater = new Deflater();

function deflate(bytes: Uint8Array): Uint8Array {
  const dst = new Uint8Array(deflatedBound(bytes.length));
  return dst.subarray(0, deflater.write(bytes, bytes.length, dst));
}

const inflate = (...pieces: Uint8Array[]) =>
  inflateRawSync(Buffer.concat([...pieces, Buffer.from(LAST_BLOCK)]));

function expectBack(bytes: Uint8Array): void {
  expect(inflate(deflate(bytes)).equals(bytes)).toBe(true);
}

/** Numbers as a picture's after filtering: small ones mostly, `spread` wide, from a fixed seed. */
function residuals(length: number, spread: number): Uint8Array {
  let state = 12345;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Uint8Array.from({ length }, () => Math.round(spread * (random() + random() + random() - 1.5)));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

const anyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(600).map((length) => new Uint8Array(length)),
      fc.tuple(fc.nat(255), fc.nat(300)).map(([value, length]) => new Uint8Array(length).fill(value)),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)))
  .filter((bytes) => bytes.length > 0);

describe('Deflater', () => {
  it('is read back by zlib, whatever is in it', () => {
    fc.assert(fc.property(anyBytes, expectBack), { numRuns: 300 });
  });

  it('can be put together from pieces', () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { minLength: 1, maxLength: 4 }), (pieces) => {
        expect(inflate(...pieces.map(deflate)).equals(Buffer.concat(pieces))).toBe(true);
      }),
    );
  });

  it('packs runs of zeros of every length', () => {
    // Of a run, whole sixteens are matched: of 113 and of 242 of them, too little for a match is left over.
    for (const length of [...range(1, 600), ...range(1800, 1840), ...range(3870, 3900)]) {
      expectBack(Uint8Array.of(7, 8, ...new Uint8Array(length), 9, 10, 11));
    }
  });

  it('packs a long run of zeros to almost nothing', () => {
    expect(deflate(new Uint8Array(1_000_000)).length).toBeLessThan(2_000);
  });

  it.each([1, 15, 16, 17, 131_071, 131_072, 131_073, 300_000])('takes %i bytes', (length) => {
    expectBack(residuals(length, 20));
    expectBack(new Uint8Array(length));
  });

  it('takes literals whose codes are as long as can be', () => {
    // Counts that double make the longest codes; 15 bits and 9 more are rare enough to stand beside each other.
    const parts = Array.from({ length: 24 }, (_, i) => new Uint8Array(Math.max(1, 2 ** (i - 6))).fill(i + 1));
    const rare = Uint8Array.from({ length: 64 }, (_, i) => 1 + (i % 6));
    expectBack(new Uint8Array(Buffer.concat([rare, ...parts, rare])));
  });

  it('stores noise, with next to nothing added', () => {
    const noise = Uint8Array.from(
      { length: 200_000 },
      (_, i) => (Math.imul(i + 1, 2654435761) ^ (i * i)) >>> 11,
    );
    const even = Uint8Array.from({ length: 200_000 }, (_, i) => i % 256);
    for (const bytes of [noise, even]) {
      expectBack(bytes);
      expect(deflate(bytes).length).toBeLessThanOrEqual(200_000 + 4 * 5);
    }
  });

  it('comes near what the numbers hold', () => {
    const bytes = residuals(400_000, 24);
    const counts = new Map<number, number>();
    for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
    const entropy = [...counts.values()].reduce(
      (bits, count) => bits - count * Math.log2(count / bytes.length),
      0,
    );
    expect(deflate(bytes).length).toBeLessThan((1.02 * entropy) / 8);
  });

  it('keeps nothing from one piece to the next', () => {
    const first = deflate(residuals(5000, 30)).slice();
    deflate(new Uint8Array(3000).fill(9));
    expect(deflate(residuals(5000, 30))).toEqual(first);
  });
});
