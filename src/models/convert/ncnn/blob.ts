import type { Axis } from './axes.ts';

/**
 * What runs between layers. ncnn's blobs have no batch and one to three sides; the ONNX tensor always has four:
 * `[1, channels, height, width]` of three, `[1, 1, height, width]` of two, `[1, length, 1, 1]` of one, so that one value
 * for each channel meets its channel.
 */
export type Blob = {
  /** The ONNX tensor. */
  readonly tensor: string;
  /** The sides, outermost first; one to three. */
  readonly sides: readonly Axis[];
};

/** Where the sides of a blob of so many sides lie in its tensor. */
const POSITIONS: readonly (readonly number[])[] = [[], [1], [2, 3], [1, 2, 3]];

/** By the blob's sides: the tensor's. */
export function positionsOf({ sides }: Pick<Blob, 'sides'>): readonly number[] {
  return POSITIONS[sides.length] ?? [];
}

/** For each of the tensor's sides what `value` gives for the blob's side there; `absent` where the blob has none. */
export function perPosition<T>(blob: Pick<Blob, 'sides'>, value: (side: number) => T, absent: T): T[] {
  const positions = positionsOf(blob);
  return [0, 1, 2, 3].map((position) => {
    const side = positions.indexOf(position);
    return side < 0 ? absent : value(side);
  });
}
