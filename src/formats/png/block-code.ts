import type { BitWriter } from './bit-writer.ts';
import { codeLengths, codesOf } from './huffman.ts';

export const END_OF_BLOCK = 256;
/** Symbols 0..255 are literals, those from 257 on lengths of matches. */
export const LITERALS_AND_LENGTHS = 286;
export const SHORTEST_MATCH = 3;
export const LONGEST_MATCH = 258;

/** RFC 1951 section 3.2.7. A limit of 12 bits, with which any two literals could be written at once, costs 3 % of size. */
const LONGEST_CODE = 15;
/** Pairs of literals that are longer are written one by one: `BitWriter` takes no more at once. */
const LONGEST_PAIR = 24;
/** Of a match: five of the length itself, one for the distance. */
const MOST_BITS_AFTER_LENGTH = 6;
/** The three bits before a dynamic block that is not the last, section 3.2.3. */
const DYNAMIC = 2 << 1;
/** Section 3.2.7. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST_CODE_LENGTH_CODE = 7;
const SHORT_ZEROS = 17;
const LONG_ZEROS = 18;
const MOST_ZEROS = 138;

type Bits = { readonly value: number; readonly bits: number };

/** The Huffman code of a dynamic block whose matches are all of distance 1: literals, lengths, and the head that tells of it. */
export class BlockCode {
  readonly #lengths: Uint8Array;
  readonly #codes: Uint16Array;
  readonly #head: Bits[];

  /** `counts` of the `LITERALS_AND_LENGTHS` symbols, of which two or more occur. */
  constructor(counts: Uint32Array) {
    this.#lengths = codeLengths(counts, LONGEST_CODE);
    this.#codes = codesOf(this.#lengths);
    this.#head = blockHead(this.#lengths);
  }

  /** Bits that symbols of these counts take at most, without the head. */
  mostBits(counts: Uint32Array): number {
    return counts.reduce((bits, count, symbol) => {
      const after = symbol > END_OF_BLOCK ? MOST_BITS_AFTER_LENGTH : 0;
      return bits + count * ((this.#lengths[symbol] as number) + after);
    }, 0);
  }

  /** All of a block that comes before its first symbol. */
  putHead(out: BitWriter): void {
    for (const { value, bits } of this.#head) out.put(value, bits);
  }

  /** A literal, or the end of the block. */
  put(symbol: number, out: BitWriter): void {
    out.put(this.#codes[symbol] as number, this.#lengths[symbol] as number);
  }

  /** The byte before, `length` times more, 3..258: a match of distance 1, whose code is a single 0. */
  putRun(length: number, out: BitWriter): void {
    this.put(lengthSymbol(length), out);
    const extra = extraBits(length);
    out.put((length - SHORTEST_MATCH) & ((1 << extra) - 1), extra + 1);
  }

  /**
   * For each two literals, as a little-endian number, their codes, first literal lowest, times 32, plus the bits of both;
   * 0 for those that are more than 24 bits.
   */
  fillPairs(pairs: Int32Array): void {
    for (let second = 0; second < 256; second++) {
      const secondCode = this.#codes[second] as number;
      const secondLength = this.#lengths[second] as number;
      for (let first = 0; first < 256; first++) {
        const firstLength = this.#lengths[first] as number;
        const length = firstLength + secondLength;
        const code = (this.#codes[first] as number) | (secondCode << firstLength);
        pairs[(second << 8) | first] = length > LONGEST_PAIR ? 0 : (code << 5) | length;
      }
    }
  }
}

/** RFC 1951 section 3.2.5, for lengths of 3..258. */
export function lengthSymbol(length: number): number {
  if (length === LONGEST_MATCH) return 285;
  const extra = extraBits(length);
  return 257 + 4 * extra + ((length - SHORTEST_MATCH) >>> extra);
}

/** How many low bits of `length - 3` follow its symbol. */
function extraBits(length: number): number {
  if (length === LONGEST_MATCH) return 0;
  return Math.max(0, 29 - Math.clz32(length - SHORTEST_MATCH));
}

/** Section 3.2.7: the code lengths of literals and lengths, then of one distance, of one bit. */
function blockHead(lengths: Uint8Array): Bits[] {
  let used = lengths.length;
  while (lengths[used - 1] === 0) used--;
  const tokens = packedLengths([...lengths.subarray(0, used), 1]);
  const counts = new Uint32Array(CODE_LENGTH_ORDER.length);
  for (const { symbol } of tokens) counts[symbol] = (counts[symbol] as number) + 1;
  const ownLengths = codeLengths(counts, LONGEST_CODE_LENGTH_CODE);
  const ownCodes = codesOf(ownLengths);
  const ordered = CODE_LENGTH_ORDER.map((symbol) => ownLengths[symbol] as number);
  while (ordered.at(-1) === 0) ordered.pop();
  return [
    { value: DYNAMIC, bits: 3 },
    { value: used - END_OF_BLOCK - 1, bits: 5 },
    { value: 0, bits: 5 },
    { value: ordered.length - 4, bits: 4 },
    ...ordered.map((length) => ({ value: length, bits: 3 })),
    ...tokens.flatMap(({ symbol, value, bits }) => [
      { value: ownCodes[symbol] as number, bits: ownLengths[symbol] as number },
      { value, bits },
    ]),
  ];
}

/** Code lengths as symbols of the code for code lengths, with what follows them: runs of zeros are packed. */
function packedLengths(lengths: readonly number[]): (Bits & { readonly symbol: number })[] {
  const tokens: (Bits & { readonly symbol: number })[] = [];
  for (let i = 0; i < lengths.length; ) {
    let zeros = 0;
    while (zeros < MOST_ZEROS && lengths[i + zeros] === 0) zeros++;
    if (zeros >= 11) tokens.push({ symbol: LONG_ZEROS, value: zeros - 11, bits: 7 });
    else if (zeros >= 3) tokens.push({ symbol: SHORT_ZEROS, value: zeros - 3, bits: 3 });
    else tokens.push({ symbol: lengths[i] as number, value: 0, bits: 0 });
    i += zeros >= 3 ? zeros : 1;
  }
  return tokens;
}
