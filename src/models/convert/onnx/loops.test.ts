import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../../base/errors.ts';
import { node, tensor } from '../../onnx/build.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Attribute, Graph, Node, OnnxModel, TensorData } from '../../onnx/model.ts';
import { readOnnx } from '../../onnx/read.ts';
import { modelOf } from '../../onnx/test-support.ts';
import { MessageWriter } from '../../onnx/wire-writer.ts';
import { writeOnnx } from '../../onnx/write.ts';
import { describeOnnx } from './describe-onnx.ts';
import { checkLoops, MOST_TURNS } from './loops.ts';

const scalar = (name: string, value: number | bigint): TensorData => ({
  ...tensor(name, DataType.int64, [], [0]),
  bytes: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
});
const graphOf = (nodes: readonly Node[], initializers: readonly TensorData[] = []): Graph =>
  modelOf({ nodes, initializers, inputs: [], outputs: [] }).graph;
const body = (name: string, value: Graph): Attribute => ({ name, kind: 'graph', value, rest: [] });
const loop = (turns: string, ...inside: readonly Node[]): Node => ({
  ...node('Loop', [turns, '', 'x0'], 'y'),
  attributes: [body('body', graphOf(inside))],
});
const refusalOf = (model: OnnxModel): TesseraError => {
  try {
    checkLoops(model);
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('a loop', () => {
  const withTurns = (turns: number | bigint, ...inside: readonly Node[]) =>
    modelOf({ nodes: [loop('n', ...inside)], initializers: [scalar('n', turns), scalar('m', 40)] });

  it('of few turns is left, also where they are a Constant', () => {
    expect(() => checkLoops(withTurns(MOST_TURNS))).not.toThrow();
    const constant: Node = {
      ...node('Constant', [], 'k'),
      attributes: [{ name: 'value', kind: 'tensor', value: scalar('', 3), rest: [] }],
    };
    expect(() => checkLoops(modelOf({ nodes: [constant, loop('k')] }))).not.toThrow();
  });
  it('of more is refused, by its name, before anything else is found out', () => {
    const error = refusalOf(withTurns(MOST_TURNS + 1));
    expect(error).toMatchObject({ code: 'model-unsupported' });
    expect(error.message).toContain('the operator Loop repeats its steps is 1001, where at most 1000');
    expect(() => describeOnnx(withTurns(2n ** 62n))).toThrow(/operator Loop/);
  });
  it('in a loop counts as often as both', () => {
    expect(() => checkLoops(withTurns(25, loop('m')))).not.toThrow();
    expect(refusalOf(withTurns(26, loop('m'))).message).toContain('is 1040');
  });
  it.each([
    ['that somebody computes', 'computed'],
    ['that is not given: it ends when a condition says so', ''],
  ])('of a number of turns %s is refused', (_, turns) => {
    expect(refusalOf(modelOf({ nodes: [loop(turns)] })).message).toContain('is not written in the file');
  });
  it('in a branch is refused', () => {
    const branch: Node = {
      ...node('If', ['c'], 'y'),
      attributes: [body('then_branch', graphOf([loop('far')])), body('else_branch', graphOf([]))],
    };
    const model = modelOf({ nodes: [branch], initializers: [scalar('far', 2n ** 40n)] });
    expect(refusalOf(model).message).toContain('the operator Loop');
  });
  it('in one of the model’s own functions is refused, as it lies in the file', () => {
    const own = readOnnx(writeOnnx(modelOf({ nodes: [loop('turns')] })));
    const [written] = writtenNodes(own);
    const functions = new MessageWriter();
    const one = new MessageWriter();
    one.text(1, 'Own');
    one.message(7, written as MessageWriter);
    functions.message(25, one);
    const model = { ...modelOf({ nodes: [node('Own', ['x0'], 'y')] }), rest: [functions.toBytes()] };
    const read = readOnnx(writeOnnx(model));
    expect(refusalOf(read).message).toContain('the operator Loop');
  });
});

describe('a scan', () => {
  const scan = (sequence: string): Node => ({
    ...node('Scan', ['x0', sequence], 'y', { num_scan_inputs: 1n }),
    attributes: [...node('Scan', [], 'y', { num_scan_inputs: 1n }).attributes, body('body', graphOf([]))],
  });
  it('over weights of the file is left, and over what is computed refused', () => {
    const rows = tensor('rows', DataType.float32, [5, 1], [1, 2, 3, 4, 5]);
    expect(() => checkLoops(modelOf({ nodes: [scan('rows')], initializers: [rows] }))).not.toThrow();
    expect(refusalOf(modelOf({ nodes: [scan('x0')] })).message).toContain('the operator Scan');
  });
});

/** A loop as a message of its own: operator and inputs, which is all that is looked at. */
function writtenNodes({ graph }: OnnxModel): readonly MessageWriter[] {
  return graph.nodes.map(({ opType, inputs, outputs }) => {
    const writer = new MessageWriter();
    for (const name of inputs) writer.text(1, name);
    for (const name of outputs) writer.text(2, name);
    writer.text(4, opType);
    return writer;
  });
}
