import { describe, expect, it, vi } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { attribute, node, tensor } from './build.ts';
import { DataType } from './data-type.ts';
import { elementTypes } from './element-types.ts';
import { toHalf } from './half.ts';
import type { Node, OnnxModel } from './model.ts';
import { COMPUTED_SIDES, floats, modelOf, noise, weights, wholes } from './test-support.ts';

/** The runtime starts with the first session, on a machine that is busy with other things. */
vi.setConfig({ testTimeout: 60_000 });

const feeds = { x0: floats([1, 3, 8, 8], 1) };
const ones = (name: string, count: number) => ({
  ...weights([count], new Array<number>(count).fill(1)),
  name,
});
const scales = { ...weights([4], [1, 1, 2, 2]), name: 'scales' };
const kernel = (name: string, outputs: number, inputs: number) => ({
  ...weights([outputs, inputs, 3, 3], noise(outputs * inputs * 9, 0.3)),
  name,
});
const conv = (input: string, weight: string, output: string) =>
  node('Conv', [input, weight], output, { pads: [1n, 1n, 1n, 1n] });

const find = (model: OnnxModel, opType: string): Node => {
  const found = model.graph.nodes.find((one) => one.opType === opType);
  if (!found) throw new Error(`no ${opType} in the model`);
  return found;
};
const inputTypes = (model: OnnxModel, opType: string) =>
  find(model, opType).inputs.map((name) => elementTypes(model.graph).get(name));

/** Halves the model; ORT then checks every type, and the answers are compared. */
async function halved(model: OnnxModel, tolerance = 0.01) {
  const { model: half, keptInFloat32 } = toHalf(model);
  const [before, after] = [await runOnProcessor(model, feeds), await runOnProcessor(half, feeds)];
  expect(after).toMatchObject({ type: before.type, dims: before.dims });
  expect(maxDifference(before.values, after.values)).toBeLessThan(tolerance);
  return { half, keptInFloat32 };
}

describe('toHalf', () => {
  it('keeps norms, averages, reductions and Softmax in float32, each once between Casts', async () => {
    const model = modelOf({
      nodes: [
        conv('x0', 'w0', 'a'),
        node('InstanceNormalization', ['a', 'one', 'one'], 'b'),
        node('Relu', ['b'], 'c'),
        node('GlobalAveragePool', ['c'], 'd'),
        node('Mul', ['c', 'd'], 'e'),
        node('ReduceMean', ['e'], 'f', { axes: [1n], keepdims: 1n }),
        node('Softmax', ['e'], 'g', { axis: 1n }),
        node('Add', ['f', 'g'], 'h'),
        conv('h', 'w1', 'y'),
      ],
      initializers: [kernel('w0', 4, 3), kernel('w1', 3, 4), ones('one', 4)],
    });
    const { half, keptInFloat32 } = await halved(model);
    expect(keptInFloat32).toEqual(['InstanceNormalization', 'GlobalAveragePool', 'ReduceMean', 'Softmax']);
    const { nodes } = half.graph;
    const casts = nodes.filter(({ opType }) => opType === 'Cast');
    // In: x0. Around the norm 2, the mean 2, the reduction and Softmax 1 in and 2 out. Out: y.
    expect(casts.length).toBe(9);
    const madeByCast = new Set(casts.flatMap(({ outputs }) => outputs));
    expect(casts.filter(({ inputs }) => madeByCast.has(inputs[0] as string))).toEqual([]);
    expect(inputTypes(half, 'Conv')).toEqual([DataType.float16, DataType.float16]);
    expect(inputTypes(half, 'InstanceNormalization')).toEqual([1, 1, 1]);
  });

  it('keeps a last Resize and what follows in float32, and its scales anyway', async () => {
    const model = modelOf({
      nodes: [
        conv('x0', 'w', 'a'),
        node('Resize', ['a', '', 'scales'], 'b', { mode: 'cubic' }),
        node('Clip', ['b', 'low', 'high'], 'y'),
      ],
      initializers: [
        kernel('w', 3, 3),
        scales,
        { ...weights([], [0]), name: 'low' },
        { ...weights([], [1]), name: 'high' },
      ],
    });
    const { half, keptInFloat32 } = await halved(model);
    expect(keptInFloat32).toEqual(['Resize', 'Clip']);
    expect(inputTypes(half, 'Clip')).toEqual([1, 1, 1]);
  });

  it('takes a Resize with convolutions behind it for a layer; Clip has its ends in its own type', async () => {
    const model = modelOf({
      nodes: [
        node('Resize', ['x0', '', 'scales'], 'a', { mode: 'linear' }),
        node('Clip', ['a', 'low'], 'b'),
        conv('b', 'w', 'y'),
      ],
      initializers: [kernel('w', 3, 3), scales, { ...weights([], [0]), name: 'low' }],
    });
    const { half, keptInFloat32 } = await halved(model);
    expect(keptInFloat32).toEqual([]);
    expect(inputTypes(half, 'Resize')).toEqual([DataType.float16, undefined, DataType.float32]);
    expect(inputTypes(half, 'Clip')).toEqual([DataType.float16, DataType.float16]);
  });

  it('keeps a node with a weight that half precision cannot hold', async () => {
    const model = modelOf({
      nodes: [node('Mul', ['x0', 'large'], 'a'), node('Div', ['a', 'large'], 'b'), node('Relu', ['b'], 'y')],
      initializers: [{ ...weights([1], [65520]), name: 'large' }],
    });
    const { keptInFloat32 } = await halved(model);
    expect(keptInFloat32).toEqual(['Mul', 'Div']);
    const fits = {
      ...model,
      graph: { ...model.graph, initializers: [{ ...weights([1], [65519]), name: 'large' }] },
    };
    expect(toHalf(fits).keptInFloat32).toEqual([]);
  });

  it('gives a graph in a node its tensors in float32', async () => {
    const branch = (opType: string) => ({
      ...modelOf({
        nodes: [node(opType, ['a'], 'inner')],
        outputs: [{ name: 'inner', elemType: 1, dims: null, rest: [] }],
      }).graph,
      inputs: [],
    });
    const choice: Node = {
      ...node('If', ['yes'], 'b'),
      attributes: [
        { name: 'then_branch', kind: 'graph', value: branch('Relu'), rest: [] },
        { name: 'else_branch', kind: 'graph', value: branch('Neg'), rest: [] },
      ],
    };
    const model = modelOf({
      nodes: [conv('x0', 'w', 'a'), choice, node('Abs', ['b'], 'y')],
      initializers: [
        kernel('w', 3, 3),
        { name: 'yes', dims: [], dataType: DataType.bool, bytes: Uint8Array.of(1), rest: [] },
      ],
    });
    await halved(model);
  });

  it('converts to float16 at once what a Cast makes, and leaves integers and sides alone', async () => {
    const model = modelOf({
      nodes: [
        node('Cast', ['x0'], 'a', { to: BigInt(DataType.int32) }),
        node('Cast', ['a'], 'b', { to: BigInt(DataType.float32) }),
        node('Shape', ['b'], 'c'),
        node('Expand', ['one', 'c'], 'd'),
        node('Add', ['b', 'd'], 'y'),
      ],
      initializers: [ones('one', 1)],
    });
    const { half } = await halved(model);
    expect(half.graph.nodes.filter(({ opType }) => opType === 'Cast').length).toBe(4);
    expect(inputTypes(half, 'Add')).toEqual([DataType.float16, DataType.float16]);
  });

  it('computes sides as before', async () => {
    const { half } = await halved(COMPUTED_SIDES);
    expect(inputTypes(half, 'Gather')).toEqual([DataType.int64, DataType.int64]);
  });

  it('gives an output that is read inside too, and a constant one, in float32', async () => {
    const output = (name: string) => ({ name, elemType: DataType.float32, dims: null, rest: [] });
    const model = modelOf({
      nodes: [conv('x0', 'w', 'y'), node('Relu', ['y'], 'z')],
      initializers: [kernel('w', 3, 3)],
      outputs: [output('y'), output('z'), output('w')],
    });
    const { half } = await halved(model);
    const types = elementTypes(half.graph);
    expect(half.graph.outputs.map(({ name }) => types.get(name))).toEqual([1, 1, 1]);
  });

  it('returns a model that has halves as it is', () => {
    const model = modelOf({
      nodes: [node('Cast', ['x0'], 'a', { to: 10n }), node('Cast', ['a'], 'y', { to: 1n })],
    });
    expect(toHalf(model)).toEqual({ model, keptInFloat32: [] });
    expect(toHalf(model).model).toBe(model);
  });

  it('does not change what it is given', () => {
    const model = modelOf({
      nodes: [
        {
          ...node('Constant', [], 'w'),
          attributes: [{ ...attribute('value', 0n), kind: 'tensor', value: kernel('', 3, 3) }],
        },
        conv('x0', 'w', 'y'),
      ],
      initializers: [tensor('unused', DataType.int64, [1], [1]), wholes(1)],
    });
    const before = structuredClone(model);
    toHalf(model);
    expect(model).toEqual(before);
  });
});
