import { TesseraError } from '../base/errors.ts';
import type { Samples } from '../base/samples.ts';
import { decodePng16 } from './decode-png16.ts';
import { count } from './file-bytes.ts';
import { checkSourceSize } from './limits.ts';
import { isMemoryError, outOfMemory } from './memory.ts';
import { type DecodableFormat, FORMAT_NAMES, type PictureHeader } from './picture-types.ts';
import { readBitmap } from './read-bitmap.ts';

/** A decoded picture: sRGB of 8 or 16 bits a channel, straight alpha, RGBA interleaved, rows from the top, upright. */
export type DecodedPicture = {
  /** In source pixels. Where it differs from the header's, this one is true. */
  readonly width: number;
  readonly height: number;
  /** 4 · width · height values. */
  readonly rgba: Samples;
  /** Every alpha is full. */
  readonly opaque: boolean;
};

const MIME_TYPES: Readonly<Record<DecodableFormat, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  bmp: 'image/bmp',
  jxl: 'image/jxl',
};

/**
 * Decodes a picture: with our own decoder where that keeps more than 8 bits, else with the browser's, which applies
 * orientation and converts colours to sRGB. Holds 8 bytes a pixel for a moment. Throws `picture-too-large`,
 * `picture-broken` or `out-of-memory`.
 */
export async function decodePicture(file: Blob, header: PictureHeader): Promise<DecodedPicture> {
  if (header.width !== null && header.height !== null) checkSourceSize(header.width, header.height);
  const deep = header.keepsDepth ? await decodeDeep(file, header) : null;
  if (deep) return deep;
  const bitmap = await toBitmap(file, header);
  const { width, height } = bitmap;
  try {
    checkSourceSize(width, height);
    return { width, height, ...readBitmap(bitmap) };
  } catch (error) {
    throw isMemoryError(error) ? outOfMemory('opening the picture', width, height, error) : error;
  } finally {
    bitmap.close();
  }
}

/** Null where the browser has to look at it. */
async function decodeDeep(file: Blob, { width, height }: PictureHeader): Promise<DecodedPicture | null> {
  try {
    return await decodePng16(file);
  } catch (error) {
    throw isMemoryError(error) ? outOfMemory('opening the picture', width ?? 0, height ?? 0, error) : error;
  }
}

async function toBitmap(file: Blob, header: PictureHeader): Promise<ImageBitmap> {
  // The type that the bytes told: some decoders believe the one they are given.
  const typed = file.slice(0, file.size, MIME_TYPES[header.format]);
  try {
    // Orientation and conversion to sRGB are the defaults: never to be applied again.
    return await createImageBitmap(typed, { premultiplyAlpha: 'none' });
  } catch (error) {
    if (isMemoryError(error))
      throw outOfMemory('opening the picture', header.width ?? 0, header.height ?? 0, error);
    throw new TesseraError(
      'picture-broken',
      `The browser cannot decode this ${FORMAT_NAMES[header.format]} picture of ${count(file.size)} bytes: it is ` +
        'damaged, ends early, or uses a variant that this browser does not know.',
      'Get the file again from where it came from, or save it as PNG in a picture program.',
      { format: header.format, bytes: file.size },
      { cause: error },
    );
  }
}
