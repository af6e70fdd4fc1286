/** Element types of tensors, by their numbers in the file format (`TensorProto.DataType`). */
export const DataType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const;

/** Bits of one element by type number; 0 for those that have no fixed size. The last ones are the types below 16 bits. */
const BITS = [
  0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4, 8, 2, 2,
] as const;

/**
 * The bytes that a tensor's values take, sub-byte types packed; null where the type has no fixed size or is not known.
 * NaN where the sides multiply to more than can be counted exactly.
 */
export function bytesOfTensor(dataType: number, dims: readonly number[]): number | null {
  const bits = BITS[dataType];
  if (!bits) return null;
  const bytes = Math.ceil((elementCount(dims) * bits) / 8);
  return Number.isSafeInteger(bytes) ? bytes : Number.NaN;
}

/** The product of the sides: 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
