import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../../base/errors.ts';
import { attribute, node, tensor } from '../../onnx/build.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Attribute, Graph, Node, OnnxModel, TensorData } from '../../onnx/model.ts';
import { networkCost } from '../../onnx/network-cost.ts';
import { modelOf, weights, wholes } from '../../onnx/test-support.ts';
import { describeOnnx } from './describe-onnx.ts';
import { wrappedNet } from './test-nets.ts';

const RUNS = 600;
/** Far more than any of these graphs takes, on a machine that is busy with other things. */
const SLOWEST_MS = 5000;
const NUMBERS = [-(2 ** 53), -1e9, -65, -5, -1, 0, 1, 2, 3, 4, 5, 7, 64, 1e9, 2 ** 31, 2 ** 53];

function randomOf(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

/** A strip of all operators that have a rule of their own. */
function strip(): OnnxModel {
  const sides = { pads: [1n, 1n, 1n, 1n] };
  return modelOf({
    opset: 18,
    nodes: [
      node('Conv', ['x0', 'w'], 'a', { ...sides, strides: [1n, 1n], dilations: [1n, 1n], group: 1n }),
      node('AveragePool', ['a'], 'b', { ...sides, kernel_shape: [3n, 3n] }),
      node('ConvTranspose', ['b', 'w'], 'c', { ...sides, strides: [2n, 2n] }),
      node('SpaceToDepth', ['c'], 'd', { blocksize: 2n }),
      node('DepthToSpace', ['d'], 'e', { blocksize: 2n }),
      node('Pad', ['e', 'eight'], 'f'),
      node('Slice', ['f', 'two', 'far', 'axes', 'steps'], 'g'),
      { ...node('Split', ['g', 'split'], '', { axis: 1n }), outputs: ['h', 'i'] },
      node('Concat', ['h', 'i'], 'j', { axis: 1n }),
      node('Reshape', ['j', 'shape'], 'k'),
      node('Transpose', ['k'], 'l', { perm: [0n, 1n, 2n, 3n] }),
      node('ReduceMean', ['l', 'axes'], 'm', { keepdims: 1n }),
      node('Mul', ['l', 'm'], 'n'),
      node('Squeeze', ['n', 'zero'], 'o'),
      node('Unsqueeze', ['o', 'zero'], 'p'),
      node('Gather', ['p', 'split'], 'q', { axis: 1n }),
      node('LayerNormalization', ['q', 'scale'], 'r', { axis: -1n }),
      node('Softmax', ['r'], 's', { axis: 1n }),
      node('MatMul', ['s', 'square'], 't'),
      node('Tile', ['t', 'shape'], 'u'),
      node('Expand', ['u', 'shape'], 'v'),
      node('Flatten', ['v'], 'flat', { axis: 1n }),
      node('Shape', ['v'], 'sides'),
      node('Reshape', ['flat', 'sides'], 'z'),
      node('Resize', ['z', '', 'scales'], 'y', { mode: 'nearest' }),
    ],
    initializers: [
      { ...weights([3, 3, 3, 3], Array(81).fill(0.1)), name: 'w' },
      { ...wholes(0, 0, 1, 1, 0, 0, 1, 1), name: 'eight' },
      { ...wholes(1, 1), name: 'two' },
      { ...wholes(-1, -1), name: 'far' },
      { ...wholes(2, 3), name: 'axes' },
      { ...wholes(1, 1), name: 'steps' },
      { ...wholes(1, 2), name: 'split' },
      { ...wholes(1, 3, -1, 48), name: 'shape' },
      { ...wholes(0), name: 'zero' },
      { ...weights([48], Array(48).fill(1)), name: 'scale' },
      { ...weights([48, 48], Array(2304).fill(1)), name: 'square' },
      { ...weights([4], [1, 1, 2, 2]), name: 'scales' },
    ],
  });
}

function damaged({ graph, ...model }: OnnxModel, pick: (below: number) => number): OnnxModel {
  const number = () => NUMBERS[pick(NUMBERS.length)] as number;
  const names = [
    '',
    'x0',
    ...graph.nodes.flatMap(({ outputs }) => outputs),
    ...graph.initializers.map(({ name }) => name),
  ];
  const attributeOf = (given: Attribute): Attribute => {
    if (given.kind === 'int') return attribute(given.name, BigInt(number()));
    if (given.kind === 'ints')
      return attribute(
        given.name,
        Array.from({ length: pick(6) }, () => BigInt(number())),
      );
    return given;
  };
  const nodeOf = (given: Node): Node => {
    const what = pick(4);
    if (what === 0) return { ...given, attributes: given.attributes.map(attributeOf) };
    if (what === 1) return { ...given, attributes: [] };
    if (what === 2) return { ...given, inputs: given.inputs.slice(0, pick(given.inputs.length + 1)) };
    return {
      ...given,
      inputs: given.inputs.map((name) => (pick(2) ? name : (names[pick(names.length)] as string))),
    };
  };
  const tensorOf = (given: TensorData): TensorData => {
    if (given.dataType !== DataType.int64)
      return { ...given, dims: given.dims.map((side) => (pick(2) ? side : Math.abs(number()))) };
    const length = pick(9);
    return tensor(given.name, DataType.int64, [length], Array.from({ length }, number));
  };
  const [node, constant] = [pick(graph.nodes.length), pick(Math.max(1, graph.initializers.length))];
  const isNode = pick(3) > 0;
  const parts: Partial<Graph> = isNode
    ? { nodes: graph.nodes.map((one, i) => (i === node ? nodeOf(one) : one)) }
    : { initializers: graph.initializers.map((one, i) => (i === constant ? tensorOf(one) : one)) };
  return { ...model, graph: { ...graph, ...parts } };
}

describe('a graph whose numbers and names make no sense', { timeout: 60_000 }, () => {
  const models = [
    strip(),
    wrappedNet({ scale: 2 }, { alpha: true, layout: 'nhwc', white: 255 }),
    wrappedNet({ scale: 3 }, { multipleOf: 4, eats: 3 }),
  ];

  it.each(models.map((model, i) => [i, model] as const))(
    '%i is described or refused, soon',
    (seed, model) => {
      for (let run = 0; run < RUNS; run++) {
        const pick = randomOf(seed * RUNS + run);
        let broken = damaged(model, pick);
        while (pick(2)) broken = damaged(broken, pick);
        const started = performance.now();
        try {
          const described = describeOnnx(broken);
          const form = described.forms[0];
          if (form)
            networkCost(
              described.model,
              form.layout === 'nchw' ? [1, form.channels, 32, 32] : [1, 32, 32, form.channels],
            );
        } catch (error) {
          if (!(error instanceof TesseraError))
            throw new Error(`run ${run}: ${error instanceof Error ? error.stack : error}`);
        }
        expect(performance.now() - started, `run ${run}`).toBeLessThan(SLOWEST_MS);
      }
    },
  );
});
