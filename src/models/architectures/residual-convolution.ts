import type { Layers } from './layers.ts';

/** `[1, h, w, channels]` as `[1, channels, h, w]`. */
export function pixels(layers: Layers, x: string): string {
  return layers.transpose(x, 0, 3, 1, 2);
}

/** The convolution that ends a residual group of transformers: one, or (in the larger ones) three with a waist. */
export function residualConvolution(layers: Layers, name: string, x: string, features: number): string {
  const { weights } = layers;
  if (!weights.has(`${name}.0.weight`)) return layers.conv(name, x, [features, features, 3, 3]);
  const [waist] = weights.dims(`${name}.0.weight`, 4) as [number];
  const narrow = layers.leakyRelu(layers.conv(`${name}.0`, x, [waist, features, 3, 3]), 0.2);
  const mixed = layers.leakyRelu(layers.conv(`${name}.2`, narrow, [waist, waist, 1, 1]), 0.2);
  return layers.conv(`${name}.4`, mixed, [features, waist, 3, 3]);
}
