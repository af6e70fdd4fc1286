import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../base/errors.ts';
import { DataType } from './data-type.ts';
import type { TensorData } from './model.ts';
import { readOnnx } from './read.ts';
import { numbersOf } from './tensor-values.ts';
import { modelOf } from './test-support.ts';
import { MessageWriter } from './wire-writer.ts';
import { writeOnnx } from './write.ts';

const PATIENCE_MS = 60_000;
const runs = (numRuns: number) => ({ seed: 20261121, numRuns });
const file = new Uint8Array(readFileSync(new URL('../../../public/models/fast-2x.onnx', import.meta.url)));

/** Reads; null where the bytes are refused as they should be. Any other error fails the test. */
function read(bytes: Uint8Array) {
  try {
    return readOnnx(bytes);
  } catch (error) {
    if (!(error instanceof TesseraError)) throw error;
    expect(['model-corrupt', 'model-unsuitable']).toContain(error.code);
    return null;
  }
}

describe('damaged files', () => {
  it('cut off anywhere: refused, with the place', { timeout: PATIENCE_MS }, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: file.length - 1 }), (length) => {
        // A cut between two fields after the graph leaves a whole message.
        const model = read(file.subarray(0, length));
        expect(model === null || length > 0.99 * file.length).toBe(true);
      }),
      runs(300),
    );
  });

  it('with bytes changed: refused or read, in no time, and what was read can be written', {
    timeout: PATIENCE_MS,
  }, () => {
    const flip = fc.record({ at: fc.nat(file.length - 1), to: fc.nat(255) });
    // The names and attributes are at the beginning: most of the file is weights, where anything goes.
    const early = fc.record({ at: fc.nat(4000), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(fc.oneof(flip, early), { minLength: 1, maxLength: 8 }), (flips) => {
        const bytes = file.slice();
        for (const { at, to } of flips) bytes[at] = to;
        const model = read(bytes);
        if (model) expect(writeOnnx(model).length).toBeLessThan(2 * file.length);
      }),
      runs(500),
    );
  });

  it('random bytes: never a crash', { timeout: PATIENCE_MS }, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void read(bytes)),
      runs(3000),
    );
  });

  it.each([
    ['nothing', [], /no graph, at byte 0/],
    [
      'a number without an end',
      [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      /no end, at byte 1/,
    ],
    [
      'a field longer than the file',
      [0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f],
      /4294967295 bytes has only 0, at byte 6/,
    ],
    ['a group', [0x3b], /unknown kind 3, at byte 1/],
    ['a graph that is a number', [0x38, 0x01], /field 7 is of kind 0, not 2, at byte 0/],
    ['a node without an operator', [0x3a, 0x02, 0x0a, 0x00], /no operator, at byte 2/],
    ['a name that is no text', [0x3a, 0x03, 0x12, 0x01, 0xff], /not a name, at byte 2/],
  ])('%s', (_, bytes, says) => {
    expect(() => readOnnx(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'model-corrupt', message: expect.stringMatching(says) }),
    );
  });

  it.each<[string, number, readonly number[], RegExp]>([
    ['nodes', 7, [0x0a, 3, 0x22, 1, 0x41], /more parts than any network/],
    ['inputs of the graph', 7, [0x5a, 0], /more parts than any network/],
    ['names', 7, [0x0a, 7, 0x22, 1, 0x41, 0x0a, 0, 0x0a, 0], /more parts than any network/],
    ['metadata', 14, [], /more parts than any network/],
  ])('%s without end: refused before the memory is full', (_, field, piece, says) => {
    const count = 2_000_000;
    const content = new Uint8Array(piece.length * count);
    for (let i = 0; i < content.length; i++) content[i] = piece[i % piece.length] as number;
    const model = new MessageWriter();
    if (piece.length > 0) model.bytes(field, content);
    else model.raw(Uint8Array.from({ length: 2 * count }, (_, i) => (i % 2 ? 0 : field * 8 + 2)));
    expect(() => readOnnx(model.toBytes())).toThrow(
      expect.objectContaining({ code: 'model-corrupt', message: expect.stringMatching(says) }),
    );
  });

  it('graphs in graphs without end: refused before the stack is full', () => {
    let bytes: Uint8Array = new Uint8Array(0);
    for (let depth = 0; depth < 3000; depth++) {
      const [attribute, node, graph] = [new MessageWriter(), new MessageWriter(), new MessageWriter()];
      attribute.bytes(6, bytes);
      node.text(4, 'If');
      node.message(5, attribute);
      graph.message(1, node);
      bytes = graph.toBytes();
    }
    const model = new MessageWriter();
    model.bytes(7, bytes);
    expect(() => readOnnx(model.toBytes())).toThrow(/nested more than 16 deep/);
  });
});

describe('tensors', () => {
  const withTensor = (fill: (to: MessageWriter) => void): Uint8Array => {
    const [tensor, graph, model] = [new MessageWriter(), new MessageWriter(), new MessageWriter()];
    fill(tensor);
    graph.message(5, tensor);
    model.message(7, graph);
    return model.toBytes();
  };
  const readTensor = (
    dims: readonly number[],
    dataType: number,
    fill: (to: MessageWriter) => void,
  ): TensorData => {
    const bytes = withTensor((to) => {
      for (const dim of dims) to.whole(1, dim);
      to.whole(2, dataType);
      to.text(8, 'weights');
      fill(to);
    });
    return readOnnx(bytes).graph.initializers[0] as TensorData;
  };
  const packed = (values: readonly (number | bigint)[]): Uint8Array => {
    const writer = new MessageWriter();
    for (const value of values) writer.whole(1, value);
    // Each is a tag of one byte and a varint: without the tags they are a packed list.
    const bytes = writer.toBytes();
    const kept: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      do kept.push(bytes[++at] as number);
      while ((bytes[at] as number) >= 0x80);
      at++;
    }
    return Uint8Array.from(kept);
  };

  it('float_data, packed and one by one', () => {
    const values = new Uint8Array(Float32Array.of(1.5, -2, 3).buffer);
    expect(numbersOf(readTensor([3], DataType.float32, (to) => to.bytes(4, values)))).toEqual([1.5, -2, 3]);
    const one = readTensor([3], DataType.float32, (to) => {
      for (const value of [1.5, -2, 3]) to.float(4, value);
    });
    expect(numbersOf(one)).toEqual([1.5, -2, 3]);
  });

  it('int64_data, packed and one by one, negative ones too', () => {
    const values = [1, -1, 2 ** 40, -(2 ** 40)];
    const list = values.map(BigInt);
    expect(numbersOf(readTensor([4], DataType.int64, (to) => to.bytes(7, packed(list))))).toEqual(values);
    const one = readTensor([4], DataType.int64, (to) => {
      for (const value of list) to.whole(7, value);
    });
    expect(numbersOf(one)).toEqual(values);
  });

  it('int32_data holds int32, and halves and bools in their lowest bits', () => {
    const list = packed([5n, -7n]);
    expect(numbersOf(readTensor([2], DataType.int32, (to) => to.bytes(5, list)))).toEqual([5, -7]);
    const halves = packed([0x3c00, 0xc000]);
    expect(numbersOf(readTensor([2], DataType.float16, (to) => to.bytes(5, halves)))).toEqual([1, -2]);
    expect(numbersOf(readTensor([2], DataType.bool, (to) => to.bytes(5, packed([0, 1]))))).toEqual([0, 1]);
  });

  it('numbers of 64 bits keep all of them', () => {
    const values = [
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 31n,
      -(2n ** 31n) - 1n,
      2n ** 35n + 2n ** 28n,
      127n,
      128n,
    ];
    const tensor = readTensor([values.length], DataType.int64, (to) => to.bytes(7, packed(values)));
    expect([...new BigInt64Array(tensor.bytes.slice().buffer)]).toEqual(values);
  });

  it.each([
    ['sides', 1, 65, /more than 64 sides/],
    ['numbers of 64 bits', 7, 4_194_305, /a list has 4194305 whole numbers/],
  ])('too many %s: refused', (_, field, count, says) => {
    const bytes = withTensor((to) => {
      if (field !== 1) to.whole(1, count);
      to.whole(2, DataType.int64);
      to.bytes(field, new Uint8Array(count).fill(1));
    });
    expect(() => readOnnx(bytes)).toThrow(says);
  });

  it('values in more pieces than any exporter writes: refused', () => {
    const pieces = Uint8Array.from({ length: 2 * 262_145 }, (_, i) => (i % 2 ? 1 : 0x28));
    expect(() => readOnnx(withTensor((to) => to.raw(pieces)))).toThrow(/in more than 262144 pieces/);
  });

  it('sides may be packed', () => {
    const bytes = withTensor((to) => {
      to.bytes(1, packed([2, 3]));
      to.whole(2, DataType.int8);
      to.bytes(9, new Uint8Array(6));
    });
    expect(readOnnx(bytes).graph.initializers[0]?.dims).toEqual([2, 3]);
  });

  it('raw values are a view into the file', () => {
    const raw = new Uint8Array(400).fill(7);
    const bytes = withTensor((to) => {
      to.whole(1, 100);
      to.whole(2, DataType.float32);
      to.bytes(9, raw);
    });
    const tensor = readOnnx(bytes).graph.initializers[0];
    expect(tensor?.bytes).toEqual(raw);
    expect(tensor?.bytes.buffer).toBe(bytes.buffer);
  });

  it.each([
    ['too few values', [4], 12, /12 bytes of values, not 16/],
    ['too many values', [2], 12, /12 bytes of values, not 8/],
    ['sides that multiply to more than any memory', [2 ** 40, 2 ** 40], 12, /not NaN/],
  ])('%s: refused', (_, dims, bytes, says) => {
    const read = () => readTensor(dims, DataType.float32, (to) => to.bytes(9, new Uint8Array(bytes)));
    expect(read).toThrow(
      expect.objectContaining({ code: 'model-corrupt', message: expect.stringMatching(says) }),
    );
  });

  it('in another file: unsuitable, with what to do', () => {
    const read = () => readTensor([2], DataType.float32, (to) => to.whole(14, 1));
    expect(read).toThrow(
      expect.objectContaining({
        code: 'model-unsuitable',
        nextStep: expect.stringMatching(/external_data=False/),
      }),
    );
  });
});

describe('what a file declares', () => {
  it('a side of −1 is one of any length', () => {
    const model = modelOf({ nodes: [] });
    const bytes = writeOnnx(model);
    expect(readOnnx(bytes).graph.inputs[0]?.dims).toEqual([1, 3, 'height', 'width']);
    const negative = new MessageWriter();
    negative.whole(1, -1n);
    const [shape, tensor, type, input, graph, file] = Array.from(
      { length: 6 },
      () => new MessageWriter(),
    ) as [MessageWriter, MessageWriter, MessageWriter, MessageWriter, MessageWriter, MessageWriter];
    shape.message(1, negative);
    tensor.whole(1, 1);
    tensor.message(2, shape);
    type.message(1, tensor);
    input.text(1, 'x');
    input.message(2, type);
    graph.message(11, input);
    file.message(7, graph);
    expect(readOnnx(file.toBytes()).graph.inputs[0]).toMatchObject({ name: 'x', elemType: 1, dims: [null] });
  });
});
