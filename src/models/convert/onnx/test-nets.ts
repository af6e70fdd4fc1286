import { node, tensor } from '../../onnx/build.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Node, OnnxModel, TensorData, ValueInfo } from '../../onnx/model.ts';
import { modelOf, noise } from '../../onnx/test-support.ts';

type Dim = number | string | null;

/** A small network that sharpens: two convolutions of seeded weights beside the enlarged picture. Reaches two pixels. */
export type NetOptions = { readonly scale: number; readonly channels?: 1 | 3; readonly seed?: number };

/** How a wrapped network differs from the plain one that it does the same as. */
export type Wrapping = {
  readonly layout?: 'nhwc';
  readonly white?: 255;
  readonly order?: 'bgr';
  readonly bytes?: boolean;
  readonly alpha?: boolean;
  readonly fixed?: readonly [height: number, width: number];
  readonly multipleOf?: number;
  /** Source pixels at each side that are missing in the answer. */
  readonly eats?: number;
  /** No side and no number of channels is declared. */
  readonly undeclared?: boolean;
};

class Net {
  readonly nodes: Node[] = [];
  readonly initializers: TensorData[] = [];

  add(opType: string, inputs: readonly string[], attributes: Parameters<typeof node>[3] = {}): string {
    const output = `n${this.nodes.length}`;
    this.nodes.push(node(opType, inputs, output, attributes));
    return output;
  }

  floats(dims: readonly number[], values: readonly number[]): string {
    return this.#constant(DataType.float32, dims, values);
  }

  wholes(...values: readonly number[]): string {
    return this.#constant(DataType.int64, [values.length], values);
  }

  #constant(type: number, dims: readonly number[], values: readonly number[]): string {
    const name = `w${this.initializers.length}`;
    this.initializers.push(tensor(name, type, dims, values));
    return name;
  }

  finish(input: ValueInfo, output: ValueInfo, last: string): OnnxModel {
    const nodes = [...this.nodes, node('Identity', [last], output.name)];
    return modelOf({ nodes, initializers: this.initializers, inputs: [input], outputs: [output] });
  }
}

const PICTURE = 'x0';

function value(name: string, elemType: number, dims: readonly Dim[] | null): ValueInfo {
  return { name, elemType, dims, rest: [] };
}

/** The network itself: `[1, channels, height, width]` in 0..1. */
export function plainNet(options: NetOptions): OnnxModel {
  return wrappedNet(options, {});
}

/** The network inside what other models have around it. */
export function wrappedNet({ scale, channels = 3, seed = 1 }: NetOptions, wrapping: Wrapping): OnnxModel {
  const net = new Net();
  const { layout, white, bytes, alpha, order, multipleOf, eats, fixed, undeclared } = wrapping;
  let x = bytes ? net.add('Cast', [PICTURE], { to: BigInt(DataType.float32) }) : PICTURE;
  if (layout) x = net.add('Transpose', [x], { perm: [0n, 3n, 1n, 2n] });
  if (white || bytes) x = net.add('Div', [x, net.floats([], [255])]);
  const whole = x;
  if (alpha) x = net.add('Slice', [x, net.wholes(0), net.wholes(3), net.wholes(1)]);
  if (order) x = net.add('Gather', [x, net.wholes(2, 1, 0)], { axis: 1n });
  if (multipleOf) {
    const blocks = net.add('SpaceToDepth', [x], { blocksize: BigInt(multipleOf) });
    x = net.add('DepthToSpace', [blocks], { blocksize: BigInt(multipleOf) });
  }
  let y = body(net, x, scale, channels, seed);
  if (eats) {
    const [start, end] = [eats * scale, -eats * scale];
    y = net.add('Slice', [y, net.wholes(start, start), net.wholes(end, end), net.wholes(2, 3)]);
  }
  if (order) y = net.add('Gather', [y, net.wholes(2, 1, 0)], { axis: 1n });
  if (alpha) {
    const own = net.add('Slice', [whole, net.wholes(3), net.wholes(4), net.wholes(1)]);
    y = net.add('Concat', [y, enlarged(net, own, scale)], { axis: 1n });
  }
  if (white || bytes) y = net.add('Mul', [y, net.floats([], [255])]);
  if (layout) y = net.add('Transpose', [y], { perm: [0n, 2n, 3n, 1n] });
  if (bytes) {
    y = net.add('Clip', [
      net.add('Add', [y, net.floats([], [0.5])]),
      net.floats([], [0]),
      net.floats([], [255]),
    ]);
    y = net.add('Cast', [y], { to: BigInt(DataType.uint8) });
  }
  const [height, width] = fixed ?? ['height', 'width'];
  const count = alpha ? 4 : channels;
  const dims: readonly Dim[] = layout ? [1, height, width, count] : [1, count, height, width];
  const type = bytes ? DataType.uint8 : DataType.float32;
  const declared = undeclared ? [null, null, null, null] : dims;
  return net.finish(value(PICTURE, type, declared), value('y', type, null), y);
}

function body(net: Net, picture: string, scale: number, channels: number, seed: number): string {
  const wide = 8;
  const x = channels === 3 ? withWarmth(net, picture) : picture;
  const first = [
    net.floats([wide, channels, 3, 3], noise(wide * channels * 9, 0.15, seed)),
    net.floats([wide], noise(wide, 0.1, seed + 1)),
  ];
  const out = channels * scale ** 2;
  const second = [
    net.floats([out, wide, 3, 3], noise(out * wide * 9, 0.02, seed + 2)),
    net.floats([out], noise(out, 0.02, seed + 3)),
  ];
  const pads = { pads: [1n, 1n, 1n, 1n] };
  const hidden = net.add('LeakyRelu', [net.add('Conv', [x, ...first], pads)], { alpha: { float: 0.1 } });
  const detail = net.add('Conv', [hidden, ...second], pads);
  const shuffled =
    scale > 1 ? net.add('DepthToSpace', [detail], { blocksize: BigInt(scale), mode: 'CRD' }) : detail;
  return net.add('Add', [shuffled, enlarged(net, x, scale)]);
}

/** No pixel is less red than it is blue: an answer to BGR taken for RGB loses its blue. */
function withWarmth(net: Net, picture: string): string {
  const channel = (index: number) =>
    net.add('Slice', [picture, net.wholes(index), net.wholes(index + 1), net.wholes(1)]);
  const [red, green, blue] = [channel(0), channel(1), channel(2)];
  return net.add('Concat', [net.add('Max', [red, blue]), green, blue], { axis: 1n });
}

function enlarged(net: Net, picture: string, scale: number): string {
  return net.add('Resize', [picture, '', net.floats([4], [1, 1, scale, scale])], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}
