import type { Layers } from './layers.ts';

/**
 * How a picture is seen as windows of `side` × `side` pixels: neighbours (`blocks`), or pixels that lie a whole number of
 * steps apart, so that each window spans the picture (`grid`).
 */
export type WindowKind = 'blocks' | 'grid';

/** Axes of `[channels, rows, side, columns, side]` (grid: `[channels, side, rows, side, columns]`), and the way back. */
const TOKEN_AXES = { blocks: [1, 3, 2, 4, 0], grid: [2, 4, 1, 3, 0] } as const;
const PICTURE_AXES = { blocks: [4, 0, 2, 1, 3], grid: [4, 2, 0, 3, 1] } as const;

/**
 * `[1, channels, h, w]`, both sides multiples of `side`, as five axes of which the second to the fifth are two for each
 * side. Only sides that are not known are left to the runtime, so that nothing has to be computed from them.
 */
export function cut(layers: Layers, x: string, channels: number, side: number, kind: WindowKind): string {
  if (kind === 'blocks')
    return layers.reshape(layers.reshape(x, [channels, -1, side, 0]), [0, 0, 0, -1, side]);
  return layers.reshape(layers.reshape(x, [channels, side, -1, 0]), [0, 0, 0, side, -1]);
}

/** What `cut` gave as `[1, channels, h, w]` again. */
export function joined(layers: Layers, x: string, channels: number): string {
  return layers.reshape(layers.reshape(x, [0, 0, 0, -1]), [1, channels, -1, 0]);
}

/** `[1, channels, h, w]` as `[rows, columns, side², channels]`: windows, and the pixels of each. */
export function toTokens(
  layers: Layers,
  x: string,
  channels: number,
  side: number,
  kind: WindowKind,
): string {
  const parts = layers.transpose(cut(layers, x, channels, side, kind), ...TOKEN_AXES[kind]);
  return layers.reshape(parts, [0, 0, side ** 2, channels]);
}

/** The way back from `toTokens`. */
export function fromTokens(
  layers: Layers,
  x: string,
  channels: number,
  side: number,
  kind: WindowKind,
): string {
  const parts = layers.transpose(layers.reshape(x, [0, 0, side, side, channels]), ...PICTURE_AXES[kind]);
  return joined(layers, parts, channels);
}

/**
 * For each pair of pixels of a window of `height` × `width`, which of the `(2 · height − 1) · (2 · width − 1)` distances
 * lies between them: `[height · width, height · width]`.
 */
export function distanceIndices(height: number, width: number): Int32Array {
  const count = height * width;
  const indices = new Int32Array(count ** 2);
  for (let from = 0; from < count; from++) {
    for (let to = 0; to < count; to++) {
      const rows = Math.floor(from / width) - Math.floor(to / width) + height - 1;
      const columns = (from % width) - (to % width) + width - 1;
      indices[from * count + to] = rows * (2 * width - 1) + columns;
    }
  }
  return indices;
}

/** A bias for each distance and head, `[distances, heads]`, as one for each pair of pixels: `[heads, pixels, pixels]`. */
export function pairBiases(table: Float32Array, heads: number, indices: Int32Array): Float32Array {
  const biases = new Float32Array(heads * indices.length);
  for (let head = 0; head < heads; head++) {
    for (const [pair, distance] of indices.entries()) {
      biases[head * indices.length + pair] = table[distance * heads + head] as number;
    }
  }
  return biases;
}

/** `[1, h, w, channels]` as `[rows, columns, pixels, channels]`: windows of neighbours, and the pixels of each. */
export function lastToTokens(
  layers: Layers,
  x: string,
  channels: number,
  [height, width]: readonly [number, number],
): string {
  const rows = layers.reshape(layers.reshape(x, [-1, height, 0, channels]), [0, 0, -1, width, channels]);
  return layers.reshape(layers.transpose(rows, 0, 2, 1, 3, 4), [0, 0, height * width, channels]);
}

/** The way back from `lastToTokens`. */
export function tokensToLast(
  layers: Layers,
  x: string,
  channels: number,
  [height, width]: readonly [number, number],
): string {
  const parts = layers.transpose(layers.reshape(x, [0, 0, height, width, channels]), 0, 2, 1, 3, 4);
  return layers.reshape(layers.reshape(parts, [0, 0, -1, channels]), [1, -1, 0, channels]);
}
