import { DataType } from '../onnx/data-type.ts';
import type { Layers } from './layers.ts';
import { distanceIndices } from './windows.ts';

/**
 * What a window's pixels have in common by how they lie to each other: a small network of the distances, which depends on
 * no picture, so that the runtime works it out once, at load. Kept so in the file, it takes a thousandth of its answer.
 * @param name of the attention, below which are `rpe_biases` and `pos`
 * @returns `[heads, pixels, pixels]`
 */
export function datPositions(
  layers: Layers,
  name: string,
  [height, width]: readonly [number, number],
  heads: number,
): string {
  const { graph, weights } = layers;
  const distances = layers.weight(`${name}.rpe_biases`, [(2 * height - 1) * (2 * width - 1), 2]);
  const [inner] = weights.dims(`${name}.pos.pos_proj.weight`, 2) as [number];
  let x = layers.linear(`${name}.pos.pos_proj`, distances, inner, 2, 'required');
  for (const [i, outputs] of [inner, inner, heads].entries()) {
    const part = `${name}.pos.pos${i + 1}`;
    const active = graph.add('Relu', [layers.layerNorm(`${part}.0`, x, inner, 1e-5)]);
    x = layers.linear(`${part}.2`, active, outputs, inner, 'required');
  }
  const pixels = height * width;
  const indices = distanceIndices(height, width);
  const bytes = new Uint8Array(indices.buffer);
  const pairs = graph.weight(`distances.${height}x${width}`, DataType.int32, [pixels, pixels], bytes);
  return layers.transpose(graph.add('Gather', [x, pairs], { axis: 0n }), 2, 0, 1);
}
