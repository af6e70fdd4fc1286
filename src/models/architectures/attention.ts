import type { Layers } from './layers.ts';

/** `x` divided by its length along the last axis, as PyTorch's `normalize`. */
export function normalised(layers: Layers, x: string): string {
  const { graph } = layers;
  const length = graph.add('ReduceL2', [x, graph.ints([-1])], { keepdims: 1n });
  return graph.add('Div', [x, graph.add('Max', [length, layers.scalar(1e-12)])]);
}

/** The last axis' softmax. */
export function softmax(layers: Layers, x: string): string {
  return layers.graph.add('Softmax', [x], { axis: -1n });
}

export function matMul(layers: Layers, a: string, b: string): string {
  return layers.graph.add('MatMul', [a, b]);
}

export type WindowAttention = {
  /** Tensors `[rows, columns, pixels, channels]`. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly pixels: number;
  readonly channels: number;
  readonly heads: number;
  /** Added to what the pixels have in common, `[heads, pixels, pixels]`, and what may be broadcast to it. */
  readonly biases: readonly string[];
};

/** Each pixel of a window takes from the others of its window: `[rows, columns, pixels, channels]` again. */
export function windowAttention(layers: Layers, of: WindowAttention): string {
  const { pixels, channels, heads } = of;
  const width = channels / heads;
  const split = (x: string): string => layers.reshape(x, [0, 0, pixels, heads, width]);
  const query = layers.mul(layers.transpose(split(of.query), 0, 1, 3, 2, 4), layers.scalar(width ** -0.5));
  const key = layers.transpose(split(of.key), 0, 1, 3, 4, 2);
  const value = layers.transpose(split(of.value), 0, 1, 3, 2, 4);
  const common = of.biases.reduce((sum, bias) => layers.add(sum, bias), matMul(layers, query, key));
  const taken = matMul(layers, softmax(layers, common), value);
  return layers.reshape(layers.transpose(taken, 0, 1, 3, 2, 4), [0, 0, pixels, channels]);
}
