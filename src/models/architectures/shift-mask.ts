import type { Layers } from './layers.ts';

/** So much less in common have pixels that are neighbours only because the picture was rolled. */
const APART = -100;

/**
 * What to add to the attention of windows that were shifted by rolling the picture: in the last row and column of windows
 * lie pixels of opposite edges, which must not see each other.
 * @param window height and width in px
 * @param shift by how many rows and columns, less than the window's
 * @returns `[rows, columns, 1, pixels, pixels]`, from the input's own sides, which are multiples of the window's
 */
export function shiftMask(
  layers: Layers,
  [height, width]: readonly [number, number],
  [down, across]: readonly [number, number],
): string {
  const rows = apart(height * width, (pixel) => Math.floor(pixel / width) < height - down);
  const columns = apart(height * width, (pixel) => pixel % width < width - across);
  const name = `mask.${height}x${width}.${down}.${across}`;
  const dims = [1, 1, 1, height * width, height * width];
  const inLastRow = layers.mul(isLast(layers, 2, height), layers.computed(`${name}.rows`, dims, rows));
  const inLastColumn = layers.mul(
    isLast(layers, 3, width),
    layers.computed(`${name}.columns`, dims, columns),
  );
  return layers.add(inLastRow, inLastColumn);
}

/** For each pair of pixels, `APART` where only one of them is on the first side, else 0. */
function apart(count: number, isFirst: (pixel: number) => boolean): Float32Array {
  return Float32Array.from({ length: count ** 2 }, (_, pair) =>
    isFirst(Math.floor(pair / count)) === isFirst(pair % count) ? 0 : APART,
  );
}

/** 1 for the last of the windows along an axis of the input, 0 for the others: `[rows, 1, 1, 1, 1]` or `[1, columns, 1, 1, 1]`. */
function isLast(layers: Layers, axis: 2 | 3, side: number): string {
  const { graph } = layers;
  const length = graph.add('Shape', [graph.input], { start: BigInt(axis), end: BigInt(axis + 1) });
  const count = graph.add('Div', [
    graph.add('Cast', [graph.add('Squeeze', [length])], { to: 1n }),
    layers.scalar(side),
  ]);
  const indices = graph.add('Range', [layers.scalar(0), count, layers.scalar(1)]);
  const beyond = graph.add('Sub', [layers.add(indices, layers.scalar(2)), count]);
  return layers.reshape(graph.add('Relu', [beyond]), axis === 2 ? [-1, 1, 1, 1, 1] : [1, -1, 1, 1, 1]);
}
