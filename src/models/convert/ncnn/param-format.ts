/** What the first line of a `.param` file says, and the first 32 bits of its binary twin. */
export const MAGIC = 7767517;

/** Far above any real network: RRDB with 23 blocks has about a thousand. */
export const MAX_LAYERS = 10_000;

/** How many blobs all layers together may name: ten each. */
export const MAX_BLOBS = 10 * MAX_LAYERS;

/** The highest number that a parameter can have. */
export const MAX_PARAM_ID = 31;

/** Added to the number, and the whole made negative, where a list follows (the only notation in older files). */
export const LIST_MARK = 23300;

/** The same for text, in binary files. */
export const TEXT_MARK = 23400;

/** Whether the bytes begin as the binary twin of a `.param` file does: a text never begins with these. */
export function isBinaryParam(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true) === MAGIC;
}
