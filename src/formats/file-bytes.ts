import { messageOf, TesseraError } from '../base/errors.ts';
import { viewOf } from './bytes.ts';
import { FORMAT_NAMES, type PictureFormat } from './picture-types.ts';

/** Bytes fetched at once: covers most headers in one read, and is small beside any picture worth enlarging. */
const WINDOW_BYTES = 64 * 1024;

/** A file read in slices on demand, so that a header costs kilobytes however long the file is. */
export class FileBytes {
  readonly #file: Blob;
  #window = new Uint8Array(0);
  #windowStart = 0;

  constructor(file: Blob) {
    this.#file = file;
  }

  /** Length of the file in bytes. */
  get size(): number {
    return this.#file.size;
  }

  /** Up to `length` bytes from `offset`, fewer where the file ends. Do not change them: they may be shared. */
  async upTo(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(offset + length, this.size);
    if (offset >= end) return new Uint8Array(0);
    if (offset < this.#windowStart || end > this.#windowStart + this.#window.length) {
      this.#window = await this.#fetch(offset, Math.max(end, offset + WINDOW_BYTES));
      this.#windowStart = offset;
    }
    return this.#window.subarray(offset - this.#windowStart, end - this.#windowStart);
  }

  /** Exactly `length` bytes from `offset`. Throws `picture-broken` when the file ends before. */
  async view(format: PictureFormat, offset: number, length: number): Promise<DataView> {
    const bytes = await this.upTo(offset, length);
    if (bytes.length < length) throw brokenHeader(format, this.size, 'the file ends inside it');
    return viewOf(bytes);
  }

  async #fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await this.#file.slice(start, end).arrayBuffer());
    } catch (error) {
      // A file that was moved, deleted or changed since it was chosen: NotReadableError or NotFoundError.
      throw new TesseraError(
        'picture-broken',
        `The file of ${count(this.size)} bytes could not be read (${messageOf(error)}).`,
        'Choose it again: it may have been moved, changed or deleted since.',
        { bytes: this.size },
        { cause: error },
      );
    }
  }
}

/** `picture-broken` for a header; `why` completes "The header of this PNG picture makes no sense: …". */
export function brokenHeader(format: PictureFormat, bytes: number, why: string): TesseraError {
  return new TesseraError(
    'picture-broken',
    `The header of this ${FORMAT_NAMES[format]} picture is damaged: ${why} (${count(bytes)} bytes in all).`,
    'Get the file again from where it came from: it is probably damaged or only partly copied.',
    { format, bytes },
  );
}

/** A whole number for a sentence: 1234567 is "1,234,567". */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
