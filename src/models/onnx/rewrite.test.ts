import { describe, expect, it, vi } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { attribute, node } from './build.ts';
import { DataType } from './data-type.ts';
import type { Attribute, Node } from './model.ts';
import { rewriteGraph } from './rewrite.ts';
import {
  CASES,
  COMPUTED_SIDES,
  floats,
  modelOf,
  noise,
  type SingleOperator,
  singleOperator,
  weights,
  wholes,
} from './test-support.ts';

/** The runtime starts with the first session, on a machine that is busy with other things. */
vi.setConfig({ testTimeout: 60_000 });

describe('a rewritten operator gives what ORT gives for the original', () => {
  for (const { title, model, feeds, change } of CASES) {
    it(title, async () => {
      const { model: rewritten, changes, leftOnCpu } = rewriteGraph(model, {});
      expect(changes).toContain(change);
      expect(leftOnCpu).toEqual([]);
      const [before, after] = [await runOnProcessor(model, feeds), await runOnProcessor(rewritten, feeds)];
      expect(after.dims).toEqual(before.dims);
      expect(maxDifference(before.values, after.values)).toBeLessThanOrEqual(1e-5);
    });
  }
});

describe('numbers that are none, and infinities', () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
  const inputs = [{ dataType: DataType.float32, dims: [4], values }];

  it.each(['Round', 'Sign', 'Selu', 'Celu', 'Softsign'])('%s treats them as ORT does', async (opType) => {
    const { model, feeds } = singleOperator({ opType, opset: 17, inputs });
    const { model: rewritten } = rewriteGraph(model, {});
    const [before, after] = [await runOnProcessor(model, feeds), await runOnProcessor(rewritten, feeds)];
    expect(maxDifference(before.values, after.values)).toBeLessThanOrEqual(1e-5);
  });
});

describe('sides', () => {
  const inputDims = [1, 3, 8, 12];

  it('that are computed become constants when the input is fixed, and a wrong declaration goes', async () => {
    expect(rewriteGraph(COMPUTED_SIDES, {}).leftOnCpu).toEqual(['Gather', 'Div', 'Unsqueeze', 'Concat']);
    const { model, leftOnCpu } = rewriteGraph(COMPUTED_SIDES, { inputDims });
    expect(leftOnCpu).toEqual([]);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Relu', 'Reshape']);
    expect(model.graph.inputs[0]?.dims).toEqual(inputDims);
    expect(model.graph.outputs[0]?.dims).toBe(null);
    const feeds = { x0: floats(inputDims) };
    expect(await runOnProcessor(model, feeds)).toEqual(await runOnProcessor(COMPUTED_SIDES, feeds));
  });

  it.each([
    ['other fixed ones', [1, 4, 8, 8], /\[1, 3, height, width\] where \[1, 4, 8, 8\]/],
    ['another rank', [3, 8, 8], /\[1, 3, height, width\] where \[3, 8, 8\]/],
  ])('%s: refused', (_, dims, says) => {
    expect(() => rewriteGraph(COMPUTED_SIDES, { inputDims: dims })).toThrow(
      expect.objectContaining({ code: 'model-unsuitable', message: expect.stringMatching(says) }),
    );
  });

  it('of two inputs: refused by name', () => {
    const { model } = singleOperator({ opType: 'Add', opset: 17, inputs: [floats([2]), floats([2])] });
    expect(() => rewriteGraph(model, { inputDims: [2] })).toThrow(/2 inputs \(x0, x1\)/);
  });

  it('follow through the operators of picture networks to an antialiased Resize', async () => {
    const model = modelOf({
      opset: 18,
      nodes: [
        node('Pad', ['x0', 'pads'], 'a', { mode: 'reflect' }),
        node('Conv', ['a', 'w'], 'b', { strides: [1n, 2n], pads: [1n, 0n, 1n, 0n] }),
        node('PRelu', ['b', 'slope'], 'c'),
        node('ConvTranspose', ['c', 'wt'], 'd', {
          strides: [2n, 3n],
          output_padding: [0n, 1n],
          pads: [1n, 0n, 0n, 1n],
        }),
        {
          ...node('Split', ['d'], 'e'),
          outputs: ['e', 'f'],
          attributes: node('', [], '', { axis: 1n, num_outputs: 2n }).attributes,
        },
        node('Concat', ['e', 'f', 'd'], 'g', { axis: 1n }),
        node('DepthToSpace', ['g'], 'h', { blocksize: 2n, mode: 'CRD' }),
        node('Slice', ['h', 'from', 'to', 'sides', 'steps'], 'i'),
        node('Transpose', ['i'], 'j', { perm: [0n, 1n, 3n, 2n] }),
        node('Add', ['j', 'one'], 'k'),
        node('Shape', ['k'], 'l', { start: 2n }),
        node('Cast', ['l'], 'm', { to: 1n }),
        node('Mul', ['m', 'share'], 'n'),
        node('Floor', ['n'], 'o'),
        node('Cast', ['o'], 'p', { to: 7n }),
        node('Resize', ['k', '', '', 'p'], 'y', { mode: 'linear', antialias: 1n, axes: [2n, 3n] }),
      ],
      initializers: [
        { ...wholes(0, 0, 1, 2, 0, 0, 0, 1), name: 'pads' },
        { ...weights([4, 3, 3, 3], noise(108, 0.2)), name: 'w' },
        { ...weights([4, 1, 1], [0.1, 0.2, 0.3, 0.4]), name: 'slope' },
        { ...weights([4, 2, 3, 3], noise(72, 0.2)), name: 'wt' },
        { ...wholes(1, -20), name: 'from' },
        { ...wholes(-1, 100000), name: 'to' },
        { ...wholes(2, 3), name: 'sides' },
        { ...wholes(1, 2), name: 'steps' },
        { ...weights([1, 1, 1, 1], [1]), name: 'one' },
        { ...weights([], [0.6]), name: 'share' },
      ],
    });
    const { model: rewritten, changes } = rewriteGraph(model, { inputDims });
    expect(changes).toEqual(['Resize → MatMul, MatMul']);
    const feeds = { x0: floats(inputDims, 1) };
    const [before, after] = [await runOnProcessor(model, feeds), await runOnProcessor(rewritten, feeds)];
    expect(after.dims).toEqual(before.dims);
    expect(maxDifference(before.values, after.values)).toBeLessThanOrEqual(1e-5);
  });

  it('that are not known leave an antialiased Resize, and say so', () => {
    const nodes = [node('Resize', ['x0', '', 'scales'], 'y', { mode: 'linear', antialias: 1n })];
    const initializers = [{ ...weights([4], [1, 1, 0.5, 0.5]), name: 'scales' }];
    const { changes, leftOnCpu } = rewriteGraph(modelOf({ opset: 18, nodes, initializers }), {});
    expect({ changes, leftOnCpu }).toEqual({ changes: [], leftOnCpu: ['Resize'] });
  });
});

describe('what stays', () => {
  const leftOf = (of: SingleOperator) => rewriteGraph(singleOperator(of).model, {});

  it.each<[string, SingleOperator]>([
    ['an operator without an equivalent', { opType: 'Hardmax', opset: 17, inputs: [floats([2, 3])] }],
    [
      'Mod by a float that is no power of two',
      { opType: 'Mod', opset: 17, inputs: [floats([4]), weights([], [0.3])], attributes: { fmod: 1n } },
    ],
    [
      'Mod by a float that is not known',
      { opType: 'Mod', opset: 17, inputs: [floats([4]), floats([4])], attributes: { fmod: 1n } },
    ],
    [
      'Celu of a number below zero',
      { opType: 'Celu', opset: 17, inputs: [floats([4])], attributes: { alpha: { float: -1 } } },
    ],
    [
      'GridSample-20 of a volume',
      { opType: 'GridSample', opset: 20, inputs: [floats([1, 1, 2, 2, 2]), floats([1, 2, 2, 2, 3])] },
    ],
    [
      'a SpaceToDepth of before what can be raised',
      { opType: 'SpaceToDepth', opset: 6, inputs: [floats([1, 1, 2, 2])], attributes: { blocksize: 2n } },
    ],
  ])('%s is left and named', (_, of) => {
    const { model, changes, leftOnCpu } = leftOf(of);
    expect({ changes, leftOnCpu }).toEqual({ changes: [], leftOnCpu: [of.opType] });
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual([of.opType]);
  });

  it('a model of an old opset with an operator that changed since keeps its opset', () => {
    const model = modelOf({
      opset: 9,
      nodes: [node('Clip', ['x0'], 'a'), node('Hardmax', ['a'], 'y')],
    });
    const { model: same, changes, leftOnCpu } = rewriteGraph(model, {});
    expect(same.opsets).toEqual(model.opsets);
    expect({ changes, leftOnCpu }).toEqual({ changes: [], leftOnCpu: ['Clip', 'Hardmax'] });
  });

  it('a SpaceToDepth of opset 10 needs no other opset', () => {
    const of = { opType: 'SpaceToDepth', opset: 10, inputs: [floats([1, 1, 2, 2])] };
    const { model } = leftOf({ ...of, attributes: { blocksize: 2n } });
    expect(model.opsets).toEqual([{ domain: '', version: 10 }]);
  });

  it('an old SpaceToDepth beside an operator that changed since', () => {
    const nodes = [node('SpaceToDepth', ['x0'], 'a', { blocksize: 2n }), node('Hardmax', ['a'], 'y')];
    const { changes, leftOnCpu } = rewriteGraph(modelOf({ opset: 9, nodes }), {});
    expect({ changes, leftOnCpu }).toEqual({ changes: [], leftOnCpu: ['SpaceToDepth', 'Hardmax'] });
  });

  it('a GridSample-20 beside an operator that opset 19 has not', () => {
    const model = modelOf({
      opset: 20,
      nodes: [node('GridSample', ['x0', 'x1'], 'a'), node('Gelu', ['a'], 'y')],
      inputs: [floats([1, 1, 2, 2]), floats([1, 2, 2, 2])].map(({ dims }, i) => ({
        name: `x${i}`,
        elemType: 1,
        dims,
        rest: [],
      })),
    });
    expect(rewriteGraph(model, {}).leftOnCpu).toEqual(['GridSample']);
  });

  it('nothing is claimed of operators of other domains', () => {
    const nodes = [{ ...node('Mystery', ['x0'], 'y'), domain: 'org.example' }];
    expect(rewriteGraph(modelOf({ nodes }), {}).leftOnCpu).toEqual([]);
  });
});

describe('the rest of the graph', () => {
  it('constants of every form become initializers', async () => {
    const constant = (name: string, value: Attribute): Node => ({
      ...node('Constant', [], name),
      attributes: [value],
    });
    const model = modelOf({
      nodes: [
        constant('a', { name: 'value', kind: 'tensor', value: weights([3, 1, 1], [1, 2, 3]), rest: [] }),
        constant('b', attribute('value_float', { float: 0.5 })),
        constant('c', attribute('value_floats', { floats: [1, 2] })),
        constant('d', attribute('value_int', 1n)),
        constant('e', attribute('value_ints', [2n, 1n])),
        node('Mul', ['x0', 'a'], 'f'),
        node('Add', ['f', 'b'], 'g'),
        node('Unsqueeze', ['d', 'zero'], 'h'),
        node('Tile', ['c', 'h'], 'i'),
        node('Reshape', ['i', 'e'], 'j'),
        node('ReduceSum', ['j'], 'k'),
        node('Add', ['g', 'k'], 'y'),
      ],
      initializers: [{ ...wholes(0), name: 'zero' }],
    });
    const { model: rewritten } = rewriteGraph(model, {});
    expect(rewritten.graph.nodes.map(({ opType }) => opType)).not.toContain('Constant');
    const feeds = { x0: floats([1, 3, 2, 2]) };
    expect(await runOnProcessor(rewritten, feeds)).toEqual(await runOnProcessor(model, feeds));
  });

  it('weights among the inputs of an old file are no inputs', async () => {
    const model = modelOf({
      nodes: [node('Mul', ['x0', 'w'], 'y')],
      initializers: [{ ...weights([1], [2]), name: 'w' }],
    });
    const { inputs } = model.graph;
    const old = {
      ...model,
      irVersion: 3,
      graph: { ...model.graph, inputs: [...inputs, { name: 'w', elemType: 1, dims: [1], rest: [] }] },
    };
    const { model: rewritten } = rewriteGraph(old, { inputDims: [1, 3, 2, 2] });
    expect(rewritten.graph.inputs.map(({ name }) => name)).toEqual(['x0']);
    expect(rewritten.irVersion).toBe(4);
    const feeds = { x0: floats([1, 3, 2, 2]) };
    expect(await runOnProcessor(rewritten, feeds)).toEqual(await runOnProcessor(model, feeds));
  });

  it('dead nodes and weights go; what a graph inside a node reads stays', () => {
    const inner = modelOf({ nodes: [node('Relu', ['kept'], 'inner')] }).graph;
    const branch: Node = {
      ...node('If', ['yes'], 'y'),
      attributes: [{ name: 'then_branch', kind: 'graph', value: inner, rest: [] }],
    };
    const model = modelOf({
      nodes: [
        node('Neg', ['x0'], 'kept'),
        node('Abs', ['x0'], 'dead'),
        node('Exp', ['dead'], 'deader'),
        branch,
      ],
      initializers: ['yes', 'unused'].map((name) => ({ ...weights([1], [1]), name })),
    });
    const { graph } = rewriteGraph(model, {}).model;
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Neg', 'If']);
    expect(graph.initializers.map(({ name }) => name)).toEqual(['yes']);
  });

  it('new names are new', () => {
    const taken = ['rewriting_constant', 'y_Elu'];
    const model = modelOf({
      nodes: [
        node('Relu', ['x0'], taken[0] as string),
        node('Relu', [taken[0] as string], taken[1] as string),
        node('Selu', [taken[1] as string], 'y'),
      ],
    });
    const { graph } = rewriteGraph(model, {}).model;
    const names = [
      ...graph.nodes.flatMap(({ outputs }) => outputs),
      ...graph.initializers.map(({ name }) => name),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('counts equal changes, and does not change what it is given', () => {
    const model = modelOf({ nodes: [node('Selu', ['x0'], 'a'), node('Selu', ['a'], 'y')] });
    const before = structuredClone(model);
    expect(rewriteGraph(model, { inputDims: [1, 3, 4, 4] }).changes).toEqual(['Selu → Elu, Mul (2×)']);
    expect(model).toEqual(before);
  });
});
