import { isSrgbProfile } from './colour-profile.ts';
import { brokenHeader, type FileBytes } from './file-bytes.ts';
import type { StoredHeader } from './picture-types.ts';

// Flags of the extended header, RFC 9649 section 2.7.1
const HAS_PROFILE = 0x20;
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;
const IS_ANIMATED = 0x02;

const PLAIN = {
  bitDepth: 8,
  hasProfile: false,
  frames: 'one',
  hasMetadata: false,
  quarterTurned: false,
} as const;

/** RFC 9649: the first chunk, at byte 12, tells which of three kinds it is. */
export async function readWebpHeader(file: FileBytes): Promise<StoredHeader> {
  const view = await file.view('webp', 12, 4);
  const kind = String.fromCharCode(view.getUint8(0), view.getUint8(1), view.getUint8(2), view.getUint8(3));
  if (kind === 'VP8 ') return readLossy(file);
  if (kind === 'VP8L') return readLossless(file);
  if (kind === 'VP8X') return readExtended(file);
  throw brokenHeader('webp', file.size, 'it does not begin with a picture');
}

/** RFC 6386 section 9.1: frame tag, start code, then 14 bits each of width and height. */
async function readLossy(file: FileBytes): Promise<StoredHeader> {
  const view = await file.view('webp', 20, 10);
  if (view.getUint8(3) !== 0x9d || view.getUint8(4) !== 0x01 || view.getUint8(5) !== 0x2a) {
    throw brokenHeader('webp', file.size, 'the picture does not begin with a key frame');
  }
  return { ...PLAIN, width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

/** RFC 9649 section 3.4: a signature, then 14 bits each of width - 1 and height - 1. */
async function readLossless(file: FileBytes): Promise<StoredHeader> {
  const view = await file.view('webp', 20, 5);
  if (view.getUint8(0) !== 0x2f) throw brokenHeader('webp', file.size, 'the lossless signature is missing');
  const bits = view.getUint32(1, true);
  return { ...PLAIN, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

async function readExtended(file: FileBytes): Promise<StoredHeader> {
  const view = await file.view('webp', 20, 10);
  const flags = view.getUint8(0);
  const side = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536 + 1;
  return {
    ...PLAIN,
    width: side(4),
    height: side(7),
    hasProfile: (flags & HAS_PROFILE) !== 0 && (await isForeignProfile(file)),
    frames: flags & IS_ANIMATED ? 'many' : 'one',
    hasMetadata: (flags & (HAS_EXIF | HAS_XMP)) !== 0,
  };
}

/** The profile is the chunk after the extended header, section 2.7.1.4. */
async function isForeignProfile(file: FileBytes): Promise<boolean> {
  const head = await file.view('webp', 30, 8);
  if (head.getUint32(0) !== 0x49434350) return false;
  return !isSrgbProfile(await file.upTo(38, Math.min(head.getUint32(4, true), 256 * 1024)));
}
