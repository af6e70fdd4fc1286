import { defined } from '../base/assert.ts';
import { sourcePx } from '../base/geometry.ts';
import { type BitDepth, depthOf } from '../base/samples.ts';
import { decodePicture } from '../formats/decode.ts';
import { readHeader } from '../formats/header.ts';
import { checkOutputSize, checkSourceSize } from '../formats/limits.ts';
import type { OutputFormat, PictureHeader } from '../formats/picture-types.ts';
import { warningsFor } from '../formats/warnings.ts';
import { AlphaEnlarger, bleedColour } from '../image/alpha.ts';
import type { SourcePixels } from '../tiling/read-tile.ts';
import type { Inspection, PictureFormat, Warning } from './protocol.ts';

/** A decoded picture as the tiles want it: colours without hidden ones, alpha aside. */
export type Picture = {
  readonly format: PictureFormat;
  readonly source: SourcePixels;
  /** What the result has: 16 where the source has and the format keeps them. */
  readonly bitDepth: BitDepth;
  /** Null for a picture without transparency. */
  readonly alpha: AlphaEnlarger | null;
  readonly warnings: readonly Warning[];
};

/**
 * What the header says.
 *
 * @throws TesseraError as `readHeader` does, and `picture-too-large`.
 */
export async function inspectPicture(file: Blob): Promise<Inspection> {
  const header = await readHeader(file);
  const { width, height } = await sizeOf(file, header);
  checkSourceSize(width, height);
  const { format, bitDepth, bytes } = header;
  // What another format than PNG leaves behind, the job tells that is asked for it.
  const warnings = warningsFor(header, header.keepsDepth ? 16 : 8);
  return { format, width, height, bitDepth, bytes, warnings };
}

/**
 * Decodes for a result of `scale` times the size in `format`; `context` is how far, in source pixels, a network looks.
 *
 * @throws TesseraError as the formats do; `picture-too-large` and `output-too-large` before anything is decoded.
 */
export async function readPicture(
  file: Blob,
  wanted: { readonly scale: number; readonly format: OutputFormat; readonly context: number },
): Promise<Picture> {
  const header = await readHeader(file);
  const checkSizes = (width: number, height: number) => {
    checkSourceSize(width, height);
    checkOutputSize({ width: width * wanted.scale, height: height * wanted.scale, format: wanted.format });
  };
  if (header.width !== null && header.height !== null) checkSizes(header.width, header.height);
  const { width, height, rgba, opaque } = await decodePicture(file, header);
  checkSizes(width, height);
  const pixels = { width, height, data: rgba };
  const alpha = opaque ? null : new AlphaEnlarger(pixels, wanted.scale);
  if (!opaque) bleedColour(pixels, 2 * wanted.context);
  const source = { width: sourcePx(width), height: sourcePx(height), data: rgba };
  const bitDepth = wanted.format === 'png' ? depthOf(rgba) : 8;
  return { format: header.format, source, bitDepth, alpha, warnings: warningsFor(header, bitDepth) };
}

/** Some AVIF and JPEG XL files tell their size only when they are decoded. */
async function sizeOf(file: Blob, header: PictureHeader): Promise<{ width: number; height: number }> {
  if (header.width !== null) return { width: header.width, height: defined(header.height, 'the height') };
  const { width, height } = await decodePicture(file, header);
  return { width, height };
}
