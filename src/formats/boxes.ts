import { ascii } from './bytes.ts';
import type { FileBytes } from './file-bytes.ts';

/** One box of an ISO base media file: its content is `start` up to `end`, in bytes of the file. */
export type Box = { readonly type: string; readonly start: number; readonly end: number };

/** More boxes side by side than any picture has. */
const MAX_BOXES = 1000;

/** The boxes from `start` to `end`, ISO 14496-12 section 4.2; ends quietly where they make no sense. */
export async function* boxes(file: FileBytes, start: number, end: number): AsyncGenerator<Box> {
  let at = start;
  for (let index = 0; index < MAX_BOXES && at + 8 <= end; index++) {
    const head = await file.upTo(at, 16);
    if (head.length < 8) return;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const short = view.getUint32(0);
    if (short === 1 && head.length < 16) return;
    const headBytes = short === 1 ? 16 : 8;
    // 1: a 64-bit length follows; 0: the box reaches to the end.
    const length = short === 1 ? Number(view.getBigUint64(8)) : short === 0 ? end - at : short;
    if (length < headBytes) return;
    yield { type: ascii(head, 4, 4), start: at + headBytes, end: Math.min(at + length, end) };
    at += length;
  }
}
