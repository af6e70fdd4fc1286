import { node } from '../onnx/build.ts';
import type { Node, OnnxModel, TensorData } from '../onnx/model.ts';
import { modelOf, noise, weights, wholes } from '../onnx/test-support.ts';
import { ANY_SIZE, formOfArchitecture, type NetworkFacts, type PictureNetwork } from '../picture-network.ts';

export type TestNetwork = {
  readonly scale: number;
  /** How many 3 × 3 convolutions; each reaches a pixel. */
  readonly layers: number;
  readonly seed: number;
  /** Convolutions without padding, and their loss padded again. */
  readonly eats?: boolean;
  readonly opset?: number;
};

/** A picture network of seeded convolutions whose answers lie about 0..1, and what is true of it. */
export function testNetwork({ scale, layers, seed, eats = false, opset = 17 }: TestNetwork): PictureNetwork {
  const nodes: Node[] = [];
  const initializers: TensorData[] = [];
  const constant = (tensor: TensorData) => {
    initializers.push({ ...tensor, name: `w${initializers.length}` });
    return `w${initializers.length - 1}`;
  };
  let last = 'input';
  const add = (opType: string, inputs: readonly string[], attributes: Parameters<typeof node>[3] = {}) => {
    const output = `t${nodes.length}`;
    nodes.push(node(opType, [last, ...inputs], output, attributes));
    last = output;
  };
  for (let layer = 0; layer < layers; layer++) {
    const from = layer === 0 ? 3 : 6;
    const to = layer === layers - 1 ? 3 * scale ** 2 : 6;
    const kernel = constant(weights([to, from, 3, 3], noise(to * from * 9, 0.3, seed + layer)));
    const bias = constant(weights([to], noise(to, 0.3, seed + 100 + layer)));
    const pad = eats ? 0n : 1n;
    add('Conv', [kernel, bias], { pads: [pad, pad, pad, pad] });
    add('Tanh', []);
  }
  if (scale > 1) add('DepthToSpace', [], { blocksize: BigInt(scale), mode: 'CRD' });
  // From −1..1 to −0.1..1.1: the clip between two networks has something to do.
  add('Mul', [constant(weights([], [0.6]))]);
  add('Add', [constant(weights([], [0.5]))]);
  const border = layers * scale;
  if (eats) add('Pad', [constant(wholes(0, 0, border, border, 0, 0, border, border))], { mode: 'edge' });
  nodes.push(node('Identity', [last], 'output'));
  const end = (name: string) => ({ name, elemType: 1, dims: [1, 3, 'height', 'width'], rest: [] });
  const onnx: OnnxModel = modelOf({
    nodes,
    initializers,
    inputs: [end('input')],
    outputs: [end('output')],
    opset,
  });
  const facts: NetworkFacts = {
    architecture: null,
    scale,
    receptiveFieldPx: layers,
    sizeRule: eats ? { ...ANY_SIZE, minimumPx: 2 * layers + 1 } : ANY_SIZE,
    eatenPx: eats ? layers : 0,
    dependsOnTileSize: false,
    form: formOfArchitecture('float32'),
  };
  return { onnx, facts };
}
