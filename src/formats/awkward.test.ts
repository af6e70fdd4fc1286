import { existsSync, openAsBlob, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { readHeader } from './header.ts';
import { checkSourceSize } from './limits.ts';
import { warningsFor } from './warnings.ts';

/** Beside the project, not in it: pictures collected for their oddities. */
const FOLDER = new URL('../../../shared/images/awkward/', import.meta.url);
const isThere = existsSync(FOLDER);

/** Size, depth and warnings as "96x64 8", or the code of the error. */
const EXPECTED: Readonly<Record<string, string>> = {
  '1x1.png': '1x1 8',
  '1x200.png': '1x200 8',
  '3x2.jpg': '3x2 8',
  'animated-4f.apng': '40x30 8 first-frame-only',
  'animated-4f.webp': '40x30 8 first-frame-only',
  'animated-5f.gif': '40x30 8 first-frame-only',
  'animated-zero-delay.gif': '16x16 8 first-frame-only',
  'bad-crc.png': '96x64 8',
  'cmyk.jpg': '64x48 8',
  'dpi300-gps-xmp-icc.jpg': '96x64 8 profile-converted metadata-dropped',
  'exif-orientation-5.jpg': '40x64 8 metadata-dropped',
  'exif-orientation-6.jpg': '40x64 8 metadata-dropped',
  'exif-orientation-8.png': '40x64 8 metadata-dropped',
  'grey-1bit-19x16.png': '19x16 1',
  'grey-alpha.png': '40x24 8',
  'grey.jpg': '96x64 8',
  'huge-header-60000.png': 'picture-too-large',
  'icc-display-p3.jpg': '48x32 8 profile-converted',
  'icc-display-p3.png': '48x32 8 profile-converted',
  'icc-srgb.png': '48x32 8',
  'icc-swapped.png': '48x32 8 profile-converted',
  'interlaced.png': '96x64 8',
  'jpeg-named.png': '96x64 8',
  'lossless-alpha.webp': '96x48 8',
  'lossy.webp': '96x64 8',
  'palette-trns.png': '32x24 8',
  'photo-lzw.tif': 'unsupported-format',
  'photo.avif': '96x64 8',
  'phys-300dpi.png': '96x64 8',
  'progressive.jpg': '96x64 8',
  'quad.bmp': '48x32 8',
  'rgb16-gradient.png': '1024x8 16',
  'rgba-opaque.png': '32x24 8',
  'rgba-soft-hidden.png': '96x48 8',
  'rgba16.png': '64x16 16',
  'text.png': 'not-a-picture',
  // Broken behind the header: decoding finds out.
  'truncated.jpg': '451x300 8',
  'truncated.png': '96x64 8',
  'valid-20000x20000-1bit.png': 'picture-too-large',
  'zero-byte.png': 'empty-file',
};

async function summary(name: string): Promise<string> {
  try {
    const header = await readHeader(await openAsBlob(new URL(name, FOLDER)));
    checkSourceSize(header.width ?? 0, header.height ?? 0);
    const codes = warningsFor(header, header.keepsDepth ? 16 : 8).map((warning) => warning.code);
    return [`${header.width}x${header.height}`, header.bitDepth, ...codes].join(' ');
  } catch (error) {
    if (error instanceof TesseraError) return error.code;
    throw error;
  }
}

describe.skipIf(!isThere)('headers of the awkward pictures (needs ../shared)', () => {
  it.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    expect(await summary(name)).toBe(expected);
  });

  it('leaves no file out', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });
});
