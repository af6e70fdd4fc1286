import { isSrgbProfile } from './colour-profile.ts';
import { brokenHeader, type FileBytes } from './file-bytes.ts';
import type { StoredHeader } from './picture-types.ts';

/** Offset of the information header, behind the file header. */
const INFO_AT = 14;
const CORE_HEADER_BYTES = 12;
const V5_HEADER_BYTES = 124;
/** `PROFILE_EMBEDDED`, "MBED" in a big-endian reading. */
const PROFILE_EMBEDDED = 0x4d424544;

/** Windows headers from BITMAPINFOHEADER to BITMAPV5HEADER, and those of OS/2 1.x (12 bytes) and 2.x. */
export async function readBmpHeader(file: FileBytes): Promise<StoredHeader> {
  const headerBytes = (await file.view('bmp', INFO_AT, 4)).getUint32(0, true);
  const info = await file.view('bmp', INFO_AT, headerBytes === CORE_HEADER_BYTES ? 12 : 16);
  const size =
    headerBytes === CORE_HEADER_BYTES
      ? { width: info.getUint16(4, true), height: info.getUint16(6, true) }
      : // A negative height means that rows run from top to bottom.
        { width: info.getInt32(4, true), height: Math.abs(info.getInt32(8, true)) };
  if (size.width < 0) throw brokenHeader('bmp', file.size, `its width is ${size.width}`);
  return {
    ...size,
    bitDepth: 8,
    hasProfile: headerBytes === V5_HEADER_BYTES && (await hasForeignProfile(file)),
    frames: 'one',
    hasMetadata: false,
    quarterTurned: false,
  };
}

/** BITMAPV5HEADER: bV5CSType at 56, bV5ProfileData (counted from the header) at 112, bV5ProfileSize at 116. */
async function hasForeignProfile(file: FileBytes): Promise<boolean> {
  const info = await file.view('bmp', INFO_AT, V5_HEADER_BYTES);
  if (info.getUint32(56, true) !== PROFILE_EMBEDDED) return false;
  const profileBytes = Math.min(info.getUint32(116, true), 256 * 1024);
  return !isSrgbProfile(await file.upTo(INFO_AT + info.getUint32(112, true), profileBytes));
}
