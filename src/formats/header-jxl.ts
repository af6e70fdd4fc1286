import { boxes } from './boxes.ts';
import { startsWith } from './bytes.ts';
import { brokenHeader, type FileBytes } from './file-bytes.ts';
import type { StoredHeader } from './picture-types.ts';

/** Size, metadata and animation of a codestream lie within its first few dozen bytes. */
const CODESTREAM_BYTES = 128;

/** A bare codestream, or the first one in a box container (ISO 18181-2 section 9). */
export async function readJxlHeader(file: FileBytes): Promise<StoredHeader> {
  if (startsWith(await file.upTo(0, 2), [0xff, 0x0a])) {
    return { ...parseCodestream(await file.upTo(2, CODESTREAM_BYTES), file.size), hasMetadata: false };
  }
  let hasMetadata = false;
  for await (const box of boxes(file, 0, file.size)) {
    hasMetadata ||= ['Exif', 'xml ', 'brob'].includes(box.type);
    if (box.type !== 'jxlc' && box.type !== 'jxlp') continue;
    // A partial codestream begins with its sequence number.
    const start = box.start + (box.type === 'jxlp' ? 4 : 0);
    const bytes = await file.upTo(start, Math.min(CODESTREAM_BYTES, box.end - start));
    if (!startsWith(bytes, [0xff, 0x0a])) break;
    return { ...parseCodestream(bytes.subarray(2), file.size), hasMetadata };
  }
  throw brokenHeader('jxl', file.size, 'it holds no picture data');
}

/** Bits from the lowest of each byte upwards, ISO 18181-1 section 4.2. */
class BitReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A number of `bits`, 0..32. Throws a `RangeError` past the end. */
  bits(bits: number): number {
    let value = 0;
    for (let index = 0; index < bits; index++, this.#position++) {
      const byte = this.#bytes[this.#position >> 3];
      if (byte === undefined) throw new RangeError('past the end');
      value += ((byte >> (this.#position & 7)) & 1) * 2 ** index;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** `U32(…)` of the specification: two bits choose one of four rows, each an offset plus a number of bits. */
  choice(rows: readonly (readonly [offset: number, bits: number])[]): number {
    const [offset, bits] = rows[this.bits(2)] ?? [0, 0];
    return offset + this.bits(bits);
  }
}

const SIDE = [
  [1, 9],
  [1, 13],
  [1, 18],
  [1, 30],
] as const;
/** Width for a height of one, by ratio code 1..7. */
const RATIOS: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];

function parseCodestream(bytes: Uint8Array, fileBytes: number): Omit<StoredHeader, 'hasMetadata'> {
  const reader = new BitReader(bytes);
  try {
    return { ...readSize(reader), ...readMetadata(reader), hasProfile: false };
  } catch (error) {
    if (error instanceof RangeError) throw brokenHeader('jxl', fileBytes, 'the file ends inside it');
    throw error;
  }
}

/** SizeHeader, ISO 18181-1 section 7.2. */
function readSize(reader: BitReader): { width: number; height: number } {
  const inEights = reader.flag();
  const side = () => (inEights ? (reader.bits(5) + 1) * 8 : reader.choice(SIDE));
  const height = side();
  const ratio = RATIOS[reader.bits(3) - 1];
  return { width: ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side(), height };
}

/** The part of ImageMetadata up to the bit depth, section 7.3. */
function readMetadata(reader: BitReader): Pick<StoredHeader, 'bitDepth' | 'frames' | 'quarterTurned'> {
  let orientation = 1;
  let animated = false;
  if (reader.flag()) return { bitDepth: 8, frames: 'one', quarterTurned: false };
  if (reader.flag()) {
    orientation = 1 + reader.bits(3);
    if (reader.flag()) readSize(reader);
    if (reader.flag()) skipPreview(reader);
    animated = reader.flag();
    if (animated) skipAnimation(reader);
  }
  const isFloat = reader.flag();
  const bitDepth = reader.choice(
    isFloat
      ? [
          [32, 0],
          [16, 0],
          [24, 0],
          [1, 6],
        ]
      : [
          [8, 0],
          [10, 0],
          [12, 0],
          [1, 6],
        ],
  );
  return { bitDepth, frames: animated ? 'many' : 'one', quarterTurned: orientation >= 5 };
}

/** PreviewHeader, section 7.4. */
function skipPreview(reader: BitReader): void {
  const inEights = reader.flag();
  const side = () =>
    reader.choice(
      inEights
        ? [
            [16, 0],
            [32, 0],
            [1, 5],
            [33, 9],
          ]
        : [
            [1, 6],
            [65, 8],
            [321, 10],
            [1345, 12],
          ],
    );
  side();
  if (reader.bits(3) === 0) side();
}

/** AnimationHeader, section 7.5: ticks per second, loops, timecodes. */
function skipAnimation(reader: BitReader): void {
  reader.choice([
    [100, 0],
    [1000, 0],
    [1, 10],
    [1, 30],
  ]);
  reader.choice([
    [1, 0],
    [1001, 0],
    [1, 8],
    [1, 10],
  ]);
  reader.choice([
    [0, 0],
    [0, 3],
    [0, 16],
    [0, 32],
  ]);
  reader.flag();
}
