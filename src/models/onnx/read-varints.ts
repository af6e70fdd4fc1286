import { requireWire } from './read-field.ts';
import { corrupt, type Field, varintEnd, Wire } from './wire-reader.ts';

/**
 * The longest list of 64-bit numbers that is read: lists of indices and sides are far shorter, and one byte of a file may
 * become eight.
 */
const MAX_LONG_LIST = 4_194_304;

/**
 * A repeated whole number, packed or one to a field, as little-endian numbers of `size` bytes each: their lowest ones.
 * @throws TesseraError `model-corrupt` where a number has no end, or where there are more of 8 bytes than any model has
 */
export function readVarints(
  bytes: Uint8Array,
  fields: readonly Field[],
  size: number,
): Uint8Array<ArrayBuffer> {
  const count = countVarints(bytes, fields);
  const from = fields[0]?.from ?? 0;
  if (size === 8 && count > MAX_LONG_LIST) throw corrupt(`a list has ${count} whole numbers`, from);
  const result = new Uint8Array(count * size);
  let to = 0;
  for (const { start, end } of fields) {
    for (let at = start; at < end; to += size) {
      const next = varintEnd(bytes, at, end);
      write(result, to, size, bytes, at, next);
      at = next;
    }
  }
  return result;
}

/** How many numbers the fields hold: each ends with the only one of its bytes that is below 128. */
export function countVarints(bytes: Uint8Array, fields: readonly Field[]): number {
  let count = 0;
  for (const field of fields) {
    if (field.wire !== Wire.varint) requireWire(field, Wire.bytes);
    for (let at = field.start; at < field.end; at++) if ((bytes[at] as number) < 0x80) count++;
  }
  return count;
}

/** Seven bits of each byte, the lowest first, in two words: bits above 64 go. */
function write(
  dst: Uint8Array,
  to: number,
  size: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  let low = 0;
  let high = 0;
  for (let at = start, shift = 0; at < end; at++, shift += 7) {
    const part = (bytes[at] as number) & 0x7f;
    if (shift < 32) low |= part << shift;
    if (shift === 28) high |= part >>> 4;
    else if (shift > 32) high |= part << (shift - 32);
  }
  for (let i = 0; i < size; i++) dst[to + i] = i < 4 ? low >>> (8 * i) : high >>> (8 * (i - 4));
}
