import type { Rows } from './filter.ts';

/**
 * A copy of rows `from` to `to` (exclusive) of `rgba`, 8 bits a channel and `width` pixels a row without gaps. The alpha
 * channel is left out unless `hasAlpha`. It lies in `memory` where that is large enough: touching new memory takes longer
 * than the copy. Throws `RangeError` where memory cannot be had.
 */
export function packRows(
  rgba: Uint8ClampedArray,
  width: number,
  { from, to }: { readonly from: number; readonly to: number },
  hasAlpha: boolean,
  memory?: ArrayBuffer,
): PackedRows {
  const part = rgba.subarray(4 * width * from, 4 * width * to);
  const bytesPerPixel = hasAlpha ? 4 : 3;
  const bytes = width * (to - from) * bytesPerPixel;
  const data = new Uint8Array(
    memory && memory.byteLength >= bytes ? memory : new ArrayBuffer(bytes),
    0,
    bytes,
  );
  if (hasAlpha) data.set(part);
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
