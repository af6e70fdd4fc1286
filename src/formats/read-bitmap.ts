import { releaseCanvas } from './canvas.ts';
import { readTextureBands } from './read-bitmap-webgl.ts';

/** Straight-alpha pixels of a bitmap, RGBA row by row from the top. */
export type BitmapPixels = { readonly rgba: Uint8ClampedArray<ArrayBuffer>; readonly opaque: boolean };

/** Pixels that pass through a canvas at once (4 MB): keeps a third copy of a large picture out of memory. */
const BAND_PIXELS = 1024 * 1024;

/**
 * Copies a bitmap made with `premultiplyAlpha: 'none'`. Opaque pictures come through a 2D canvas, which is exact for
 * them; a 2D canvas destroys colour under low alpha (errors up to 127), so others are read again through WebGL2, and
 * stay with the canvas only where there is none. Throws `RangeError` when memory runs out.
 */
export function readBitmap(bitmap: ImageBitmap): BitmapPixels {
  const { width, height } = bitmap;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const opaque = readCanvasBands(bitmap, rgba, 'stop-at-alpha');
  if (opaque) return { rgba, opaque };
  if (!readTextureBands(bitmap, rgba)) readCanvasBands(bitmap, rgba, 'read-all');
  return { rgba, opaque: false };
}

/** Fills `rgba` and says whether every alpha is 255; `stop-at-alpha` leaves the rest undone when one is not. */
function readCanvasBands(
  bitmap: ImageBitmap,
  rgba: Uint8ClampedArray,
  mode: 'stop-at-alpha' | 'read-all',
): boolean {
  const { width, height } = bitmap;
  const bandRows = Math.min(height, Math.max(1, Math.floor(BAND_PIXELS / width)));
  const canvas = new OffscreenCanvas(width, bandRows);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new RangeError('no memory for a 2D canvas');
  context.globalCompositeOperation = 'copy';
  let opaque = true;
  try {
    for (let y = 0; y < height; y += bandRows) {
      const rows = Math.min(bandRows, height - y);
      context.drawImage(bitmap, 0, y, width, rows, 0, 0, width, rows);
      const band = context.getImageData(0, 0, width, rows).data;
      rgba.set(band, y * width * 4);
      opaque &&= isOpaque(band);
      if (!opaque && mode === 'stop-at-alpha') break;
    }
  } finally {
    releaseCanvas(canvas);
  }
  return opaque;
}

/** Whether every fourth value is 255. */
function isOpaque(rgba: Uint8ClampedArray): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false;
  return true;
}
