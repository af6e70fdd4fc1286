import { describe, expect, it, vi } from 'vitest';
import { runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { inferDimensions } from './dimensions.ts';
import type { TensorData } from './model.ts';
import { floats, noise, type SingleOperator, singleOperator, weights, wholes } from './test-support.ts';

/** The runtime starts with the first session, on a machine that is busy with other things. */
vi.setConfig({ testTimeout: 60_000 });

const picture = floats([1, 4, 6, 10]);
const matrix = (...dims: readonly number[]): TensorData =>
  weights(dims, noise(dims.reduce((a, b) => a * b, 1)));
const scalar = (value: number): TensorData => ({ ...wholes(value), dims: [] });

const ROWS: readonly (readonly [title: string, of: Omit<SingleOperator, 'opset'> & { opset?: number }])[] = [
  ['MatMul by a matrix', { opType: 'MatMul', inputs: [picture, matrix(10, 3)] }],
  ['MatMul from the left', { opType: 'MatMul', inputs: [picture, matrix(2, 1, 10, 3)] }],
  ['MatMul by a column', { opType: 'MatMul', inputs: [picture, matrix(10)] }],
  ['MatMul of a row', { opType: 'MatMul', inputs: [floats([6]), matrix(1, 4, 6, 3)] }],
  ['Gemm', { opType: 'Gemm', inputs: [floats([5, 3]), matrix(3, 2)] }],
  [
    'Gemm, both turned',
    { opType: 'Gemm', inputs: [floats([3, 5]), matrix(2, 3)], attributes: { transA: 1n, transB: 1n } },
  ],
  [
    'AveragePool',
    {
      opType: 'AveragePool',
      inputs: [picture],
      attributes: { kernel_shape: [3n, 2n], strides: [2n, 3n], pads: [1n, 0n, 1n, 1n] },
    },
  ],
  [
    'MaxPool, rounded up',
    {
      opType: 'MaxPool',
      inputs: [picture],
      attributes: { kernel_shape: [3n, 3n], strides: [2n, 2n], ceil_mode: 1n },
    },
  ],
  ['SpaceToDepth', { opType: 'SpaceToDepth', inputs: [picture], attributes: { blocksize: 2n } }],
  [
    'ReduceMean by an attribute',
    { opType: 'ReduceMean', inputs: [picture], attributes: { axes: [-1n, 1n] } },
  ],
  [
    'ReduceMean by an input',
    { opType: 'ReduceMean', opset: 18, inputs: [picture, wholes(2, 3)], attributes: { keepdims: 0n } },
  ],
  ['ReduceMax of all', { opType: 'ReduceMax', opset: 18, inputs: [picture] }],
  [
    'ReduceSum of nothing',
    { opType: 'ReduceSum', opset: 18, inputs: [picture], attributes: { noop_with_empty_axes: 1n } },
  ],
  ['Unsqueeze', { opType: 'Unsqueeze', inputs: [picture, wholes(0, -1)] }],
  [
    'Unsqueeze by an attribute',
    { opType: 'Unsqueeze', opset: 11, inputs: [picture], attributes: { axes: [1n] } },
  ],
  ['Squeeze', { opType: 'Squeeze', inputs: [picture, wholes(0)] }],
  ['Squeeze of all', { opType: 'Squeeze', inputs: [floats([1, 3, 1, 2])] }],
  ['Flatten', { opType: 'Flatten', inputs: [picture], attributes: { axis: 2n } }],
  ['Expand', { opType: 'Expand', inputs: [floats([4, 1, 10]), wholes(2, 1, 6, 1)] }],
  ['Tile', { opType: 'Tile', inputs: [picture, wholes(1, 2, 3, 1)] }],
  [
    'Gather of many',
    {
      opType: 'Gather',
      inputs: [picture, { ...wholes(0, 1, 2, 3, 1, 0), dims: [2, 3] }],
      attributes: { axis: 1n },
    },
  ],
  ['Gather of one', { opType: 'Gather', inputs: [picture, scalar(-1)], attributes: { axis: -2n } }],
  ['GridSample', { opType: 'GridSample', opset: 16, inputs: [picture, floats([1, 3, 7, 2])] }],
  ['LayerNormalization', { opType: 'LayerNormalization', inputs: [picture, matrix(10)] }],
  ['CumSum', { opType: 'CumSum', inputs: [picture, scalar(2)] }],
  ['Mul, broadcast', { opType: 'Mul', inputs: [floats([1, 4, 1, 1]), floats([6, 10])] }],
];

describe('the sides that are inferred are those that ORT gives', () => {
  it.each(ROWS)('%s', async (_, of) => {
    const { model, feeds } = singleOperator({ opset: 17, ...of });
    const { dims } = await runOnProcessor(model, feeds);
    expect(inferDimensions(model.graph).dims.get('y')).toEqual(dims);
  });
});

describe('sides that make no sense', () => {
  it.each([
    ['an axis that there is not', { opType: 'Split', inputs: [picture], attributes: { axis: 7n } }],
    ['a product of lists that do not fit', { opType: 'MatMul', inputs: [floats([3]), floats([3])] }],
    ['a negative length', { opType: 'Tile', inputs: [picture, wholes(1, -1, 1, 1)] }],
  ] as const)('%s: not told', (_, of) => {
    const { model } = singleOperator({ opset: 17, ...of });
    expect(inferDimensions(model.graph).dims.get('y')).toBe(undefined);
  });
});
