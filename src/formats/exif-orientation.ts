import { viewOf } from './bytes.ts';

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/**
 * The EXIF orientation, 1..8 (EXIF 2.32 section 4.6.4), in a TIFF block that begins with its byte order.
 * 1, upright, for anything unreadable, as browsers have it.
 */
export function exifOrientation(tiff: Uint8Array): number {
  const view = viewOf(tiff);
  if (view.byteLength < 8) return 1;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return 1;
  const entries = view.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + index * 12;
    if (at + 12 > view.byteLength) return 1;
    if (view.getUint16(at, little) !== ORIENTATION_TAG) continue;
    const value = view.getUint16(at + 8, little);
    return view.getUint16(at + 2, little) === SHORT && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** Orientations 5..8 show the picture turned by a quarter. */
export function isQuarterTurn(orientation: number): boolean {
  return orientation >= 5;
}
