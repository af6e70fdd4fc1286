import { TesseraError } from '../../base/errors.ts';

/** How a field's value is laid out: a varint, 8 bytes, a counted run of bytes, or 4 bytes. */
export const Wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** One field of a protobuf message: where it lies in the file. */
export type Field = {
  readonly number: number;
  /** One of `Wire`. */
  readonly wire: number;
  /** Offset of the tag. */
  readonly from: number;
  /** The value's bytes: offsets of the first and of the one after the last. */
  readonly start: number;
  readonly end: number;
};

/** That the file cannot be read: what is wrong, and at which byte. */
export function corrupt(what: string, offset: number): TesseraError {
  return new TesseraError(
    'model-corrupt',
    `The model's file is not a readable ONNX network: ${what}, at byte ${offset}.`,
    'Download or export the model again.',
    { offset },
  );
}

/**
 * The fields of the message in `bytes[start, end)`, in the order of the file.
 * Layout: https://protobuf.dev/programming-guides/encoding/
 * @throws TesseraError `model-corrupt` where a field is cut off or of a kind that ONNX does not use
 */
export function* fieldsOf(bytes: Uint8Array, start: number, end: number): Generator<Field> {
  let at = start;
  while (at < end) {
    const from = at;
    const tagEnd = varintEnd(bytes, at, end);
    const tag = unsigned(bytes, at, tagEnd);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number === 0 || number > 0x1fffffff) throw corrupt(`${number} is no number of a field`, from);
    const value = valueRange(bytes, wire, tagEnd, end);
    at = value.end;
    yield { number, wire, from, ...value };
  }
}

function valueRange(
  bytes: Uint8Array,
  wire: number,
  at: number,
  end: number,
): { start: number; end: number } {
  if (wire === Wire.varint) return { start: at, end: varintEnd(bytes, at, end) };
  let start = at;
  let length: number;
  if (wire === Wire.bytes) {
    start = varintEnd(bytes, at, end);
    length = unsigned(bytes, at, start);
  } else if (wire === Wire.fixed32) length = 4;
  else if (wire === Wire.fixed64) length = 8;
  else throw corrupt(`a field is of the unknown kind ${wire}`, at);
  if (length > end - start) throw corrupt(`a field of ${length} bytes has only ${end - start}`, start);
  return { start, end: start + length };
}

/** The offset after the varint at `at`: 10 bytes at most. */
export function varintEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + 10);
  for (let i = at; i < limit; i++) {
    if ((bytes[i] as number) < 0x80) return i + 1;
  }
  throw corrupt('a number has no end', at);
}

/** A varint as a number of 0 or more; inexact above 2⁵³, where no length or tag of a real file lies. */
export function unsigned(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= start; i--) value = value * 128 + ((bytes[i] as number) & 0x7f);
  return value;
}

/** A varint as the 64-bit signed number that it stands for. */
export function signed(bytes: Uint8Array, start: number, end: number): bigint {
  if (end - start <= 7) return BigInt(unsigned(bytes, start, end));
  let value = 0n;
  for (let i = end - 1; i >= start; i--) value = (value << 7n) | BigInt((bytes[i] as number) & 0x7f);
  return BigInt.asIntN(64, value);
}
