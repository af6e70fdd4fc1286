import type { Layers } from './layers.ts';

const SIDE = 3;

/**
 * The 3 × 3 convolution `name`, then an activation, of a picture each pixel of which is repeated `factor` × `factor` times,
 * without making that picture: of the nine taps of an output pixel several see the same source pixel, so for each of the
 * `factor²` positions their sum, a kernel of 2 × 2 or less, is applied to the source. Exact, also where zeros are around.
 * On WASM it takes half the time of Resize and Conv; one 3 × 3 convolution with four times the outputs takes as long as
 * they do.
 * @returns `[1, features, factor · h, factor · w]`
 */
export function convolveRepeated(
  layers: Layers,
  name: string,
  x: string,
  features: number,
  factor: number,
  activate: (x: string) => string,
): string {
  const { graph, weights } = layers;
  const values = weights.floats(`${name}.weight`, [features, features, SIDE, SIDE]);
  const bias = layers.weight(`${name}.bias`, [features]);
  const positions = Array.from({ length: factor }, (_, offset) => reachOf(offset, factor));
  const parts = positions.flatMap((rows, dy) =>
    positions.map((columns, dx) => {
      const [height, width] = [rows.after + rows.before + 1, columns.after + columns.before + 1];
      const summed = summedTaps(values, rows, columns);
      const weight = layers.computed(
        `${name}.weight.${dy}.${dx}`,
        [features, features, height, width],
        summed,
      );
      const convolved = graph.add('Conv', [x, weight, bias], {
        kernel_shape: [BigInt(height), BigInt(width)],
        pads: [rows.before, columns.before, rows.after, columns.after].map(BigInt),
      });
      return activate(convolved);
    }),
  );
  return graph.add('DepthToSpace', [layers.concat(parts)], { blocksize: BigInt(factor), mode: 'DCR' });
}

/** Along one axis: how many source pixels before and after its own a position sees, and which one each tap sees. */
type Reach = { readonly before: number; readonly after: number; readonly sourceOfTap: readonly number[] };

function reachOf(offset: number, factor: number): Reach {
  const seen = Array.from({ length: SIDE }, (_, tap) => Math.floor((offset + tap - 1) / factor));
  const [before, after] = [0 - (seen[0] as number), seen[SIDE - 1] as number];
  return { before, after, sourceOfTap: seen.map((source) => source + before) };
}

/** Sums those of the nine taps of each kernel that see the same source pixel. */
function summedTaps(values: Float32Array, rows: Reach, columns: Reach): Float32Array {
  const width = columns.before + columns.after + 1;
  const area = (rows.before + rows.after + 1) * width;
  const summed = new Float64Array((values.length / SIDE ** 2) * area);
  for (let kernel = 0; kernel < values.length / SIDE ** 2; kernel++) {
    for (const [y, row] of rows.sourceOfTap.entries()) {
      for (const [x, column] of columns.sourceOfTap.entries()) {
        const at = kernel * area + row * width + column;
        summed[at] = (summed[at] as number) + (values[kernel * SIDE ** 2 + y * SIDE + x] as number);
      }
    }
  }
  return Float32Array.from(summed);
}
