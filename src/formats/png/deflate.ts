import { BitWriter } from './bit-writer.ts';
import {
  BlockCode,
  END_OF_BLOCK,
  LITERALS_AND_LENGTHS,
  LONGEST_MATCH,
  lengthSymbol,
  SHORTEST_MATCH,
} from './block-code.ts';

/**
 * Deflate (RFC 1951) for filtered pixels, as fast as it goes: literals, and matches for nothing but runs of zeros, which
 * is what even areas become. One Huffman code for all: of 60 to 250 rows of a picture, several codes gain less than 0.5 %.
 * Literals are counted and written in pairs: half the steps.
 */

/** Runs are looked for in steps of 16 bytes: finer ones cost more time than they save bytes. */
const RUN_BYTES = 16;
const RUN_WORDS = 4;
/** The three bits before a block, section 3.2.3. */
const NOT_FINAL = 0;
const STORED = 0 << 1;
/** Section 3.2.4. */
const STORED_BYTES = 65_535;
const STORED_HEAD_BYTES = 5;
/** More than the head of one block can take. */
const HEAD_BYTES = 512;
/**
 * Of uncompressed bytes. One Huffman code serves many blocks, so one block could hold all; but fflate 0.8.3, which many
 * programs read PNG with, takes it for granted in `inflt` that no more than 2¹⁷ literals come without a match or a new block.
 */
const BLOCK_BYTES = 131_072;

/** Bytes that `Deflater.write` needs at most for so many. */
export function deflatedBound(bytes: number): number {
  const stored = bytes + STORED_HEAD_BYTES * Math.ceil(bytes / STORED_BYTES);
  return stored + HEAD_BYTES * Math.ceil(bytes / BLOCK_BYTES);
}

/** Keeps its tables (512 KiB) between blocks. */
export class Deflater {
  /** How often each pair of bytes, as a little-endian number, stands among the literals. */
  readonly #pairCounts = new Uint32Array(65_536);
  /** The code of each pair, first literal lowest, times 32, plus its length in bits; 0 where that is too long. */
  readonly #pairCodes = new Int32Array(65_536);

  /**
   * Compresses the first `length` bytes (1 or more) of `bytes`, which begins at a multiple of 4 in its buffer, into the
   * beginning of `dst`, of `deflatedBound(length)` bytes or more. Gives the bytes written. They refer to nothing before them,
   * are whole, and hold no final block: pieces can be compressed apart and put together.
   */
  write(bytes: Uint8Array, length: number, dst: Uint8Array): number {
    const blocks = blocksOf(bytes, length);
    const counts = this.#count(blocks);
    const code = new BlockCode(counts);
    if (code.mostBits(counts) >= 8 * length) return store(bytes.subarray(0, length), dst);
    const out = new BitWriter(dst);
    code.fillPairs(this.#pairCodes);
    for (const block of blocks) {
      code.putHead(out);
      this.#putTokens(block, code, out);
    }
    // An empty stored block, section 3.2.4, brings the stream to a whole byte.
    out.put(NOT_FINAL | STORED, 3);
    out.align();
    out.put(0, 16);
    out.put(0xffff, 16);
    return out.position;
  }

  /** How often each literal and each length of a match occurs, and the end of a block. */
  #count(blocks: readonly Block[]): Uint32Array {
    const counts = new Uint32Array(LITERALS_AND_LENGTHS);
    const pairCounts = this.#pairCounts.fill(0);
    for (const block of blocks) countBlock(block, pairCounts, counts);
    for (let pair = 0; pair < pairCounts.length; pair++) {
      const count = pairCounts[pair] as number;
      if (count === 0) continue;
      add(counts, pair & 255, count);
      add(counts, pair >>> 8, count);
    }
    add(counts, END_OF_BLOCK, blocks.length);
    return counts;
  }

  #putTokens({ words, rest }: Block, code: BlockCode, out: BitWriter): void {
    for (let i = 0; i < words.length; ) {
      const zeros = startOfZeros(words, i);
      this.#putLiterals(words.subarray(i, zeros), code, out);
      i = endOfZeros(words, zeros);
      if (i > zeros) putRun(4 * (i - zeros), code, out);
    }
    for (const byte of rest) code.put(byte, out);
    code.put(END_OF_BLOCK, out);
  }

  #putLiterals(words: Int32Array, code: BlockCode, out: BitWriter): void {
    for (let i = 0; i < words.length; i++) {
      i = putPairs(words, i, this.#pairCodes, out);
      if (i === words.length) return;
      const four = words[i] as number;
      for (let shift = 0; shift < 32; shift += 8) code.put((four >>> shift) & 255, out);
    }
  }
}

/** What one block holds: words in which runs are looked for, and the last few bytes. */
type Block = { readonly words: Int32Array; readonly rest: Uint8Array };

function blocksOf(bytes: Uint8Array, length: number): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < length; from += BLOCK_BYTES) {
    const to = Math.min(length, from + BLOCK_BYTES);
    const wholeBytes = (to - from) & -RUN_BYTES;
    blocks.push({
      words: new Int32Array(bytes.buffer, bytes.byteOffset + from, wholeBytes / 4),
      rest: bytes.subarray(from + wholeBytes, to),
    });
  }
  return blocks;
}

function countBlock({ words, rest }: Block, pairCounts: Uint32Array, counts: Uint32Array): void {
  for (let i = 0; i < words.length; ) {
    const zeros = startOfZeros(words, i);
    countPairs(words, i, zeros, pairCounts);
    i = endOfZeros(words, zeros);
    if (i > zeros) countRun(4 * (i - zeros), counts);
  }
  for (const byte of rest) add(counts, byte, 1);
}

/** Written out for speed, as is `putPairs`: these two take most of the time. */
function countPairs(words: Int32Array, from: number, to: number, pairCounts: Uint32Array): void {
  for (let i = from; i < to; i += 2) {
    const first = words[i] as number;
    const second = words[i + 1] as number;
    (pairCounts[first & 0xffff] as number)++;
    (pairCounts[first >>> 16] as number)++;
    (pairCounts[second & 0xffff] as number)++;
    (pairCounts[second >>> 16] as number)++;
  }
}

/** Writes literals from word `from` on, up to one with a pair that has no code; gives its index, or the end. */
function putPairs(words: Int32Array, from: number, pairCodes: Int32Array, out: BitWriter): number {
  const { view } = out;
  let { position, pending, pendingBits } = out;
  let i = from;
  for (; i < words.length; i++) {
    const four = words[i] as number;
    const first = pairCodes[four & 0xffff] as number;
    const second = pairCodes[four >>> 16] as number;
    if (first === 0 || second === 0) break;
    // `BitWriter.put`, twice, without the way to its fields and back.
    pending |= (first >>> 5) << pendingBits;
    pendingBits += first & 31;
    view.setInt32(position, pending, true);
    position += pendingBits >>> 3;
    pending >>>= pendingBits & 24;
    pendingBits &= 7;
    pending |= (second >>> 5) << pendingBits;
    pendingBits += second & 31;
    view.setInt32(position, pending, true);
    position += pendingBits >>> 3;
    pending >>>= pendingBits & 24;
    pendingBits &= 7;
  }
  out.resume(position, pending, pendingBits);
  return i;
}

/** Where the first run of zeros at or after `start` begins; the end where there is none. */
function startOfZeros(words: Int32Array, start: number): number {
  let i = start;
  while (i < words.length && fourWords(words, i) !== 0) i += RUN_WORDS;
  return i;
}

/** Where the zeros that begin at `start` end. */
function endOfZeros(words: Int32Array, start: number): number {
  let i = start;
  while (i < words.length && fourWords(words, i) === 0) i += RUN_WORDS;
  return i;
}

function fourWords(words: Int32Array, i: number): number {
  return (
    (words[i] as number) | (words[i + 1] as number) | (words[i + 2] as number) | (words[i + 3] as number)
  );
}

/** A run of `bytes` zeros is one literal and then matches of distance 1; what is too short for a match, literals again. */
function splitRun(bytes: number): { longest: number; rest: number; literals: number } {
  const matched = bytes - 1;
  const rest = matched % LONGEST_MATCH;
  const longest = (matched - rest) / LONGEST_MATCH;
  return rest < SHORTEST_MATCH ? { longest, rest: 0, literals: 1 + rest } : { longest, rest, literals: 1 };
}

function countRun(bytes: number, counts: Uint32Array): void {
  const { longest, rest, literals } = splitRun(bytes);
  add(counts, 0, literals);
  add(counts, lengthSymbol(LONGEST_MATCH), longest);
  if (rest > 0) add(counts, lengthSymbol(rest), 1);
}

function putRun(bytes: number, code: BlockCode, out: BitWriter): void {
  const { longest, rest, literals } = splitRun(bytes);
  for (let i = 0; i < literals; i++) code.put(0, out);
  for (let i = 0; i < longest; i++) code.putRun(LONGEST_MATCH, out);
  if (rest > 0) code.putRun(rest, out);
}

/** Stored blocks, for what does not get smaller. */
function store(bytes: Uint8Array, dst: Uint8Array): number {
  let at = 0;
  for (let from = 0; from < bytes.length; from += STORED_BYTES) {
    const part = bytes.subarray(from, from + STORED_BYTES);
    const { length } = part;
    dst.set([NOT_FINAL | STORED, length & 255, length >>> 8, ~length & 255, (~length >>> 8) & 255], at);
    dst.set(part, at + STORED_HEAD_BYTES);
    at += STORED_HEAD_BYTES + length;
  }
  return at;
}

function add(counts: Uint32Array, symbol: number, count: number): void {
  counts[symbol] = (counts[symbol] as number) + count;
}
