import { type Box, boxes } from './boxes.ts';
import { ascii, viewOf } from './bytes.ts';
import { isSrgbCicp, isSrgbProfile } from './colour-profile.ts';
import { brokenHeader, type FileBytes } from './file-bytes.ts';
import type { StoredHeader } from './picture-types.ts';

/** A box of properties is a few hundred bytes; a profile inside may be larger. */
const MAX_PROPERTY_BYTES = 256 * 1024;
const MAX_ITEMS = 1000;

/** What the meta box of a still picture says, ISO 23008-12 section 6. */
type Meta = {
  primaryItem: number;
  readonly properties: Box[];
  /** Indices into `properties`, counted from 1, of each item. */
  readonly associations: Map<number, readonly number[]>;
  hasMetadata: boolean;
};

/** Follows the primary item to its properties. Width and height are null where that fails: decoding tells. */
export async function readAvifHeader(file: FileBytes): Promise<StoredHeader> {
  const meta: Meta = { primaryItem: 0, properties: [], associations: new Map(), hasMetadata: false };
  let sawMeta = false;
  let frames: StoredHeader['frames'] = 'one';
  for await (const box of boxes(file, 0, file.size)) {
    if (box.type === 'ftyp' && (await holdsSequence(file, box))) frames = 'many';
    if (box.type !== 'meta') continue;
    sawMeta = true;
    await readMeta(file, box, meta);
    break;
  }
  if (!sawMeta && frames === 'one') throw brokenHeader('avif', file.size, 'it describes no picture');
  const header = await readProperties(file, meta);
  return { ...header, frames, hasMetadata: meta.hasMetadata };
}

/** AVIF 1.1 section 6: the brand `avis` marks an image sequence. */
async function holdsSequence(file: FileBytes, box: Box): Promise<boolean> {
  const brands = await file.upTo(box.start, Math.min(box.end - box.start, 4096));
  for (let at = 0; at + 4 <= brands.length; at += 4) {
    if (at !== 4 && ascii(brands, at, 4) === 'avis') return true;
  }
  return false;
}

async function readMeta(file: FileBytes, box: Box, meta: Meta): Promise<void> {
  // A full box: version and flags come first.
  for await (const child of boxes(file, box.start + 4, box.end)) {
    if (child.type === 'pitm') {
      meta.primaryItem = readPrimaryItem(viewOf(await contentOf(file, child)));
    } else if (child.type === 'iinf') {
      // Item types "Exif" and "mime" (XMP), found as text: cheaper than reading each entry, and only for a warning.
      const text = ascii(await contentOf(file, child, 4096), 0, 4096);
      meta.hasMetadata = text.includes('Exif') || text.includes('mime');
    } else if (child.type === 'iprp') {
      for await (const part of boxes(file, child.start, child.end)) {
        if (part.type === 'ipco')
          for await (const property of boxes(file, part.start, part.end)) meta.properties.push(property);
        if (part.type === 'ipma') readAssociations(viewOf(await contentOf(file, part)), meta.associations);
      }
    }
  }
}

/** ISO 14496-12 section 8.11.4: 16 bits in version 0, 32 in later ones; 0 when it is cut short. */
function readPrimaryItem(view: DataView): number {
  const longId = view.byteLength >= 1 && view.getUint8(0) > 0;
  if (view.byteLength < (longId ? 8 : 6)) return 0;
  return longId ? view.getUint32(4) : view.getUint16(4);
}

async function contentOf(file: FileBytes, box: Box, limit = MAX_PROPERTY_BYTES): Promise<Uint8Array> {
  return file.upTo(box.start, Math.min(box.end - box.start, limit));
}

/** ISO 23008-12 section 9.3.2: for each item a list of property indices, whose top bit means "essential". */
function readAssociations(view: DataView, associations: Map<number, readonly number[]>): void {
  if (view.byteLength < 8) return;
  const longIds = view.getUint8(0) >= 1;
  const longIndices = (view.getUint8(3) & 1) === 1;
  const items = Math.min(view.getUint32(4), MAX_ITEMS);
  let at = 8;
  for (let item = 0; item < items; item++) {
    const idBytes = longIds ? 4 : 2;
    if (at + idBytes + 1 > view.byteLength) return;
    const id = longIds ? view.getUint32(at) : view.getUint16(at);
    const indexCount = view.getUint8(at + idBytes);
    at += idBytes + 1;
    const step = longIndices ? 2 : 1;
    if (at + indexCount * step > view.byteLength) return;
    const indices = Array.from({ length: indexCount }, (_, n) =>
      longIndices ? view.getUint16(at + n * 2) & 0x7fff : view.getUint8(at + n) & 0x7f,
    );
    at += indexCount * step;
    associations.set(id, indices);
  }
}

type Described = Omit<StoredHeader, 'frames' | 'hasMetadata'>;

async function readProperties(file: FileBytes, meta: Meta): Promise<Described> {
  const described = { width: null, height: null, bitDepth: 8, hasProfile: false, quarterTurned: false };
  let header: Described = described;
  for (const index of meta.associations.get(meta.primaryItem) ?? []) {
    const property = meta.properties[index - 1];
    const readProperty = property && PROPERTY_READERS[property.type];
    if (readProperty) header = { ...header, ...readProperty(viewOf(await contentOf(file, property))) };
  }
  return header;
}

const PROPERTY_READERS: Readonly<Record<string, (view: DataView) => Partial<Described>>> = {
  /** ISO 23008-12 section 6.5.3: spatial extents, before turning. */
  ispe: (view) => (view.byteLength < 12 ? {} : { width: view.getUint32(4), height: view.getUint32(8) }),
  /** Section 6.5.10: quarter turns, counted anti-clockwise. */
  irot: (view) => (view.byteLength < 1 ? {} : { quarterTurned: (view.getUint8(0) & 1) === 1 }),
  /** Section 6.5.6: the bits of each channel. */
  pixi: (view) => (view.byteLength < 6 ? {} : { bitDepth: view.getUint8(5) || 8 }),
  /** AV1-ISOBMFF section 2.3.3: high_bitdepth and twelve_bit. */
  av1C: (view) => {
    if (view.byteLength < 3 || !(view.getUint8(2) & 0x40)) return {};
    return { bitDepth: view.getUint8(2) & 0x20 ? 12 : 10 };
  },
  /** ISO 14496-12 section 12.1.5: code points or an ICC profile; the profile wins where both stand. */
  colr: (view) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const kind = ascii(bytes, 0, 4);
    if (kind === 'prof' || kind === 'rICC') return { hasProfile: !isSrgbProfile(bytes.subarray(4)) };
    if (kind === 'nclx' && view.byteLength >= 8)
      return { hasProfile: !isSrgbNclx(view.getUint16(4), view.getUint16(6)) };
    return {};
  },
};

/** Transfers 1, 6, 14 and 15 are the BT.709 curve, which browsers show as that of sRGB here (but not in a PNG). */
function isSrgbNclx(primaries: number, transfer: number): boolean {
  return isSrgbCicp(primaries, [1, 6, 14, 15].includes(transfer) ? 13 : transfer);
}
