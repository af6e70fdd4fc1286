import { describe, expect, it } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../../e2e/fixtures/run-model.ts';
import { attribute, node, tensor } from '../../onnx/build.ts';
import { DataType } from '../../onnx/data-type.ts';
import { elementTypes } from '../../onnx/element-types.ts';
import type { Graph, OnnxModel } from '../../onnx/model.ts';
import { floats, modelOf, noise } from '../../onnx/test-support.ts';
import { describeOnnx } from './describe-onnx.ts';
import { toFloat32 } from './to-float32.ts';

const HALF = BigInt(DataType.float16);
const half = (name: string, dims: readonly number[], values: readonly number[]) =>
  tensor(name, DataType.float16, dims, values);

/** Halves everywhere: ends, weights, a constant, casts to and fro, a filled tensor, and inside a branch. */
function halves(): OnnxModel {
  const end = (name: string) => ({ name, elemType: DataType.float16, dims: [1, 3, null, null], rest: [] });
  const branch = (name: string, by: number): Graph => ({
    name,
    nodes: [node('Mul', ['c', `${name}_by`], `${name}_y`)],
    initializers: [half(`${name}_by`, [], [by])],
    inputs: [],
    outputs: [{ name: `${name}_y`, elemType: DataType.float16, dims: null, rest: [] }],
    valueInfos: [],
    rest: [],
  });
  const then = { name: 'then_branch', kind: 'graph', value: branch('then', 2), rest: [] } as const;
  const otherwise = { name: 'else_branch', kind: 'graph', value: branch('else', 3), rest: [] } as const;
  const constant = { name: 'value', kind: 'tensor', value: half('', [], [0.25]), rest: [] } as const;
  const filled = { name: 'value', kind: 'tensor', value: half('', [1], [0.5]), rest: [] } as const;
  return modelOf({
    nodes: [
      node('Conv', ['x0', 'w'], 'a'),
      { ...node('Constant', [], 'quarter'), attributes: [constant] },
      node('Add', ['a', 'quarter'], 'b'),
      node('Cast', ['b'], 'wide', { to: BigInt(DataType.float32) }),
      node('Cast', ['wide'], 'narrow', { to: HALF }),
      node('Shape', ['narrow'], 'sides'),
      { ...node('ConstantOfShape', ['sides'], 'filled'), attributes: [filled] },
      node('Add', ['narrow', 'filled'], 'c'),
      { ...node('If', ['yes'], 'y'), attributes: [then, otherwise] },
    ],
    initializers: [
      half('w', [3, 3, 1, 1], noise(9, 1)),
      { ...tensor('yes', DataType.float32, [], [1]), dataType: DataType.bool, bytes: Uint8Array.of(1) },
    ],
    inputs: [end('x0')],
    outputs: [end('y')],
  });
}

describe('toFloat32', () => {
  it('leaves no half anywhere, and the answer as it was but for rounding', async () => {
    const model = toFloat32(halves());
    expect([...elementTypes(model.graph).values()]).not.toContain(DataType.float16);
    expect(
      JSON.stringify(model, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
    ).not.toMatch(/"(?:elemType|dataType)":10\b/);
    const feed = floats([1, 3, 4, 5], 1);
    const answer = await runOnProcessor(model, { x0: feed });
    const weights = model.graph.initializers.find(({ name }) => name === 'w');
    const values = new Float32Array(weights?.bytes.slice().buffer as ArrayBuffer);
    const expected = feed.values.map((_, i) => {
      const [channel, at] = [Math.floor(i / 20), i % 20];
      const sum = [0, 1, 2].reduce(
        (total, from) =>
          total + (values[channel * 3 + from] as number) * (feed.values[from * 20 + at] as number),
        0,
      );
      return 2 * (sum + 0.25 + 0.5);
    });
    expect(maxDifference(answer.values, expected)).toBeLessThan(1e-5);
  });

  it('is what a half-precision model is described as', () => {
    expect(describeOnnx(halves())).toMatchObject({ precision: 'float16', forms: [{ channels: 3 }] });
  });

  it('leaves attributes alone that only happen to be 10', () => {
    const model = modelOf({
      nodes: [{ ...node('Mystery', ['x0'], 'y'), attributes: [attribute('axis', 10n)] }],
    });
    expect(toFloat32(model).graph.nodes[0]?.attributes).toEqual([attribute('axis', 10n)]);
  });

  it('refuses functions, whose types are not declared', () => {
    const model = { ...halves(), rest: [Uint8Array.of(0xca, 0x01, 0)] };
    expect(() => describeOnnx(model)).toThrow('with operators that it defines itself');
  });
});
