import { ascii, viewOf } from './bytes.ts';
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
/** Chunks whose content is asked for, not only their presence. */
const READ_CHUNKS = ['iCCP', 'eXIf', 'cICP', 'gAMA', 'cHRM'];
/** Section 11.3.2: gamma and primaries of sRGB, times 100,000, and how far off still means the same. */
const SRGB_GAMMA = 45_455;
const SRGB_PRIMARIES = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
const COLOUR_TOLERANCE = 500;

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
  const chunks = await readChunks(file);
  const exif = chunks.get('eXIf');
  const orientation = exif === undefined ? 1 : exifOrientation(exif);
  const hasProfile = await hasForeignColours(chunks);
  const isPlain = !hasProfile && !isNarrow(chunks.get('cICP')) && orientation === 1 && !chunks.has('acTL');
  return {
    width,
    height,
    bitDepth: colourType === PALETTE ? 8 : depth,
    keepsDepth: depth === 16 && isPlain,
    hasProfile,
    frames: chunks.has('acTL') ? 'many' : 'one',
    hasMetadata: TEXT_CHUNKS.some((type) => chunks.has(type)),
    quarterTurned: isQuarterTurn(orientation),
  };
}

type Chunks = ReadonlyMap<string, Uint8Array>;

/** The chunks between IHDR and IDAT; the content of those that nobody asks for is left empty. */
async function readChunks(file: FileBytes): Promise<Chunks> {
  const chunks = new Map<string, Uint8Array>();
  let at = 33;
  for (let index = 0; index < MAX_CHUNKS; index++) {
    const head = await file.view('png', at, 8);
    const length = head.getUint32(0);
    const type = String.fromCharCode(head.getUint8(4), head.getUint8(5), head.getUint8(6), head.getUint8(7));
    if (type === 'IDAT' || type === 'IEND') break;
    const isRead = READ_CHUNKS.includes(type) && length <= MAX_CHUNK_BYTES;
    chunks.set(type, isRead ? await file.upTo(at + 8, length) : new Uint8Array(0));
    at += 12 + length;
  }
  return chunks;
}

/** PNG (third edition) section 4.3: cICP outranks iCCP, that sRGB, that gAMA with cHRM; cHRM alone is not heeded. */
async function hasForeignColours(chunks: Chunks): Promise<boolean> {
  const cicp = chunks.get('cICP');
  if (cicp?.length === 4) return !isSrgbCicp(cicp[0] ?? 0, cicp[1] ?? 0);
  const iccp = chunks.get('iCCP');
  if (iccp !== undefined) return isForeignProfile(iccp);
  const gamma = chunks.get('gAMA');
  if (chunks.has('sRGB') || gamma?.length !== 4) return false;
  return !isNear(gamma, [SRGB_GAMMA]) || !isNear(chunks.get('cHRM'), SRGB_PRIMARIES);
}

/** Section 11.3.2.6: its levels do not reach from black to white, and a browser stretches them. */
function isNarrow(cicp: Uint8Array | undefined): boolean {
  return cicp?.[3] === 0;
}

/** Whether a chunk holds these 32-bit numbers, more or less; yes where it is missing. */
function isNear(chunk: Uint8Array | undefined, numbers: readonly number[]): boolean {
  if (chunk?.length !== numbers.length * 4) return true;
  const view = viewOf(chunk);
  return numbers.every((value, index) => Math.abs(view.getUint32(index * 4) - value) <= COLOUR_TOLERANCE);
}

/** PNG section 11.3.2.3: a name of up to 79 bytes, a zero, the method, then zlib data. A damaged one is ignored. */
async function isForeignProfile(chunk: Uint8Array): Promise<boolean> {
  const nameEnd = chunk.subarray(0, 80).indexOf(0);
  if (nameEnd < 0) return false;
  const profile = await inflateStart(chunk.subarray(nameEnd + 2));
  return ascii(profile, 36, 4) === 'acsp' && !isSrgbProfile(profile);
}
