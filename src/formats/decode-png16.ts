import { ascii, viewOf } from './bytes.ts';
import { FileBytes } from './file-bytes.ts';
import { isMemoryError } from './memory.ts';
import { crc32 } from './png/checksums.ts';
import { type DeepLayout, DeepRows } from './png/deep-rows.ts';

/** RGBA, straight alpha, 0..65535, rows from the top. */
export type DeepPixels = {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint16Array<ArrayBuffer>;
  readonly opaque: boolean;
};

const CHANNELS: Readonly<Record<number, DeepLayout['channels']>> = { 0: 1, 2: 3, 4: 2, 6: 4 };
const SIGNATURE_BYTES = 8;
/** Chunks without which a picture can be shown have a small first letter (PNG, third edition, section 5.4). */
const IS_ANCILLARY = /^[a-z]/;

/**
 * The pixels of a PNG whose header said `keepsDepth`, with all 16 bits of each channel, which no browser gives. Null for
 * a file that is not quite as it should be: the browser's decoder then decides what is to be seen of it.
 *
 * Rows are made as the file is inflated: it holds the pixels, 8 bytes each, and little else, however well a file was
 * packed. Why not a library: docs/decisions/0012-sixteen-bits.md.
 *
 * @throws RangeError when there is no memory for the pixels.
 */
export async function decodePng16(file: Blob): Promise<DeepPixels | null> {
  const bytes = new FileBytes(file);
  const head = await readToPixels(bytes);
  if (!head) return null;
  const rows = new DeepRows(head.layout);
  try {
    if (!(await inflateInto(rows, pixelData(bytes, head.at)))) return null;
  } catch (error) {
    if (isMemoryError(error)) throw error;
    return null;
  }
  const { width, height } = head.layout;
  return { width, height, rgba: rows.rgba, opaque: rows.isOpaque };
}

type Chunk = { readonly type: string; readonly content: Uint8Array<ArrayBuffer>; readonly end: number };

/** The chunk at `at`; null where the file ends inside it or its checksum is wrong. */
async function chunkAt(bytes: FileBytes, at: number): Promise<Chunk | null> {
  const lengthBytes = await bytes.upTo(at, 4);
  if (lengthBytes.length < 4) return null;
  const length = viewOf(lengthBytes).getUint32(0);
  const end = at + 12 + length;
  const rest = await bytes.upTo(at + 4, length + 8);
  if (rest.length < length + 8) return null;
  const summed = rest.subarray(0, length + 4);
  if (viewOf(rest).getUint32(length + 4) !== crc32(summed)) return null;
  return { type: ascii(rest, 0, 4), content: summed.subarray(4), end };
}

/** What is said before the pixels, and where those begin. */
async function readToPixels(bytes: FileBytes): Promise<{ layout: DeepLayout; at: number } | null> {
  let at = SIGNATURE_BYTES;
  let layout: DeepLayout | null = null;
  for (;;) {
    const chunk = await chunkAt(bytes, at);
    if (!chunk) return null;
    if (chunk.type === 'IDAT') return layout && { layout, at };
    if (chunk.type === 'IHDR') layout = layoutOf(chunk.content);
    else if (chunk.type === 'tRNS') layout = layout && withClearColour(layout, chunk.content);
    // A suggested palette is the only other one that is known.
    else if (!IS_ANCILLARY.test(chunk.type) && chunk.type !== 'PLTE') return null;
    if (!layout) return null;
    at = chunk.end;
  }
}

/** Section 11.2.1. */
function layoutOf(content: Uint8Array): DeepLayout | null {
  if (content.length !== 13) return null;
  const view = viewOf(content);
  const [depth, colourType, compression, filter, interlace] = content.subarray(8);
  const channels = CHANNELS[colourType ?? -1];
  if (depth !== 16 || !channels || compression !== 0 || filter !== 0 || (interlace ?? 2) > 1) return null;
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    channels,
    isInterlaced: interlace === 1,
    clearColour: null,
  };
}

/** Section 11.3.1.1: one value for grey, three for RGB; pictures with alpha have none. */
function withClearColour(layout: DeepLayout, content: Uint8Array): DeepLayout | null {
  const { channels } = layout;
  if (channels % 2 === 0 || content.length !== 2 * channels) return null;
  const view = viewOf(content);
  return { ...layout, clearColour: Array.from({ length: channels }, (_, i) => view.getUint16(2 * i)) };
}

/** What the IDAT chunks from `at` on hold; they stand together (section 5.6). */
function pixelData(bytes: FileBytes, from: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = from;
  return new ReadableStream({
    async pull(controller) {
      const chunk = await chunkAt(bytes, at);
      if (chunk?.type !== 'IDAT') return controller.close();
      at = chunk.end;
      controller.enqueue(chunk.content);
    },
  });
}

/** Whether all rows were there. Stops as soon as they are, so that a bomb is not inflated further. */
async function inflateInto(rows: DeepRows, zlib: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<boolean> {
  const reader = zlib.pipeThrough(new DecompressionStream('deflate')).getReader();
  while (!rows.isComplete) {
    const { done, value } = await reader.read();
    if (done || !rows.take(value)) break;
  }
  // What comes behind the last row is nobody's business, damaged or not.
  reader.cancel().catch(() => undefined);
  return rows.isComplete;
}
