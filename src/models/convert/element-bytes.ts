import type { WeightType } from './state-dict.ts';

/** Bytes of one number. */
export const ELEMENT_BYTES: Readonly<Record<WeightType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** The product of the sides: 1 for a scalar; null where it cannot be counted exactly. */
export function countOf(dims: readonly number[]): number | null {
  if (dims.includes(0)) return 0;
  const count = dims.reduce((product, dim) => product * dim, 1);
  return Number.isSafeInteger(count) ? count : null;
}

/** The sides as people write them. */
export function shapeOf(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`;
}
