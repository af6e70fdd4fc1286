/**
 * What no network comes near, so that a hostile file ends early and small. The largest checkpoints of super-resolution have some
 * 3000 tensors; with two moments of an optimizer for each, 9000.
 */

/** Tensors of one file, and entries of one archive. */
export const MAX_TENSORS = 65_536;

/** Sides of one tensor: the limit of PyTorch's own iterators. */
export const MAX_RANK = 64;

/** Instructions of one pickle: 45 for a tensor, so 400,000 in the largest files. A million take a fraction of a second. */
export const MAX_PICKLE_STEPS = 1_048_576;

/** Values on the pickle's stack, and marks: Python writes lists and dicts in pieces of 1000, tuples whole. */
export const MAX_PICKLE_STACK = 65_536;

/** Values that a pickle keeps for later: 12 for a tensor. */
export const MAX_PICKLE_MEMO = 524_288;

/** Dicts, lists and tuples of one pickle: 7 for a tensor. An empty one takes one byte of the file and over 100 of memory. */
export const MAX_PICKLE_CONTAINERS = 262_144;

/** Names of Python in one pickle: each is matched against a list. Writers keep a name for its next use; real files have under 50. */
export const MAX_PICKLE_NAMES = 16_384;

/** Bytes of a safetensors header: 256 for each of `MAX_TENSORS`. The format itself allows 100 MB. */
export const MAX_HEADER_BYTES = 256 * MAX_TENSORS;

/**
 * Bytes that may be copied into C order, beyond one file's length: room for small tensors that are repeated with a stride of 0.
 * Without a limit, a file of 1 KB could ask for a tensor of terabytes so.
 */
export const SPARE_COPY_BYTES = 1_048_576;

/** How often, on the average, one byte of the file may be part of a tensor: tied weights share their bytes. */
export const MAX_SHARING = 8;
