import { ascii } from './bytes.ts';
import { isSrgbProfile } from './colour-profile.ts';
import { exifOrientation, isQuarterTurn } from './exif-orientation.ts';
import { brokenHeader, type FileBytes } from './file-bytes.ts';
import type { StoredHeader } from './picture-types.ts';

// ITU-T T.81 table B.1
const SOS = 0xda;
const EOI = 0xd9;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const COM = 0xfe;
/** C0..CF are frame headers, but for the Huffman tables, the reserved one and arithmetic conditioning. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** TEM and RST0..7 stand alone, without a length. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** A camera with previews in APPn segments writes a few hundred; more is hostile. */
const MAX_SEGMENTS = 10_000;
/** Decoders skip stray bytes before a marker; more of them than this is not a JPEG any more. */
const MAX_STRAY_BYTES = 64 * 1024;

/** Walks the markers as far as the first scan, a slice at a time. */
export async function readJpegHeader(file: FileBytes): Promise<StoredHeader> {
  let frame: { width: number; height: number; bitDepth: number } | null = null;
  let orientation = 1;
  let hasProfile = false;
  let hasMetadata = false;
  let at = 2;
  for (let index = 0; index < MAX_SEGMENTS; index++) {
    const { marker, next } = await findMarker(file, at);
    if (marker === SOS || marker === EOI) break;
    at = next;
    if (isBare(marker)) continue;
    const length = (await file.view('jpeg', at, 2)).getUint16(0);
    if (length < 2) throw brokenHeader('jpeg', file.size, `a segment claims ${length} bytes`);
    const body = { at: at + 2, length: length - 2 };
    if (isFrameHeader(marker)) {
      const view = await file.view('jpeg', body.at, 5);
      frame ??= { bitDepth: view.getUint8(0), height: view.getUint16(1), width: view.getUint16(3) };
    } else if (marker === APP1) {
      hasMetadata = true;
      orientation = (await readExif(file, body)) ?? orientation;
    } else if (marker === APP2) {
      hasProfile ||= await isForeignProfile(file, body);
    } else if (marker === APP13 || marker === COM) {
      hasMetadata = true;
    }
    at += length;
  }
  if (frame === null) throw brokenHeader('jpeg', file.size, 'it names no picture size');
  return { ...frame, hasProfile, frames: 'one', hasMetadata, quarterTurned: isQuarterTurn(orientation) };
}

/** The next marker at or after `at`, and the offset behind it. */
async function findMarker(file: FileBytes, at: number): Promise<{ marker: number; next: number }> {
  const bytes = await file.upTo(at, MAX_STRAY_BYTES);
  for (let index = 0; index + 1 < bytes.length; index++) {
    const marker = bytes[index + 1] ?? 0;
    // FF 00 is a stuffed byte and FF FF padding, T.81 section B.1.1.
    if (bytes[index] === 0xff && marker !== 0x00 && marker !== 0xff) return { marker, next: at + index + 2 };
  }
  throw brokenHeader('jpeg', file.size, 'the file ends inside it');
}

type Segment = { readonly at: number; readonly length: number };

/** EXIF 2.32 section 4.7.2: "Exif", two zeros, a TIFF block. Null for XMP, the other user of this marker. */
async function readExif(file: FileBytes, body: Segment): Promise<number | null> {
  const bytes = await file.upTo(body.at, body.length);
  return ascii(bytes, 0, 6) === 'Exif\0\0' ? exifOrientation(bytes.subarray(6)) : null;
}

/** ICC.1:2022 annex B.4: "ICC_PROFILE", a zero, sequence number and count; the first part holds all that is asked. */
async function isForeignProfile(file: FileBytes, body: Segment): Promise<boolean> {
  const bytes = await file.upTo(body.at, body.length);
  if (ascii(bytes, 0, 12) !== 'ICC_PROFILE\0' || bytes[12] !== 1) return false;
  return !isSrgbProfile(bytes.subarray(14));
}
