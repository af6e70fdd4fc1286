import type { TesseraError } from '../../base/errors.ts';
import { damaged } from './weight-errors.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Up to here a loop beats the decoder's fixed cost. */
const SHORT_TEXT = 48;
/** Bytes, beyond which every number passes 2⁵³ or is written with needless zeros. */
const LONGEST_INTEGER = 8;
/** Names of modules and classes. */
const MAX_LINE_BYTES = 1024;

/** Reads a pickle's bytes from front to back. Every number is checked against the end before it is used. */
export class PickleCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The offset in the file of `bytes[0]`, for messages. */
  readonly #origin: number;
  #at: number;

  constructor(bytes: Uint8Array, origin = 0, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#origin = origin;
    this.#at = at;
  }

  /** In `bytes`. */
  get at(): number {
    return this.#at;
  }

  /** In the file. */
  get offset(): number {
    return this.#origin + this.#at;
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** @throws TesseraError `model-corrupt` above 2⁵³ */
  uint64(): number {
    const at = this.#take(8);
    const value = this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
    if (!Number.isSafeInteger(value)) throw this.damaged(`${value} is no length`);
    return value;
  }

  /** Big-endian, as in every pickle. */
  float64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /**
   * A whole number of that many bytes, little-endian, two's complement; null where it is not exact as a number of JavaScript's,
   * which no size or place is.
   */
  integer(length: number): number | null {
    const at = this.#take(length);
    if (length === 0) return 0;
    if (length > LONGEST_INTEGER) return null;
    const last = at + length - 1;
    let value = this.#view.getInt8(last);
    for (let i = last - 1; i >= at; i--) value = value * 256 + (this.#bytes[i] as number);
    return Number.isSafeInteger(value) ? value : null;
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** A view. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** @throws TesseraError `model-corrupt` where it is not UTF-8 */
  text(length: number): string {
    const text = this.textOrNull(length);
    if (text === null) throw this.damaged('a text is not in UTF-8');
    return text;
  }

  /** Null where it is not UTF-8. */
  textOrNull(length: number): string | null {
    const bytes = this.bytes(length);
    if (length <= SHORT_TEXT && isAscii(bytes)) return String.fromCharCode.apply(null, bytes as never);
    try {
      return UTF8.decode(bytes);
    } catch {
      return null;
    }
  }

  /** Up to the next line break, which is skipped. */
  line(): string {
    const length = this.#bytes.subarray(this.#at, this.#at + MAX_LINE_BYTES).indexOf(0x0a);
    if (length < 0) throw this.damaged(`a name of Python does not end within ${MAX_LINE_BYTES} bytes`);
    const line = this.text(length);
    this.#take(1);
    return line;
  }

  damaged(what: string): TesseraError {
    return damaged('pickle', what, this.offset);
  }

  #take(length: number): number {
    const at = this.#at;
    const left = this.#bytes.length - at;
    if (length > left) throw this.damaged(`${length} bytes are needed and ${left} are left`);
    this.#at = at + length;
    return at;
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) >= 0x80) return false;
  return true;
}
