import { TesseraError } from '../base/errors.ts';
import { MAX_CANVAS_PIXELS, MAX_OUTPUT_SIDE_PX } from '../base/output-limits.ts';
import { count } from './file-bytes.ts';
import { FORMAT_NAMES, type OutputFormat } from './picture-types.ts';

/**
 * Pixels of the largest picture that is decoded, 2²⁸. Decoding holds 4 bytes a pixel twice over (the browser's bitmap
 * and our copy), or 8 once where 16 bits are kept, so this is 2 GiB at worst, which a 64-bit tab survives; it is also the
 * area that a canvas allows.
 */
const MAX_SOURCE_PIXELS = 268_435_456;
/** Longest side of a picture that is decoded: what JPEG and GIF can say, and what a canvas can hold. */
const MAX_SOURCE_SIDE_PX = 65_535;

/**
 * Refuses a picture that is too large to decode, before anything is decoded. `width` and `height` in source pixels.
 * Throws `picture-too-large`.
 */
export function checkSourceSize(width: number, height: number): void {
  if (width * height <= MAX_SOURCE_PIXELS && Math.max(width, height) <= MAX_SOURCE_SIDE_PX) return;
  throw new TesseraError(
    'picture-too-large',
    `The picture is ${sizeText(width, height)}. At most ${megapixels(MAX_SOURCE_PIXELS)} megapixels and ` +
      `${count(MAX_SOURCE_SIDE_PX)} pixels a side can be read here.`,
    'Crop it or split it into parts, then choose those one by one.',
    { width, height, maxPixels: MAX_SOURCE_PIXELS, maxSide: MAX_SOURCE_SIDE_PX },
  );
}

/** Size of a result, in output pixels, and the file format that it shall get. */
export type OutputRequest = {
  readonly width: number;
  readonly height: number;
  readonly format: OutputFormat;
};

/** Refuses a result that the canvas or the file format cannot hold. Throws `output-too-large`. */
export function checkOutputSize({ width, height, format }: OutputRequest): void {
  const longest = Math.max(width, height);
  const fitsCanvas = width * height <= MAX_CANVAS_PIXELS && longest <= MAX_OUTPUT_SIDE_PX.png;
  if (fitsCanvas && longest <= MAX_OUTPUT_SIDE_PX[format]) return;
  const limits = fitsCanvas
    ? `A ${FORMAT_NAMES[format]} file holds at most ${count(MAX_OUTPUT_SIDE_PX[format])} pixels a side.`
    : `At most ${megapixels(MAX_CANVAS_PIXELS)} megapixels and ${count(MAX_OUTPUT_SIDE_PX.png)} pixels a side can be made here.`;
  throw new TesseraError(
    'output-too-large',
    `The result would be ${sizeText(width, height)}. ${limits}`,
    fitsCanvas
      ? 'Save as PNG instead, or choose a smaller scale.'
      : 'Choose a smaller scale, or crop the picture first.',
    {
      width,
      height,
      format,
      maxPixels: MAX_CANVAS_PIXELS,
      maxSide: MAX_OUTPUT_SIDE_PX[fitsCanvas ? format : 'png'],
    },
  );
}

/** "20,000 × 20,000 pixels (400 megapixels)"; without the megapixels where they round to none. */
export function sizeText(width: number, height: number): string {
  const area = width * height < 50_000 ? '' : ` (${megapixels(width * height)} megapixels)`;
  return `${count(width)} × ${count(height)} pixels${area}`;
}

function megapixels(pixels: number): string {
  const value = pixels / 1e6;
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
