import { TesseraError } from '../base/errors.ts';
import { brokenHeader, count, FileBytes } from './file-bytes.ts';
import { readAvifHeader } from './header-avif.ts';
import { readBmpHeader } from './header-bmp.ts';
import { readGifHeader } from './header-gif.ts';
import { readJpegHeader } from './header-jpeg.ts';
import { readJxlHeader } from './header-jxl.ts';
import { readPngHeader } from './header-png.ts';
import { readWebpHeader } from './header-webp.ts';
import {
  type DecodableFormat,
  FORMAT_NAMES,
  type PictureFormat,
  type PictureHeader,
  type StoredHeader,
} from './picture-types.ts';
import { SNIFF_BYTES, sniff } from './sniff.ts';

const READERS: Readonly<Record<DecodableFormat, (file: FileBytes) => Promise<StoredHeader>>> = {
  png: readPngHeader,
  jpeg: readJpegHeader,
  webp: readWebpHeader,
  avif: readAvifHeader,
  gif: readGifHeader,
  bmp: readBmpHeader,
  jxl: readJxlHeader,
};

/**
 * What the header of a picture file says; reads only the slices that it needs. The size is not judged here:
 * `checkSourceSize` does. Throws `empty-file`, `not-a-picture`, `unsupported-format` or `picture-broken`.
 */
export async function readHeader(file: Blob): Promise<PictureHeader> {
  if (file.size === 0) {
    throw new TesseraError(
      'empty-file',
      'The file is empty: it has 0 bytes.',
      'Choose another file, or get this one again: the copy or download did not finish.',
      { bytes: 0 },
    );
  }
  const bytes = new FileBytes(file);
  const format = sniff(await bytes.upTo(0, SNIFF_BYTES));
  if (format === null) throw notAPicture(file.size);
  if (!isDecodable(format)) throw unsupported(format, file.size);
  const { quarterTurned, ...stored } = await READERS[format](bytes);
  if (stored.width === 0 || stored.height === 0) {
    throw brokenHeader(format, file.size, `it claims ${stored.width} × ${stored.height} pixels`);
  }
  const upright = quarterTurned ? { width: stored.height, height: stored.width } : {};
  return { format, bytes: file.size, keepsDepth: false, ...stored, ...upright };
}

function isDecodable(format: PictureFormat): format is DecodableFormat {
  return format in READERS;
}

function notAPicture(bytes: number): TesseraError {
  return new TesseraError(
    'not-a-picture',
    `The file is not a picture: nothing in its ${count(bytes)} bytes begins like one, whatever its name says.`,
    'Choose a PNG, JPEG, WebP, AVIF, GIF or BMP picture.',
    { bytes },
  );
}

const WAYS_OUT: Readonly<Record<Exclude<PictureFormat, DecodableFormat>, string>> = {
  tiff: 'Save it as PNG in a picture program (PNG keeps every pixel), then choose that file.',
  heic: 'Export it as JPEG or PNG first; phones and photo programs offer this as "most compatible".',
  ico: 'Save the largest icon inside as PNG, then choose that file.',
  svg: 'An SVG is a drawing without pixels: it can be enlarged without loss. To use it here, export it as PNG first.',
};

function unsupported(format: Exclude<PictureFormat, DecodableFormat>, bytes: number): TesseraError {
  return new TesseraError(
    'unsupported-format',
    `This is a ${FORMAT_NAMES[format]} file (${count(bytes)} bytes), which Tessera cannot read.`,
    WAYS_OUT[format],
    { format, bytes },
  );
}
