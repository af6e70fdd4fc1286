import { ascii } from './bytes.ts';
import { brokenHeader, type FileBytes } from './file-bytes.ts';
import type { StoredHeader } from './picture-types.ts';

// GIF89a specification, sections 20 to 27
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const COMMENT = 0xfe;
const APPLICATION = 0xff;
const HAS_COLOUR_TABLE = 0x80;
/** Sub-blocks hold 255 bytes: 25 MB of picture data. A still picture longer than that counts as one frame. */
const MAX_SUB_BLOCKS = 100_000;

/** Reads past the first frame, since only a second one tells that there are many. */
export async function readGifHeader(file: FileBytes): Promise<StoredHeader> {
  const screen = await file.view('gif', 6, 7);
  const found = await readBlocks(file, 13 + colourTableBytes(screen.getUint8(4)));
  return {
    // A screen of 0 by 0 takes the size of its first frame, as browsers do.
    width: screen.getUint16(0, true) || found.firstWidth,
    height: screen.getUint16(2, true) || found.firstHeight,
    bitDepth: 8,
    hasProfile: false,
    frames: found.images > 1 ? 'many' : 'one',
    hasMetadata: found.hasMetadata,
    quarterTurned: false,
  };
}

/** Bytes of the colour table that a packed field announces, section 18. */
function colourTableBytes(packed: number): number {
  return packed & HAS_COLOUR_TABLE ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

async function readBlocks(file: FileBytes, start: number) {
  const found = { images: 0, hasMetadata: false, firstWidth: 0, firstHeight: 0 };
  const budget = { subBlocks: MAX_SUB_BLOCKS };
  let at = start;
  while (found.images < 2 && budget.subBlocks > 0) {
    const head = await file.upTo(at, 14);
    if (head[0] === EXTENSION) {
      const isXmp = head[1] === APPLICATION && ascii(head, 3, 8) === 'XMP Data';
      found.hasMetadata ||= head[1] === COMMENT || isXmp;
      at = await skipSubBlocks(file, at + 2, budget);
    } else if (head[0] === IMAGE) {
      const image = await file.view('gif', at, 10);
      if (found.images++ === 0) {
        found.firstWidth = image.getUint16(5, true);
        found.firstHeight = image.getUint16(7, true);
      }
      // The descriptor, its colour table, one byte of code size, then the data.
      at = await skipSubBlocks(file, at + 11 + colourTableBytes(image.getUint8(9)), budget);
    } else {
      break;
    }
  }
  if (found.images === 0) throw brokenHeader('gif', file.size, 'it holds no frame');
  return found;
}

/** The offset behind a chain of sub-blocks, or the file's end. */
async function skipSubBlocks(file: FileBytes, start: number, budget: { subBlocks: number }): Promise<number> {
  let at = start;
  while (budget.subBlocks-- > 0) {
    const length = (await file.upTo(at, 1))[0];
    if (length === undefined) return file.size;
    at += 1 + length;
    if (length === 0) break;
  }
  return at;
}
