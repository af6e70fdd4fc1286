import type { Rect, Size, SourcePx } from '../../base/geometry.ts';
import { sourcePx } from '../../base/geometry.ts';
import { depthOf, newSamples, type Samples } from '../../base/samples.ts';
import type { SourcePixels } from '../../tiling/read-tile.ts';

/** The part of the picture that a tile needs: what of `read` lies inside, and what is mirrored to fill the rest. */
export function clipOf(read: Rect<SourcePx>, picture: Size<SourcePx>): Rect<SourcePx> {
  const [x, right] = needed(read.x, read.width, picture.width);
  const [y, bottom] = needed(read.y, read.height, picture.height);
  return { x: sourcePx(x), y: sourcePx(y), width: sourcePx(right - x), height: sourcePx(bottom - y) };
}

/** First index, and the one behind the last, of those that `from … from + length - 1` is folded back to. */
function needed(from: number, length: number, count: number): [number, number] {
  const last = from + length - 1;
  // A mirrored pixel lies as far inside as its original lies outside.
  const start = Math.min(Math.max(0, from), last < count ? count - 1 : Math.max(0, 2 * (count - 1) - last));
  const end = Math.max(Math.min(count, last + 1), from < 0 ? Math.min(count, 1 - from) : 1);
  return [start, end];
}

/** The pixels of `clip`, RGBA of the source's depth, without a gap between rows. */
export function copyClip(source: SourcePixels, clip: Rect<SourcePx>): Samples {
  const pitch = 4 * clip.width;
  const pixels = newSamples(depthOf(source.data), pitch * clip.height);
  for (let row = 0; row < clip.height; row++) {
    const start = 4 * ((clip.y + row) * source.width + clip.x);
    pixels.set(source.data.subarray(start, start + pitch), row * pitch);
  }
  return pixels;
}
