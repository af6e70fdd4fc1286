import { assert } from '../base/assert.ts';
import { messageOf, TesseraError } from '../base/errors.ts';
import { type BitDepth, depthOf } from '../base/samples.ts';
import { asSentence } from '../base/shown-text.ts';
import { sizeText } from '../formats/limits.ts';
import { isMemoryError, outOfMemory } from '../formats/memory.ts';
import { joinAdler32 } from '../formats/png/checksums.ts';
import type { EncodedBand } from '../formats/png/encode-band.ts';
import { type PackedRows, packRows } from '../formats/png/pack-rows.ts';
import { pngHead, pngTail } from '../formats/png/png-parts.ts';
import type { Band } from '../tiling/stitch.ts';
import type { EncodePool } from './encode-pool.ts';

/**
 * Uncompressed bytes of the pieces that bands are encoded in. Large enough that a Huffman code's tables (0.15 ms) cost
 * little, small enough that several workers share a band and that the memory is little.
 */
const PIECE_BYTES = 1.5 * 1024 * 1024;
/** Bands that may wait for each worker before `put` holds the caller back. */
const WAITING_BANDS = 2;

/** One encoded piece; what it weighs is held by the browser as a Blob, which may lie on disk, and not by the script. */
type Piece = Omit<EncodedBand, 'idat'> & { readonly idat: Blob };

/**
 * A PNG file made while the picture is: bands of finished rows go in from the top, and are encoded in other threads at
 * once. 8 or 16 bits a channel, straight alpha, lossless. Call `abandon` if it is not finished.
 */
export class PngFile {
  readonly #width: number;
  readonly #height: number;
  readonly #hasAlpha: boolean;
  readonly #bitDepth: BitDepth;
  readonly #pool: EncodePool;
  readonly #bands: Promise<Piece[]>[] = [];
  /** Memory of pieces that are encoded, for those to come. */
  readonly #memory: ArrayBuffer[] = [];
  #nextRow = 0;
  #isAbandoned = false;

  /**
   * In output pixels. The alpha of pixels is heeded only when `hasAlpha`; `bitDepth` is that of the bands. The pool is left, or
   * ended, when the file is finished or abandoned.
   */
  constructor(
    size: { readonly width: number; readonly height: number },
    hasAlpha: boolean,
    bitDepth: BitDepth,
    pool: EncodePool,
  ) {
    this.#width = size.width;
    this.#height = size.height;
    this.#hasAlpha = hasAlpha;
    this.#bitDepth = bitDepth;
    this.#pool = pool;
  }

  /**
   * Adds the rows right below those of the call before. They are copied before this returns its promise, so that `band.data`
   * may be given away; the promise resolves once there is room for more.
   *
   * @throws TesseraError `out-of-memory` or `encode-failed`, also for bands before.
   */
  async put(band: Band): Promise<void> {
    assert(band.y === this.#nextRow && band.width === this.#width, 'bands come whole and without gaps');
    assert(depthOf(band.data) === this.#bitDepth, 'bands are as deep as the file');
    this.#nextRow += band.height;
    try {
      const pieces = Promise.all(this.#packed(band).map((rows) => this.#encode(rows)));
      // Its failure is met by whoever waits for it, below or in `finish`.
      pieces.catch(() => undefined);
      this.#bands.push(pieces);
      await this.#bands.at(-1 - WAITING_BANDS * this.#pool.size);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /**
   * The file, once all rows are in and encoded.
   *
   * @throws TesseraError `out-of-memory` or `encode-failed`.
   */
  async finish(): Promise<Blob> {
    assert(this.#nextRow === this.#height && !this.#isAbandoned, 'the picture is complete');
    try {
      const pieces = (await Promise.all(this.#bands)).flat();
      const sum = pieces.reduce((all, piece) => joinAdler32(all, piece.adler32, piece.filteredBytes), 1);
      const head = pngHead(this.#width, this.#height, this.#hasAlpha, this.#bitDepth);
      const parts = [...head, ...pieces.map(({ idat }) => idat), ...pngTail(sum)];
      return new Blob(parts, { type: 'image/png' });
    } catch (error) {
      throw this.#explained(error);
    } finally {
      this.abandon();
    }
  }

  /** Leaves the pool and lets go of what is encoded. May be called at any time, and again. */
  abandon(): void {
    if (!this.#isAbandoned) this.#pool.leave();
    this.#isAbandoned = true;
    this.#bands.length = 0;
    this.#memory.length = 0;
  }

  #packed({ data, width, height }: Band) {
    const bytesPerRow = (width * (this.#hasAlpha ? 4 : 3) * this.#bitDepth) / 8;
    const rowsPerPiece = Math.max(1, Math.floor(PIECE_BYTES / bytesPerRow));
    const pieces = Math.ceil(height / rowsPerPiece);
    return Array.from({ length: pieces }, (_, i) => {
      const from = i * rowsPerPiece;
      const to = Math.min(from + rowsPerPiece, height);
      return packRows(data, width, { from, to }, this.#hasAlpha, this.#memory.pop());
    });
  }

  async #encode(rows: PackedRows): Promise<Piece> {
    const { band, memory } = await this.#pool.encode(rows);
    this.#memory.push(memory);
    const { idat, ...sums } = band;
    return { idat: new Blob([idat]), ...sums };
  }

  #explained(error: unknown): TesseraError {
    const [width, height] = [this.#width, this.#height];
    if (isMemoryError(error)) return outOfMemory('writing the result', width, height, error);
    return new TesseraError(
      'encode-failed',
      `Tessera could not save ${sizeText(width, height)} as PNG: ${asSentence(messageOf(error))}`,
      'Choose a smaller scale and try again.',
      { width, height, format: 'png' },
      { cause: error },
    );
  }
}
