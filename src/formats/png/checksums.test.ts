import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adler32, crc32, joinAdler32 } from './checksums.ts';

/** The end of a zlib stream is the Adler-32 of what is in it. */
const expectedAdler = (bytes: Uint8Array) => deflateSync(bytes).readUInt32BE(deflateSync(bytes).length - 4);

/** CRC-32 bit by bit, as PNG annex D defines it. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('adler32', () => {
  it('agrees with zlib', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(adler32(bytes, bytes.length)).toBe(expectedAdler(bytes));
      }),
    );
  });

  it.each([5503, 5504, 5505, 5552, 40_000, 100_003])('does not overflow over %i bytes of 255', (length) => {
    const bytes = new Uint8Array(length).fill(255);
    expect(adler32(bytes, length)).toBe(expectedAdler(bytes));
  });

  it('takes the first bytes only', () => {
    expect(adler32(Uint8Array.of(1, 2, 3, 4, 5), 3)).toBe(expectedAdler(Uint8Array.of(1, 2, 3)));
  });
});

describe('joinAdler32', () => {
  it('is that of the two put together', () => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        const joined = joinAdler32(
          adler32(first, first.length),
          adler32(second, second.length),
          second.length,
        );
        expect(joined).toBe(expectedAdler(Uint8Array.of(...first, ...second)));
      }),
    );
  });

  it('holds where the low half is zero', () => {
    const first = new Uint8Array(257).fill(255, 0, 256).fill(240, 256);
    const sum = adler32(first, first.length);
    expect(sum & 0xffff).toBe(0);
    for (const second of [new Uint8Array(60_000), new Uint8Array(0), first]) {
      const joined = joinAdler32(sum, adler32(second, second.length), second.length);
      expect(joined).toBe(expectedAdler(Uint8Array.of(...first, ...second)));
    }
  });

  it('holds for long pieces', () => {
    const bytes = new Uint8Array(200_000).fill(255);
    const sum = adler32(bytes, 100_000);
    expect(joinAdler32(sum, sum, 100_000)).toBe(expectedAdler(bytes));
  });
});

describe('crc32', () => {
  it('knows the check value, and the chunk that ends every PNG', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(Buffer.from('IEND'))).toBe(0xae426082);
  });

  it('agrees with the slow way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(crc32(bytes)).toBe(slowCrc(bytes));
      }),
    );
  });
});
