import { DataType } from '../onnx/data-type.ts';
import type { Layers } from './layers.ts';
import { corrupt } from './refusals.ts';

/**
 * DySample (“Learning to Upsample by Learning to Sample”): each output pixel is taken, bilinearly, from a place near its
 * own that the network chooses. Weights `offset`, `scope`, `init_pos` and `end_conv` below `name`.
 * @param x `[1, inputs, h, w]`
 * @returns `[1, outputs, scale · h, scale · w]`
 */
export function dySample(
  layers: Layers,
  name: string,
  x: string,
  [outputs, channels]: readonly [outputs: number, inputs: number],
  scale: number,
): string {
  const { graph, weights } = layers;
  const [places] = weights.dims(`${name}.offset.weight`, 4) as [number];
  const groups = places / (2 * scale ** 2);
  if (!Number.isInteger(groups) || channels % groups !== 0) {
    throw corrupt(
      `“${name}.offset.weight” chooses ${places} places, which do not divide ${channels} channels into groups.`,
    );
  }
  const kernel = [places, channels, 1, 1] as const;
  const offset = layers.conv(`${name}.offset`, x, kernel);
  const scope = layers.conv(`${name}.scope`, x, kernel, { bias: 'none' });
  const half = layers.mul(graph.add('Sigmoid', [scope]), layers.scalar(0.5));
  const start = layers.weight(`${name}.init_pos`, [1, places, 1, 1]);
  const moved = layers.add(layers.mul(offset, half), start);
  const [across, down] = layers.split(moved, [places / 2, places / 2]) as [string, string];
  const grid = layers.concat(
    [coordinates(layers, x, across, 3, scale), coordinates(layers, x, down, 2, scale)],
    3,
  );
  const grouped = layers.reshape(x, [groups, channels / groups, 0, 0]);
  const sampled = graph.add('GridSample', [grouped, grid], {
    mode: 'bilinear',
    padding_mode: 'border',
    align_corners: 0n,
  });
  return layers.conv(`${name}.end_conv`, layers.reshape(sampled, [1, channels, 0, 0]), [
    outputs,
    channels,
    1,
    1,
  ]);
}

/**
 * Where to take each output pixel from along one axis of `x`, −1 and 1 being the picture's edges.
 * @param moved by how many pixels beside the middle of its source pixel, `[1, groups · scale², h, w]`
 * @returns `[groups, scale · h, scale · w, 1]`
 */
function coordinates(layers: Layers, x: string, moved: string, axis: 2 | 3, scale: number): string {
  const { graph } = layers;
  const length = graph.add('Shape', [x], { start: BigInt(axis), end: BigInt(axis + 1) });
  const pixels = graph.add('Cast', [graph.add('Squeeze', [length])], { to: BigInt(DataType.float32) });
  const indices = graph.add('Range', [layers.scalar(0), pixels, layers.scalar(1)]);
  const middles = layers.add(
    layers.reshape(indices, axis === 3 ? [1, 1, 1, -1] : [1, 1, -1, 1]),
    layers.scalar(0.5),
  );
  const relative = graph.add('Div', [layers.add(moved, middles), pixels]);
  const signed = graph.add('Sub', [layers.mul(relative, layers.scalar(2)), layers.scalar(1)]);
  return layers.transpose(layers.pixelShuffle(signed, scale), 1, 2, 3, 0);
}
