import { ascii, viewOf } from './bytes.ts';

/** Red, green and blue of sRGB as seen from the D50 white of ICC profiles (IEC 61966-2-1, Bradford-adapted). */
const SRGB_COLORANTS: Readonly<Record<string, readonly [number, number, number]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
/** Wide enough for every sRGB profile in circulation, narrow enough to tell Rec. 709 from anything else. */
const COLORANT_TOLERANCE = 0.003;
/** Linear light of the sRGB value 0.5. */
const SRGB_MIDTONE = 0.214;
/** A quarter of an 8-bit step at that tone: a plain gamma of 2.2 (0.2176) is another profile. */
const MIDTONE_TOLERANCE = 0.0015;

/**
 * Whether an ICC profile says the same as sRGB, so that converting leaves the numbers alone. Judged by colorants and
 * tone curve, since names lie. False when the tags lie beyond `icc`, which may be only the profile's beginning.
 */
export function isSrgbProfile(icc: Uint8Array): boolean {
  const tags = readTags(icc);
  if (ascii(icc, 16, 4) === 'GRAY') return isSrgbCurve(tags.get('kTRC'));
  // A table-based profile (A2B0) overrides matrix and curves.
  if (ascii(icc, 16, 4) !== 'RGB ' || tags.has('A2B0')) return false;
  const colorantsMatch = Object.entries(SRGB_COLORANTS).every(([name, xyz]) => isColour(tags.get(name), xyz));
  return colorantsMatch && ['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(tags.get(name)));
}

/** ITU-T H.273 code points, as in PNG's cICP chunk and AVIF's nclx: whether they mean sRGB or say nothing (2). */
export function isSrgbCicp(primaries: number, transfer: number): boolean {
  return [1, 2].includes(primaries) && [2, 13].includes(transfer);
}

/** ICC.1:2022 section 7.3: a count at byte 128, then signature, offset and size of each tag. */
function readTags(icc: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const tags = new Map<string, Uint8Array>();
  if (icc.length < 132) return tags;
  const view = viewOf(icc);
  const tagCount = Math.min(view.getUint32(128), 100);
  for (let index = 0; index < tagCount && 144 + index * 12 <= icc.length; index++) {
    const at = 132 + index * 12;
    const offset = view.getUint32(at + 4);
    tags.set(ascii(icc, at, 4), icc.subarray(offset, offset + view.getUint32(at + 8)));
  }
  return tags;
}

const fixed16 = (view: DataView, at: number) => view.getInt32(at) / 65536;

/** ICC.1:2022 section 10.31, XYZType. */
function isColour(tag: Uint8Array | undefined, xyz: readonly [number, number, number]): boolean {
  if (tag === undefined || tag.length < 20) return false;
  const view = viewOf(tag);
  return xyz.every((value, index) => Math.abs(fixed16(view, 8 + index * 4) - value) <= COLORANT_TOLERANCE);
}

function isSrgbCurve(tag: Uint8Array | undefined): boolean {
  if (tag === undefined || tag.length < 12) return false;
  const kind = ascii(tag, 0, 4);
  const midtone = kind === 'curv' ? sampledMidtone(tag) : kind === 'para' ? parametricMidtone(tag) : null;
  return midtone !== null && Math.abs(midtone - SRGB_MIDTONE) <= MIDTONE_TOLERANCE;
}

/** ICC.1:2022 section 10.6, curveType: none is the identity, one is a gamma, more are samples. */
function sampledMidtone(tag: Uint8Array): number | null {
  const view = viewOf(tag);
  const samples = view.getUint32(8);
  if (samples === 0) return 0.5;
  if (tag.length < 12 + samples * 2) return null;
  if (samples === 1) return 0.5 ** (view.getUint16(12) / 256);
  const at = (samples - 1) / 2;
  const low = view.getUint16(12 + Math.floor(at) * 2);
  const high = view.getUint16(12 + Math.ceil(at) * 2);
  return (low + high) / 2 / 65535;
}

/** ICC.1:2022 section 10.18, parametricCurveType; at 0.5 every function that is sRGB is on its power branch. */
function parametricMidtone(tag: Uint8Array): number | null {
  const view = viewOf(tag);
  const kind = view.getUint16(8);
  const needed = [1, 3, 4, 5, 7][kind];
  if (needed === undefined || tag.length < 12 + needed * 4) return null;
  const parameter = (index: number) => fixed16(view, 12 + index * 4);
  const gamma = parameter(0);
  if (kind === 0) return 0.5 ** gamma;
  const offset = kind === 2 ? parameter(3) : kind === 4 ? parameter(5) : 0;
  return (parameter(1) * 0.5 + parameter(2)) ** gamma + offset;
}
