import { assert } from '../base/assert.ts';
import type { Rect, Size, SourcePx } from '../base/geometry.ts';
import { type BitDepth, depthOf, WHITE } from '../base/samples.ts';

/** RGBA, 8 or 16 bits a channel, interleaved, rows from the top; `data.length` is `4 · width · height`. */
export type SourcePixels = Size<SourcePx> & { readonly data: Uint8ClampedArray | Uint16Array };

/**
 * Copies the colours of `rect` into `dst` as planes of R, G, B in 0..1 (`[3, rect.height, rect.width]`, float32).
 * What lies beyond the picture is mirrored without repeating the edge pixel.
 */
export function readTile(source: SourcePixels, rect: Rect<SourcePx>, dst: Float32Array): void {
  const { width, height } = rect;
  assert(dst.length === 3 * width * height, `${dst.length} values hold three planes of ${width} × ${height}`);
  const columns = mirroredIndices(rect.x, width, source.width);
  const rows = mirroredIndices(rect.y, height, source.height);
  const green = width * height;
  const blue = 2 * green;
  const { data } = source;
  const toUnit = unitsOf(depthOf(data));
  for (let y = 0, i = 0; y < height; y++) {
    const rowStart = (rows[y] as number) * source.width;
    for (let x = 0; x < width; x++, i++) {
      const p = 4 * (rowStart + (columns[x] as number));
      dst[i] = toUnit[data[p] as number] as number;
      dst[green + i] = toUnit[data[p + 1] as number] as number;
      dst[blue + i] = toUnit[data[p + 2] as number] as number;
    }
  }
}

const tables: Partial<Record<BitDepth, Float32Array>> = {};

/** What each level is in 0..1; made when first needed. */
function unitsOf(depth: BitDepth): Float32Array {
  const white = WHITE[depth];
  tables[depth] ??= Float32Array.from({ length: white + 1 }, (_, level) => level / white);
  return tables[depth];
}

/**
 * `index` folded back into 0..count-1 by mirroring at the first and last pixel, as often as needed
 * (numpy's `reflect`). A single pixel cannot be mirrored and is repeated.
 */
export function mirroredIndex(index: number, count: number): number {
  if (count === 1) return 0;
  const period = 2 * (count - 1);
  const folded = ((index % period) + period) % period;
  return folded < count ? folded : period - folded;
}

function mirroredIndices(from: number, length: number, count: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => mirroredIndex(from + i, count));
}
