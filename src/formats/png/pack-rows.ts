import { depthOf, type Samples } from '../../base/samples.ts';
import type { Rows } from './filter.ts';

/**
 * A copy of rows `from` to `to` (exclusive) of `rgba`, `width` pixels a row without gaps, as the bytes that a PNG has of
 * them: of 16 bits a channel the high byte comes first (third edition, section 7.1). The alpha channel is left out unless
 * `hasAlpha`. It lies in `memory` where that is large enough: touching new memory takes longer than the copy. Throws
 * `RangeError` where memory cannot be had.
 */
export function packRows(
  rgba: Samples,
  width: number,
  { from, to }: { readonly from: number; readonly to: number },
  hasAlpha: boolean,
  memory?: ArrayBuffer,
): PackedRows {
  const part = rgba.subarray(4 * width * from, 4 * width * to);
  const bytesPerPixel = ((hasAlpha ? 4 : 3) * depthOf(rgba)) / 8;
  const bytes = width * (to - from) * bytesPerPixel;
  const data = new Uint8Array(
    memory && memory.byteLength >= bytes ? memory : new ArrayBuffer(bytes),
    0,
    bytes,
  );
  if (part instanceof Uint16Array) copyWords(part, data, hasAlpha);
  else if (hasAlpha) data.set(part);
  else copyColours(part, data);
  return { data, width, height: to - from, bytesPerPixel };
}

/** Rows that may be given away with their memory. */
export type PackedRows = Rows & { readonly data: Uint8Array<ArrayBuffer> };

function copyColours(rgba: Uint8ClampedArray, rgb: Uint8Array): void {
  const src = new DataView(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  const dst = new DataView(rgb.buffer, rgb.byteOffset, rgb.byteLength);
  // Whole pixels, each over the alpha of the one before; the last one has no room for its own.
  const last = rgb.length - 3;
  let to = 0;
  for (let from = 0; to < last; from += 4, to += 3) dst.setInt32(to, src.getInt32(from, true), true);
  if (last >= 0) rgb.set(rgba.subarray(-4, -1), last);
}

/** Two channels at once: the words of `rgba` lie as this machine has them, lowest byte first, as everywhere with WebGPU. */
function copyWords(rgba: Uint16Array, bytes: Uint8Array, hasAlpha: boolean): void {
  const src = new DataView(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  const dst = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixelBytes = hasAlpha ? 8 : 6;
  for (let from = 0, to = 0; from < src.byteLength; from += 8, to += pixelBytes) {
    dst.setInt32(to, swapped(src.getInt32(from, true)), true);
    if (hasAlpha) dst.setInt32(to + 4, swapped(src.getInt32(from + 4, true)), true);
    else dst.setUint16(to + 4, src.getUint16(from + 4, true));
  }
}

/** The bytes of each half change places. */
function swapped(word: number): number {
  return ((word & 0x00ff00ff) << 8) | ((word >>> 8) & 0x00ff00ff);
}
