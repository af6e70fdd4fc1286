import type { BitDepth } from '../../base/samples.ts';
import { crc32 } from './checksums.ts';

/** PNG (third edition) section 5.2. */
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Section 11.2.1. */
const TRUECOLOUR = 2;
const TRUECOLOUR_WITH_ALPHA = 6;
/** Section 11.3.2.5. */
const PERCEPTUAL = 0;
/** RFC 1950 section 2.2: deflate, window of 32 KiB, fastest. */
const ZLIB_HEAD = [0x78, 0x01];
/** RFC 1951 section 3.2.6: a final block of nothing but its end. */
const LAST_BLOCK = [0x03, 0x00];
/** Length and type before a chunk's content, CRC behind it. */
const CHUNK_HEAD_BYTES = 8;
const CHUNK_BYTES = 12;

type Bytes = Uint8Array<ArrayBuffer>;

/** All that comes before the compressed pixels of an sRGB picture. Sides in pixels, 1..2³¹−1; `bitDepth` is that of a channel. */
export function pngHead(width: number, height: number, hasAlpha: boolean, bitDepth: BitDepth): Bytes[] {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = bitDepth;
  header[9] = hasAlpha ? TRUECOLOUR_WITH_ALPHA : TRUECOLOUR;
  return [
    new Uint8Array(SIGNATURE),
    pngChunk('IHDR', header),
    pngChunk('sRGB', [PERCEPTUAL]),
    pngChunk('IDAT', ZLIB_HEAD),
  ];
}

/** All that comes after them; `adler32` is that of all filtered rows. */
export function pngTail(adler32: number): Bytes[] {
  const last = new Uint8Array(LAST_BLOCK.length + 4);
  last.set(LAST_BLOCK);
  new DataView(last.buffer).setUint32(LAST_BLOCK.length, adler32);
  return [pngChunk('IDAT', last), pngChunk('IEND', [])];
}

/** Section 5.3: length, type of four letters, content, CRC. */
export function pngChunk(type: string, content: ArrayLike<number>): Bytes {
  const chunk = new Uint8Array(CHUNK_BYTES + content.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) chunk[4 + i] = type.charCodeAt(i);
  chunk.set(content, CHUNK_HEAD_BYTES);
  const crcAt = chunk.length - 4;
  view.setUint32(crcAt, crc32(chunk.subarray(4, crcAt)));
  return chunk;
}
