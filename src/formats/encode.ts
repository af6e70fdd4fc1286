import { messageOf, TesseraError } from '../base/errors.ts';
import { checkOutputSize, sizeText } from './limits.ts';
import { isMemoryError, outOfMemory } from './memory.ts';
import { FORMAT_NAMES, type FormatWarning, type OutputFormat } from './picture-types.ts';

/**
 * Quality as `convertToBlob` takes it. Just below 1 at most: a WebP of quality 1 is a lossless one in Chromium, several
 * times larger, and lossy elsewhere; a quality slider means lossy at every step and in every browser.
 */
const MAX_QUALITY = 0.999;

/**
 * The canvas as a picture file. `quality`, 1..100, is for JPEG and WebP; PNG has none. JPEG has no alpha: call
 * `flattenOnWhite` before for a picture that is not opaque, or what is clear becomes black.
 * Throws `output-too-large`, `out-of-memory` or `encode-failed`.
 */
export async function encodeCanvas(
  canvas: OffscreenCanvas,
  format: OutputFormat,
  quality: number,
): Promise<Blob> {
  const { width, height } = canvas;
  // Encoders silently crop above their limits.
  checkOutputSize({ width, height, format });
  const type = `image/${format}`;
  const blob = await convert(canvas, format, { type, quality: Math.min(quality / 100, MAX_QUALITY) });
  // A browser without the encoder (Safari has none for WebP) silently writes PNG.
  if (blob.type === type && blob.size > 0) return blob;
  const got = blob.size === 0 ? 'an empty file' : blob.type || 'a file without a type';
  throw encodeFailed(canvas, format, `it wrote ${got}`);
}

async function convert(
  canvas: OffscreenCanvas,
  format: OutputFormat,
  options: ImageEncodeOptions,
): Promise<Blob> {
  try {
    return await canvas.convertToBlob(options);
  } catch (error) {
    if (isMemoryError(error)) throw outOfMemory('writing the result', canvas.width, canvas.height, error);
    throw encodeFailed(canvas, format, messageOf(error), error);
  }
}

function encodeFailed(
  canvas: OffscreenCanvas,
  format: OutputFormat,
  why: string,
  cause?: unknown,
): TesseraError {
  const { width, height } = canvas;
  const name = FORMAT_NAMES[format];
  return new TesseraError(
    'encode-failed',
    `The browser could not save ${sizeText(width, height)} as ${name}: ${why}.`,
    format === 'png'
      ? 'Choose a smaller scale and try again.'
      : 'Save as PNG instead: every browser writes it.',
    { width, height, format },
    { cause },
  );
}

/** Puts white behind a canvas that is not opaque, for JPEG; in place. Returns what the person should know. */
export function flattenOnWhite(canvas: OffscreenCanvas): FormatWarning {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new TypeError('the canvas has no 2D context');
  context.save();
  context.resetTransform();
  context.globalAlpha = 1;
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.restore();
  return {
    code: 'alpha-flattened',
    message: 'JPEG has no transparency, so clear areas are white in the result.',
  };
}
