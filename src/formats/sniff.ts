import { ascii, startsWith } from './bytes.ts';
import type { PictureFormat } from './picture-types.ts';

/** Bytes of a file's start that are enough for `sniff`. */
export const SNIFF_BYTES = 4096;

/** Signatures that no text or other file shares; the rest needs a closer look below. */
const SIGNATURES: readonly (readonly [PictureFormat, readonly number[]])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['gif', [0x47, 0x49, 0x46, 0x38, 0x37, 0x61]],
  ['gif', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
  // ISO 18181-2: a bare codestream, and the box container.
  ['jxl', [0xff, 0x0a]],
  ['jxl', [0x00, 0x00, 0x00, 0x0c, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a]],
  // TIFF 6.0 section 2 and BigTIFF, in both byte orders: never "II" alone, which starts many a text.
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['tiff', [0x49, 0x49, 0x2b, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2b]],
];

/**
 * The picture format of a file that starts with `head` (`SNIFF_BYTES` are enough, fewer at the file's end), or null.
 * Only the bytes decide: a name or a MIME type is never asked.
 */
export function sniff(head: Uint8Array): PictureFormat | null {
  for (const [format, signature] of SIGNATURES) if (startsWith(head, signature)) return format;
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 4) === 'WEBP') return 'webp';
  if (ascii(head, 4, 4) === 'ftyp') return sniffBrands(head);
  if (isBmp(head)) return 'bmp';
  if (isIco(head)) return 'ico';
  if (isSvg(head)) return 'svg';
  return null;
}

const AVIF_BRANDS = ['avif', 'avis'];
/** ISO 23008-12 annex B: HEVC still pictures and sequences, then the codec-neutral brands. */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];
const NEUTRAL_BRANDS = ['mif1', 'mif2', 'msf1', 'miaf'];

/** AVIF or HEIC by the file type box (ISO 14496-12 section 4.3): the major brand first, else a compatible one. */
function sniffBrands(head: Uint8Array): PictureFormat | null {
  const boxBytes = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
  const end = Math.min(boxBytes, head.length);
  const major = ascii(head, 8, 4);
  if (AVIF_BRANDS.includes(major)) return 'avif';
  if (HEIC_BRANDS.includes(major)) return 'heic';
  const compatible = [major];
  // Byte 12 holds the minor version; compatible brands follow it.
  for (let at = 16; at + 4 <= end; at += 4) compatible.push(ascii(head, at, 4));
  const has = (brands: readonly string[]) => compatible.some((brand) => brands.includes(brand));
  if (has(AVIF_BRANDS)) return 'avif';
  return has(HEIC_BRANDS) || has(NEUTRAL_BRANDS) ? 'heic' : null;
}

/** "BM" and a header length that Windows or OS/2 ever wrote: two letters alone could begin a text. */
function isBmp(head: Uint8Array): boolean {
  if (ascii(head, 0, 2) !== 'BM' || head.length < 18) return false;
  const headerBytes = new DataView(head.buffer, head.byteOffset).getUint32(14, true);
  return headerBytes === 12 || (headerBytes >= 16 && headerBytes <= 64) || [108, 124].includes(headerBytes);
}

/** An icon directory whose first entry is plausible: four zero-ish bytes alone say too little. */
function isIco(head: Uint8Array): boolean {
  if (!startsWith(head, [0x00, 0x00, 0x01, 0x00]) || head.length < 22) return false;
  const view = new DataView(head.buffer, head.byteOffset);
  const count = view.getUint16(4, true);
  const firstOffset = view.getUint32(18, true);
  return count > 0 && head[9] === 0 && view.getUint32(14, true) > 0 && firstOffset >= 6 + 16 * count;
}

/** What may stand before the root element: the XML declaration, comments, a document type. */
const XML_PROLOGUE = [/^<\?[^?]*\?>/, /^<!--[\s\S]*?-->/, /^<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>/i];

function isSvg(head: Uint8Array): boolean {
  let text = new TextDecoder().decode(head.subarray(0, SNIFF_BYTES)).trimStart();
  while (text.startsWith('<')) {
    if (/^<svg[\s>/]/i.test(text)) return true;
    const prologue = XML_PROLOGUE.map((pattern) => pattern.exec(text)?.[0]).find(
      (match) => match !== undefined,
    );
    if (prologue === undefined) return false;
    text = text.slice(prologue.length).trimStart();
  }
  return false;
}
