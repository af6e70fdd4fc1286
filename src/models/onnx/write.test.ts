import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataType } from './data-type.ts';
import type { Attribute, Graph, Node, OnnxModel, TensorData, ValueInfo } from './model.ts';
import { readOnnx } from './read.ts';
import { MessageWriter } from './wire-writer.ts';
import { writeOnnx } from './write.ts';

const PATIENCE_MS = 60_000;

const rest = fc.constantFrom<readonly Uint8Array[]>([], [unknownField(100, 'kept')]);
const name = fc.string({ unit: 'grapheme', maxLength: 5 });
const bytes = fc.uint8Array({ maxLength: 12 });

/** A field that no version of ONNX has. */
function unknownField(number: number, text: string): Uint8Array {
  const writer = new MessageWriter();
  writer.text(number, text);
  return writer.toBytes();
}

const tensor: fc.Arbitrary<TensorData> = fc
  .record({ name, dims: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), rest })
  .map(({ dims, ...others }) => ({
    ...others,
    dims,
    dataType: DataType.float32,
    bytes: new Uint8Array(4 * dims.reduce((product, side) => product * side, 1)).fill(65),
  }));

const value: fc.Arbitrary<ValueInfo> = fc.record({
  name,
  elemType: fc.constantFrom(1, 7, 10),
  dims: fc.option(
    fc.array(fc.oneof(fc.nat(9), fc.constantFrom('height'), fc.constant(null)), { maxLength: 4 }),
  ),
  rest,
});

const attribute = (graph: fc.Arbitrary<Graph>): fc.Arbitrary<Attribute> =>
  fc.oneof(
    fc.record({ name, rest, kind: fc.constant('float'), value: fc.float({ noNaN: true }) }),
    fc.record({
      name,
      rest,
      kind: fc.constant('int'),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    }),
    fc.record({ name, rest, kind: fc.constant('string'), value: bytes }),
    fc.record({ name, rest, kind: fc.constant('tensor'), value: tensor }),
    fc.record({ name, rest, kind: fc.constant('graph'), value: graph }),
    fc.record({
      name,
      rest,
      kind: fc.constant('floats'),
      value: fc.float32Array({ maxLength: 4, noNaN: true }),
    }),
    fc.record({ name, rest, kind: fc.constant('ints'), value: fc.bigInt64Array({ maxLength: 4 }) }),
    fc.record({ name, rest, kind: fc.constant('strings'), value: fc.array(bytes, { maxLength: 3 }) }),
  ) as fc.Arbitrary<Attribute>;

const node = (graph: fc.Arbitrary<Graph>): fc.Arbitrary<Node> =>
  fc.record({
    opType: fc.constantFrom('Conv', 'If'),
    domain: fc.constantFrom('', 'com.microsoft'),
    name,
    inputs: fc.array(name, { maxLength: 3 }),
    outputs: fc.array(name, { maxLength: 2 }),
    attributes: fc.array(attribute(graph), { maxLength: 2 }),
    rest,
  });

const { graph } = fc.letrec<{ graph: Graph }>((tie) => ({
  graph: fc.record({
    name,
    nodes: fc.oneof({ maxDepth: 2 }, fc.constant([]), fc.array(node(tie('graph')), { maxLength: 3 })),
    initializers: fc.array(tensor, { maxLength: 2 }),
    inputs: fc.array(value, { maxLength: 2 }),
    outputs: fc.array(value, { maxLength: 2 }),
    valueInfos: fc.array(value, { maxLength: 2 }),
    rest,
  }),
}));

const model: fc.Arbitrary<OnnxModel> = fc.record({
  irVersion: fc.integer({ min: 3, max: 12 }),
  opsets: fc.array(fc.record({ domain: name, version: fc.integer({ min: 1, max: 24 }) }), { maxLength: 2 }),
  graph,
  metadata: fc.array(fc.record({ key: name, value: name }), { maxLength: 2 }),
  rest,
});

describe('writeOnnx', () => {
  it('writes what readOnnx reads as the same model', { timeout: PATIENCE_MS }, () => {
    fc.assert(
      fc.property(model, (original) => {
        expect(readOnnx(writeOnnx(original))).toEqual(original);
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it('keeps what a real file has beside the graph', () => {
    const file = new Uint8Array(
      readFileSync(new URL('../../../public/models/fast-2x.onnx', import.meta.url)),
    );
    const original = readOnnx(file);
    expect(original.rest.length).toBeGreaterThan(0);
    expect(readOnnx(writeOnnx(original))).toEqual(original);
  });

  it('has a buffer of the exact size', () => {
    const written = writeOnnx({ irVersion: 8, opsets: [], graph: emptyGraph, metadata: [], rest: [] });
    expect(written.length).toBe(written.buffer.byteLength);
  });
});

const emptyGraph: Graph = {
  name: '',
  nodes: [],
  initializers: [],
  inputs: [],
  outputs: [],
  valueInfos: [],
  rest: [],
};
