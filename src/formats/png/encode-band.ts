import { adler32 } from './checksums.ts';
import { Deflater, deflatedBound } from './deflate.ts';
import { filteredBytes, filterRows, type Rows } from './filter.ts';
import { pngChunk } from './png-parts.ts';

/** A band of a picture's rows, compressed by itself. */
export type EncodedBand = {
  /** A whole IDAT chunk: goes right behind that of the band above. What it holds is no end of the zlib stream. */
  readonly idat: Uint8Array<ArrayBuffer>;
  /** Adler-32 (RFC 1950) of the filtered rows. */
  readonly adler32: number;
  /** Bytes of the filtered rows. */
  readonly filteredBytes: number;
};

/** Encodes bands of rows each for itself, so in any order and side by side. Keeps its memory from band to band. */
export class BandEncoder {
  readonly #deflater = new Deflater();
  #filtered = new Uint8Array(0);
  #deflated = new Uint8Array(0);

  /** Throws `RangeError` where memory cannot be had: at most three times the band's. */
  encode(rows: Rows): EncodedBand {
    const length = filteredBytes(rows);
    const bound = deflatedBound(length);
    if (this.#filtered.length < length) this.#filtered = new Uint8Array(length);
    if (this.#deflated.length < bound) this.#deflated = new Uint8Array(bound);
    filterRows(rows, this.#filtered);
    const end = this.#deflater.write(this.#filtered, length, this.#deflated);
    return {
      idat: pngChunk('IDAT', this.#deflated.subarray(0, end)),
      adler32: adler32(this.#filtered, length),
      filteredBytes: length,
    };
  }
}
