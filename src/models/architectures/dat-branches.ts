import type { Kernel, Layers } from './layers.ts';

const EPSILON = 1e-5;

/** What lies around each value in its own channel. `x` and the answer: `[1, features, h, w]`. */
export function localBranch(layers: Layers, name: string, x: string, features: number): string {
  const kernel = [features, 1, 3, 3] as const;
  return layers.gelu(normalisedConv(layers, `${name}.dwconv`, 0, x, kernel, features));
}

/** A weight for each channel, from its mean: `[1, features, 1, 1]`. */
export function channelInteraction(layers: Layers, name: string, x: string, features: number): string {
  return interaction(
    layers,
    `${name}.channel_interaction`,
    1,
    layers.graph.add('GlobalAveragePool', [x]),
    features,
    features,
  );
}

/** A weight for each pixel: `[1, 1, h, w]`. */
export function spatialInteraction(layers: Layers, name: string, x: string, features: number): string {
  return interaction(layers, `${name}.spatial_interaction`, 0, x, features, 1);
}

/** @param first the place in its list of the first of convolution, norm, activation, convolution */
function interaction(
  layers: Layers,
  name: string,
  first: number,
  x: string,
  features: number,
  outputs: number,
): string {
  const [few] = layers.weights.dims(`${name}.${first}.weight`, 4) as [number];
  const kernel = [few, features, 1, 1] as const;
  const narrow = layers.gelu(normalisedConv(layers, name, first, x, kernel, 1));
  return layers.graph.add('Sigmoid', [layers.conv(`${name}.${first + 3}`, narrow, [outputs, few, 1, 1])]);
}

/**
 * The convolution `<name>.<first>` and the batch normalisation after it, as one convolution: what training measured is
 * numbers by now.
 */
function normalisedConv(
  layers: Layers,
  name: string,
  first: number,
  x: string,
  kernel: Kernel,
  groups: number,
): string {
  const { weights } = layers;
  const [outputs, inputs, height, width] = kernel;
  const of = (kind: string) => weights.floats(`${name}.${first + 1}.${kind}`, [outputs]);
  const [scale, moved, mean, variance] = [of('weight'), of('bias'), of('running_mean'), of('running_var')];
  const factors = Float64Array.from(
    scale,
    (value, i) => value / Math.sqrt((variance[i] as number) + EPSILON),
  );
  const area = inputs * height * width;
  const weight = weights
    .floats(`${name}.${first}.weight`, kernel)
    .map((value, i) => value * (factors[Math.floor(i / area)] as number));
  const bias = weights
    .floats(`${name}.${first}.bias`, [outputs])
    .map((value, i) => (value - (mean[i] as number)) * (factors[i] as number) + (moved[i] as number));
  const tensors = [
    layers.computed(`${name}.${first}.weight`, kernel, weight),
    layers.computed(`${name}.${first}.bias`, [outputs], bias),
  ];
  return layers.convolve([x, ...tensors], kernel, { groups });
}
