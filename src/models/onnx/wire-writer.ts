import { Wire } from './wire-reader.ts';

const UTF8 = new TextEncoder();

/**
 * One protobuf message in the making. Long values are held by reference until `toBytes` copies everything, once, into
 * one buffer of the exact size.
 */
export class MessageWriter {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  /** A number of 0 or more, or any 64-bit signed one as a bigint. */
  whole(field: number, value: number | bigint): void {
    this.raw(varint(field * 8 + Wire.varint));
    this.raw(varint(value));
  }

  float(field: number, value: number): void {
    this.raw(varint(field * 8 + Wire.fixed32));
    this.raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  bytes(field: number, value: Uint8Array): void {
    this.raw(varint(field * 8 + Wire.bytes));
    this.raw(varint(value.length));
    this.raw(value);
  }

  text(field: number, value: string): void {
    this.bytes(field, UTF8.encode(value));
  }

  /** A message inside this one; it must not grow any more. */
  message(field: number, value: MessageWriter): void {
    this.raw(varint(field * 8 + Wire.bytes));
    this.raw(varint(value.#length));
    for (const piece of value.#pieces) this.raw(piece);
  }

  /** Bytes that are whole fields already. */
  raw(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  while (left >= 0x80n) {
    bytes.push(Number(left & 0x7fn) | 0x80);
    left >>= 7n;
  }
  bytes.push(Number(left));
  return Uint8Array.from(bytes);
}
