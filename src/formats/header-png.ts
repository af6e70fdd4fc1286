import { ascii } from './bytes.ts';
import { isSrgbCicp, isSrgbProfile } from './colour-profile.ts';
import { exifOrientation, isQuarterTurn } from './exif-orientation.ts';
import { brokenHeader, type FileBytes } from './file-bytes.ts';
import { inflateStart } from './inflate.ts';
import type { StoredHeader } from './picture-types.ts';

/** PNG (third edition) section 11.2.1: the bit depths that each colour type allows. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const PALETTE = 3;
const MAX_SIDE = 2 ** 31 - 1;
/** Chunks before the pixels in any sane file are a dozen; beyond this nothing is worth knowing. */
const MAX_CHUNKS = 1000;
/** An EXIF block or a packed profile longer than this is not looked into. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
const TEXT_CHUNKS = ['tEXt', 'zTXt', 'iTXt', 'eXIf'];

/** Reads as far as the first pixel data: text or EXIF that stands after it is not seen. */
export async function readPngHeader(file: FileBytes): Promise<StoredHeader> {
  const ihdr = await file.view('png', 8, 25);
  if (ihdr.getUint32(0) !== 13 || ihdr.getUint32(4) !== 0x49484452) {
    throw brokenHeader('png', file.size, 'it does not begin with the picture size');
  }
  const width = ihdr.getUint32(8);
  const height = ihdr.getUint32(12);
  const depth = ihdr.getUint8(16);
  const colourType = ihdr.getUint8(17);
  if (!DEPTHS[colourType]?.includes(depth) || width > MAX_SIDE || height > MAX_SIDE) {
    throw brokenHeader('png', file.size, `colour type ${colourType} with ${depth} bits does not exist`);
  }
  const { chunks, hasProfile, orientation } = await readChunks(file);
  return {
    width,
    height,
    bitDepth: colourType === PALETTE ? 8 : depth,
    hasProfile,
    frames: chunks.has('acTL') ? 'many' : 'one',
    hasMetadata: TEXT_CHUNKS.some((type) => chunks.has(type)),
    quarterTurned: isQuarterTurn(orientation),
  };
}

/** The chunks between IHDR and IDAT. */
async function readChunks(file: FileBytes) {
  const chunks = new Set<string>();
  let fromIcc = false;
  let fromCicp: boolean | null = null;
  let orientation = 1;
  let at = 33;
  for (let index = 0; index < MAX_CHUNKS; index++) {
    const head = await file.view('png', at, 8);
    const length = head.getUint32(0);
    const type = String.fromCharCode(head.getUint8(4), head.getUint8(5), head.getUint8(6), head.getUint8(7));
    if (type === 'IDAT' || type === 'IEND') break;
    chunks.add(type);
    if (length <= MAX_CHUNK_BYTES) {
      if (type === 'iCCP') fromIcc = await isForeignProfile(await file.upTo(at + 8, length));
      if (type === 'eXIf') orientation = exifOrientation(await file.upTo(at + 8, length));
      if (type === 'cICP' && length === 4) {
        const cicp = await file.view('png', at + 8, 4);
        fromCicp = !isSrgbCicp(cicp.getUint8(0), cicp.getUint8(1));
      }
    }
    at += 12 + length;
  }
  // PNG (third edition) section 4.3: cICP outranks iCCP, which outranks sRGB.
  return { chunks, hasProfile: fromCicp ?? fromIcc, orientation };
}

/** PNG section 11.3.2.3: a name of up to 79 bytes, a zero, the method, then zlib data. A damaged one is ignored. */
async function isForeignProfile(chunk: Uint8Array): Promise<boolean> {
  const nameEnd = chunk.subarray(0, 80).indexOf(0);
  if (nameEnd < 0) return false;
  const profile = await inflateStart(chunk.subarray(nameEnd + 2));
  return ascii(profile, 36, 4) === 'acsp' && !isSrgbProfile(profile);
}
