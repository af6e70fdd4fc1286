import { DataType } from '../onnx/data-type.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import type { WeightReader } from './weight-reader.ts';

export type ConvolutionOptions = {
  /** Default 1. */
  readonly stride?: number;
  /** Zeros on each side. Default: half the kernel, so that the size stays. */
  readonly pad?: number;
  readonly groups?: number;
  /** Default: required. */
  readonly bias?: 'required' | 'optional' | 'none';
};

/** Sides of a convolution's weights: outputs, inputs of each group, kernel's height and width. */
export type Kernel = readonly [outputs: number, inputs: number, height: number, width: number];

/** Behind every axis' last element. */
const END = 2 ** 31 - 1;

/** The layers that networks are made of, as nodes whose weights come from a file. Tensors are `[1, channels, h, w]`. */
export class Layers {
  readonly graph = new GraphBuilder();
  readonly weights: WeightReader;

  constructor(weights: WeightReader) {
    this.weights = weights;
  }

  /** A tensor of the file, under its architecture's name. */
  weight(name: string, dims: readonly number[], asDims = dims): string {
    return this.graph.weight(name, DataType.float32, asDims, this.weights.bytes(name, dims));
  }

  /** A tensor that was computed from the file's. */
  computed(name: string, dims: readonly number[], values: Float32Array): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.graph.weight(name, DataType.float32, dims, bytes);
  }

  /** The convolution `<name>.weight`, `<name>.bias`. */
  conv(name: string, x: string, kernel: Kernel, options: ConvolutionOptions = {}): string {
    const weight = this.weight(`${name}.weight`, kernel);
    const { bias = 'required' } = options;
    const hasBias = bias === 'required' || (bias === 'optional' && this.weights.has(`${name}.bias`));
    const inputs = hasBias ? [x, weight, this.weight(`${name}.bias`, [kernel[0]])] : [x, weight];
    return this.convolve(inputs, kernel, options);
  }

  /** A convolution of given tensors: the input, the weights and, optionally, the bias. */
  convolve(inputs: readonly string[], [, , height, width]: Kernel, options: ConvolutionOptions = {}): string {
    const { stride = 1, pad, groups = 1 } = options;
    const [top, left] = pad === undefined ? [height >> 1, width >> 1] : [pad, pad];
    return this.graph.add('Conv', inputs, {
      kernel_shape: wholes(height, width),
      pads: wholes(top, left, top, left),
      strides: wholes(stride, stride),
      group: BigInt(groups),
    });
  }

  leakyRelu(x: string, slope: number): string {
    return this.graph.add('LeakyRelu', [x], { alpha: { float: slope } });
  }

  /** x · sigmoid(x) */
  silu(x: string): string {
    return this.mul(x, this.graph.add('Sigmoid', [x]));
  }

  /** The exact one, x · Φ(x); ORT makes one node of it. */
  gelu(x: string): string {
    const error = this.graph.add('Erf', [this.graph.add('Div', [x, this.scalar(Math.SQRT2)])]);
    const doubled = this.mul(x, this.add(error, this.scalar(1)));
    return this.mul(doubled, this.scalar(0.5));
  }

  add(a: string, b: string): string {
    return this.graph.add('Add', [a, b]);
  }

  mul(a: string, b: string): string {
    return this.graph.add('Mul', [a, b]);
  }

  scalar(value: number): string {
    return this.graph.floats([value], []);
  }

  /** Along the channels. */
  concat(inputs: readonly string[], axis = 1): string {
    return this.graph.add('Concat', inputs, { axis: BigInt(axis) });
  }

  /** Along the channels. */
  split(x: string, sizes: readonly number[], axis = 1): string[] {
    return this.graph.addMany('Split', [x, this.graph.ints(sizes)], sizes.length, { axis: BigInt(axis) });
  }

  /** Queries, keys and values, as one layer makes them: three times `size` along an axis. */
  thirds(x: string, size: number, axis: number): [query: string, key: string, value: string] {
    return this.split(x, [size, size, size], axis) as [string, string, string];
  }

  reshape(x: string, dims: readonly number[]): string {
    return this.graph.add('Reshape', [x, this.graph.ints(dims)]);
  }

  transpose(x: string, ...order: readonly number[]): string {
    return this.graph.add('Transpose', [x], { perm: wholes(...order) });
  }

  /** `[1, channels · factor², h, w]` to `[1, channels, factor · h, factor · w]`, as PyTorch's PixelShuffle. */
  pixelShuffle(x: string, factor: number): string {
    if (factor === 1) return x;
    return this.graph.add('DepthToSpace', [x], { blocksize: BigInt(factor), mode: 'CRD' });
  }

  nearest(x: string, factor: number): string {
    if (factor === 1) return x;
    return this.graph.add('Resize', [x, '', this.graph.floats([1, 1, factor, factor])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }

  /** `[1, h, w, channels]` moved down and to the right (negative: up and to the left), around the edges. */
  roll(x: string, down: number, across: number): string {
    return this.#rolled(this.#rolled(x, down, 1), across, 2);
  }

  #rolled(x: string, by: number, axis: number): string {
    if (by === 0) return x;
    const part = (from: number, to: number): string =>
      this.graph.add('Slice', [x, this.graph.ints([from]), this.graph.ints([to]), this.graph.ints([axis])]);
    return this.concat([part(-by, END), part(0, -by)], axis);
  }

  /** Normalises the last axis, of `width`, with `<name>.weight` and `<name>.bias`. */
  layerNorm(name: string, x: string, width: number, epsilon: number): string {
    const inputs = [x, this.weight(`${name}.weight`, [width]), this.weight(`${name}.bias`, [width])];
    return this.graph.add('LayerNormalization', inputs, { axis: -1n, epsilon: { float: epsilon } });
  }

  /** The same for each pixel's channels. */
  layerNormOfChannels(name: string, x: string, channels: number, epsilon: number): string {
    const last = this.transpose(x, 0, 2, 3, 1);
    return this.transpose(this.layerNorm(name, last, channels, epsilon), 0, 3, 1, 2);
  }

  /** x · Wᵀ + b over the last axis; PyTorch keeps W as [outputs, inputs]. */
  linear(
    name: string,
    x: string,
    outputs: number,
    inputs: number,
    bias: 'required' | 'optional' | 'none',
  ): string {
    const values = transposed(this.weights.floats(`${name}.weight`, [outputs, inputs]), outputs, inputs);
    const product = this.graph.add('MatMul', [x, this.computed(`${name}.weight`, [inputs, outputs], values)]);
    const hasBias = bias === 'required' || (bias === 'optional' && this.weights.has(`${name}.bias`));
    return hasBias ? this.add(product, this.weight(`${name}.bias`, [outputs])) : product;
  }
}

/** Whole numbers as attributes have them. */
export function wholes(...values: readonly number[]): bigint[] {
  return values.map(BigInt);
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column] as number;
    }
  }
  return turned;
}
