import { describe, expect, it } from 'vitest';
import { readStateDict } from './read-state-dict.ts';
import type { WeightType } from './state-dict.ts';
import {
  float32s,
  instructions,
  named,
  type Py,
  pickled,
  safetensors,
  type TensorOptions,
  tensor,
  torchFiles,
  torchLegacy,
  torchZip,
  zipOf,
} from './test-support.ts';
import { weightFileKind } from './weight-file-kind.ts';

const says = (code: string, message: RegExp) =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message),
    nextStep: expect.stringMatching(/\w\.$/),
  });
const corrupt = (message: RegExp) => says('model-corrupt', message);
const unsupported = (message: RegExp) => says('model-unsupported', message);

/** The numbers 0, 1, 2 … as float32. */
const counting = (count: number) => float32s(...Array.from({ length: count }, (_, i) => i));
const numbers = (bytes: Uint8Array) => [...new Float32Array(bytes.slice().buffer)];
const numbersOf = (file: Uint8Array) =>
  Object.fromEntries(Array.from(readStateDict(file).weights, ([name, { bytes }]) => [name, numbers(bytes)]));

/** One tensor `w` over a storage of those bytes, in both of PyTorch's forms. */
const bothForms = (dims: readonly number[], bytes: Uint8Array, size: number, options: TensorOptions = {}) => {
  const elements = options.elements ?? bytes.length / size;
  return [
    torchZip(named({ w: tensor('0', dims, { ...options, elements }) }), { 0: bytes }),
    torchLegacy(named({ w: tensor('0', dims, { ...options, elements, legacy: true }) }), {
      0: { bytes, size },
    }),
  ];
};

describe('tensors', () => {
  it.each<[string, WeightType, number]>([
    ['DoubleStorage', 'float64', 8],
    ['FloatStorage', 'float32', 4],
    ['HalfStorage', 'float16', 2],
    ['BFloat16Storage', 'bfloat16', 2],
    ['LongStorage', 'int64', 8],
    ['IntStorage', 'int32', 4],
    ['ShortStorage', 'int16', 2],
    ['CharStorage', 'int8', 1],
    ['ByteStorage', 'uint8', 1],
    ['BoolStorage', 'bool', 1],
  ])('%s is %s, and a view into the file', (storage, type, size) => {
    const bytes = Uint8Array.from({ length: 6 * size }, (_, i) => i + 1);
    for (const file of bothForms([2, 3], bytes, size, { type: storage })) {
      const weight = readStateDict(file).weights.get('w');
      expect(weight).toEqual({ dims: [2, 3], type, bytes });
      expect(weight?.bytes.buffer).toBe(file.buffer);
    }
  });

  it.each<[string, readonly number[], TensorOptions, readonly number[]]>([
    ['a scalar', [], { offset: 3 }, [3]],
    ['turned', [3, 2], { strides: [1, 3] }, [0, 3, 1, 4, 2, 5]],
    ['every second', [3], { strides: [2], offset: 1 }, [1, 3, 5]],
    ['repeated', [2, 3], { strides: [0, 2] }, [0, 2, 4, 0, 2, 4]],
    ['with sides of 1 in between', [1, 2, 1, 2], { strides: [7, 1, 9, 2] }, [0, 2, 1, 3]],
    ['empty', [3, 0, 2], { strides: [1, 1, 1], offset: 99 }, []],
    ['the last number', [1], { offset: 5 }, [5]],
  ])('%s', (_, dims, options, values) => {
    for (const file of bothForms(dims, counting(6), 4, options)) {
      const weight = readStateDict(file).weights.get('w');
      expect(weight?.dims).toEqual(dims);
      expect(numbers(weight?.bytes as Uint8Array)).toEqual(values);
    }
  });

  it('in C order are views where any side of 1 has any stride, and share what they share', () => {
    const tied = {
      a: tensor('0', [1, 4], { strides: [99, 1] }),
      b: tensor('0', [2], { offset: 1, elements: 4 }),
    };
    const { weights } = readStateDict(torchZip(named(tied), { 0: counting(4) }));
    const [a, b] = ['a', 'b'].map((name) => weights.get(name)?.bytes as Uint8Array);
    expect(b?.buffer).toBe(a?.buffer);
    expect(b?.byteOffset).toBe((a?.byteOffset ?? 0) + 4);
  });

  it.each<[string, readonly number[], TensorOptions]>([
    ['one number too far', [6], { offset: 1 }],
    ['by its strides', [2, 3], { strides: [4, 1] }],
    ['by its sides', [7], {}],
    ['by billions', [2 ** 40], { strides: [2 ** 40] }],
    ['by more than can be counted', [2 ** 50, 2 ** 50], { strides: [0, 0] }],
  ])('that leave their storage %s: damaged', (_, dims, options) => {
    for (const file of bothForms(dims, counting(6), 4, { ...options, elements: 6 }))
      expect(() => readStateDict(file)).toThrow(corrupt(/“w” \[.*leaves its storage of 6 numbers/));
  });

  it('that repeat one number billions of times: refused before anything is made', () => {
    for (const file of bothForms([2 ** 30], counting(1), 4, { strides: [0] }))
      expect(() => readStateDict(file)).toThrow(
        unsupported(/“w” of 4294967296 bytes, are far more than the file/),
      );
  });

  it('that share a storage a thousand times: refused', () => {
    const many = Array.from({ length: 1000 }, (_, i) => [`w${i}`, tensor('0', [50_000])] as const);
    const file = torchZip(named(Object.fromEntries(many)), { 0: new Uint8Array(200_000) });
    expect(() => readStateDict(file)).toThrow(unsupported(/far more than the file holds/));
  });

  it('whose storage is shorter than it says, or missing: damaged', () => {
    const saved = named({ w: tensor('0', [4]) });
    expect(() => readStateDict(torchZip(saved, { 0: counting(3) }))).toThrow(
      corrupt(/4 numbers has 12 bytes, not 16/),
    );
    expect(() => readStateDict(torchZip(saved, { 1: counting(4) }))).toThrow(
      corrupt(/“w” \(entry “0”\) are missing/),
    );
  });
});

describe('what trainers save around the weights', () => {
  const of = (value: number) => tensor(String(value), [1]);
  const storages = Object.fromEntries([0, 1, 2, 3].map((value) => [value, float32s(value)]));
  const nested = (depth: number): Py =>
    named({ params: depth === 0 ? named({ a: of(1) }) : nested(depth - 1) });
  /** BINPUT and BINGET: the value is made once. */
  const shared = (value: Py): Py =>
    named({ one: { raw: [...instructions(value), 0x71, 1] }, two: { raw: [0x68, 1] } });
  const read = (saved: Py) => numbersOf(torchZip(saved, storages));

  it.each<[string, Py, Readonly<Record<string, readonly number[]>>]>([
    ['nothing', named({ a: of(1), b: of(2) }), { a: [1], b: [2] }],
    ['a wrapper', named({ params: named({ a: of(1) }), iter: 5 }), { a: [1] }],
    [
      'the average before what it averages',
      named({ params: named({ a: of(1) }), params_ema: named({ a: of(2) }) }),
      { a: [2] },
    ],
    [
      'the state before parameters',
      named({ net: named({ a: of(1) }), state_dict: named({ a: of(2) }) }),
      { a: [2] },
    ],
    ['a wrapper in a wrapper', named({ state_dict: named({ params_ema: named({ a: of(3) }) }) }), { a: [3] }],
    ['the only entry, of any name', named({ generator: named({ a: of(1) }) }), { a: [1] }],
    [
      'names as they are, with their prefixes',
      named({ 'module.a': of(1), 'module.b.c': of(2) }),
      { 'module.a': [1], 'module.b.c': [2] },
    ],
    [
      'a generator beside what trained it',
      named({ d: named({ a: of(2) }), g: named({ a: of(1) }) }),
      { a: [1] },
    ],
    [
      'a dict of any name beside a counter',
      named({ step: tensor('3', []), anything: named({ a: of(1) }) }),
      { a: [1] },
    ],
    [
      'the weights, not numbers of the optimizer',
      named({ anything: named({ a: of(1) }), states: { dict: [[0, named({ average: of(2) })]] } }),
      { a: [1] },
    ],
    ['one dict under two names', shared(named({ a: of(1) })), { a: [1] }],
    [
      'data beside the weights',
      named({ a: of(1), epoch: 3, loss: 0.5, what: 'x', none: null, more: { list: [1] } }),
      { a: [1] },
    ],
    ['a wrapper that is none', named({ model: 'ESRGAN', a: of(1) }), { a: [1] }],
    [
      'names of JavaScript',
      named({ constructor: of(1), toString: of(3) }),
      { constructor: [1], toString: [3] },
    ],
  ])('%s', (_, saved, weights) => expect(read(saved)).toEqual(weights));

  it('a name like __proto__ is a name', () => {
    const saved: Py = { dict: [['__proto__', of(1)]] };
    expect([...readStateDict(torchZip(saved, storages)).weights.keys()]).toEqual(['__proto__']);
  });

  it('a parameter is its tensor', () => {
    const parameter: Py = {
      call: { global: ['torch._utils', '_rebuild_parameter'] },
      args: [of(2), true, null],
    };
    expect(read(named({ a: parameter }))).toEqual({ a: [2] });
  });

  it("an OrderedDict with the versions of its parts, and a framework's checkpoint", () => {
    const dict: Py = {
      call: { global: ['collections', 'OrderedDict'] },
      args: [{ list: [{ list: ['a', of(1)] }] }],
    };
    const state = [0x7d, 0x62];
    const versioned: Py = { raw: [...pickled(dict).slice(2, -1), ...state] };
    const callback: Py = {
      object: { global: ['pytorch_lightning.callbacks', 'X'] },
      state: named({ best: of(3) }),
    };
    expect(read(named({ callbacks: { list: [callback] }, state_dict: versioned, epoch: 1 }))).toEqual({
      a: [1],
    });
  });

  it.each<[string, Py, RegExp]>([
    ['a tensor alone', of(1), /holds a tensor, not/],
    ['a list', { list: [of(1)] }, /holds a list, not/],
    ['nothing', named({}), /holds nothing/],
    [
      'two networks',
      named({ x: named({ a: of(1) }), y: named({ a: of(1) }) }),
      /sets of weights \(“x”, “y”\)/,
    ],
    [
      'a dict in itself',
      { raw: [...instructions(named({})), 0x71, 1, ...instructions('x'), 0x68, 1, 0x73] },
      /no weights .*“x”/,
    ],
    ['wrappers without end', nested(9), /no weights/],
    [
      'many other things',
      named(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, i]))),
      /“5” and 3 more/,
    ],
    ['numbers for names', { dict: [[1, of(1)]] }, /named by a number/],
    [
      'a whole network',
      { object: { global: ['torch.nn.modules.container', 'Sequential'] }, state: named({}) },
      /Sequential”, not weights: it is a whole network/,
    ],
    [
      'a whole network in a wrapper',
      named({ model: { object: { global: ['torch.nn.modules.conv', 'Conv2d'] }, state: named({}) } }),
      /“model” of the file is “torch\.nn\.modules\.conv\.Conv2d”/,
    ],
    [
      'quantised weights',
      named({ a: of(1), b: { call: { global: ['torch._utils', '_rebuild_qtensor'] }, args: [] } }),
      /“b” of the file .*quantised/,
    ],
    [
      'sparse weights',
      named({ b: { call: { global: ['torch._utils', '_rebuild_sparse_tensor'] }, args: [] } }),
      /sparse/,
    ],
    [
      'complex weights',
      named({ c: tensor('0', [1], { type: 'ComplexFloatStorage' }) }),
      /“c” are of the type torch\.ComplexFloatStorage/,
    ],
    [
      'arrays of NumPy',
      named({ d: { call: { global: ['numpy.core.multiarray', '_reconstruct'] }, args: [] } }),
      /array of NumPy/,
    ],
    [
      'storages beyond the known',
      named({ e: tensor('0', [1], { type: 'FancyStorage' }) }),
      /refers to “torch\.FancyStorage”/,
    ],
  ])('%s: refused, with what was seen', (_, saved, message) =>
    expect(() => read(saved)).toThrow(unsupported(message)),
  );
});

describe('files of other kinds', () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const files = torchFiles(named({ a: tensor('0', [1]) }), { 0: float32s(1) });
  const withEntry = (name: string, content: string) =>
    zipOf([...files, { name: `archive/${name}`, bytes: text(content) }]);
  const tar = new Uint8Array(1024);
  tar.set(text('ustar'), 257);

  it.each<[string, Uint8Array, RegExp, string | null]>([
    ['a TorchScript program', withEntry('constants.pkl', ''), /TorchScript program/, 'torch-zip'],
    [
      'a TorchScript program by its code',
      withEntry('code/__torch__.py', ''),
      /TorchScript program/,
      'torch-zip',
    ],
    ['big-endian', withEntry('byteorder', 'big'), /big-endian/, 'torch-zip'],
    ['big-endian, old form', torchLegacy(named({}), {}, false), /big-endian/, 'torch-legacy'],
    [
      'another zip',
      zipOf([{ name: 'a.npy', bytes: text('x') }]),
      /zip archive, but not one of PyTorch's.*1 entries/,
      'zip-other',
    ],
    ['tar', tar, /tar archive/, null],
    ['another pickle', Uint8Array.from(pickled(1)), /pickle of Python/, null],
    ['a page', text('<!doctype html><title>Login</title>'), /of 35 bytes is neither/, null],
    ['nothing', new Uint8Array(0), /of 0 bytes is neither/, null],
  ])('%s: refused in its own words', (_, file, message, kind) => {
    expect(() => readStateDict(file)).toThrow(unsupported(message));
    expect(weightFileKind(file)).toBe(kind);
  });

  it('little-endian is the order of all others', () =>
    expect(numbersOf(withEntry('byteorder', 'little'))).toEqual({ a: [1] }));

  it('a pickled network of the old form', () => {
    const id: Py = {
      persistent: { tuple: ['module', { global: ['torch.nn.modules.conv', 'Conv2d'] }, 'x.py', 'code'] },
    };
    expect(() => readStateDict(torchLegacy(named({ a: id }), {}))).toThrow(
      unsupported(/whole network, code and all/),
    );
  });

  it('kinds are told by the bytes, also of files that were cut off', () => {
    const [zip, legacy] = bothForms([2], counting(2), 4) as [Uint8Array, Uint8Array];
    const safe = safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, float32s(1));
    for (const [file, kind] of [
      [zip, 'torch-zip'],
      [legacy, 'torch-legacy'],
      [safe, 'safetensors'],
    ] as const) {
      expect(weightFileKind(file)).toBe(kind);
      expect(weightFileKind(file.subarray(0, file.length - 1))).toBe(kind);
      expect(weightFileKind(file.subarray(0, 64))).toBe(kind);
    }
  });

  it('the old form in the fourth protocol is known', () =>
    expect(
      weightFileKind(
        Uint8Array.of(
          0x80,
          4,
          0x95,
          13,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0x8a,
          0x0a,
          0x6c,
          0xfc,
          0x9c,
          0x46,
          0xf9,
          0x20,
          0x6a,
          0xa8,
          0x50,
          0x19,
          0x2e,
        ),
      ),
    ).toBe('torch-legacy'));
});

it('cut off anywhere, each form ends in an error of its own', () => {
  const [zip, legacy] = bothForms([2], counting(2), 4) as [Uint8Array, Uint8Array];
  const safe = safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, float32s(1));
  for (const file of [zip, legacy, safe]) {
    for (let length = 0; length < file.length; length++) {
      const known = weightFileKind(file.subarray(0, length)) !== null;
      const expected = known ? corrupt(/at byte \d+\.$/) : unsupported(/pickle of Python|is neither/);
      expect(() => readStateDict(file.subarray(0, length))).toThrow(expected);
    }
  }
});

describe('the old form', () => {
  const one = { w: tensor('7', [2], { legacy: true }) };
  it('of two sizes of numbers in one file', () => {
    const saved = named({ ...one, h: tensor('8', [3], { legacy: true, type: 'HalfStorage' }) });
    const file = torchLegacy(saved, {
      8: { bytes: Uint8Array.of(1, 2, 3, 4, 5, 6), size: 2 },
      7: { bytes: float32s(1.5, 2.5), size: 4 },
    });
    const { weights } = readStateDict(file);
    expect(weights.get('w')?.bytes).toEqual(float32s(1.5, 2.5));
    expect(weights.get('h')).toEqual({ dims: [3], type: 'float16', bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  const data = (bytes: Uint8Array, size = 4) => ({ 7: { bytes, size } });
  it.each<[string, Uint8Array, RegExp]>([
    [
      'another count than declared',
      torchLegacy(named(one), data(counting(3))),
      /“7” has 3 numbers instead of 2/,
    ],
    [
      'a storage too many',
      torchLegacy(named(one), { ...data(counting(2)), 9: { bytes: counting(1), size: 4 } }),
      /does not fit its tensors/,
    ],
    ['a storage too few', torchLegacy(named(one), {}), /“w” are missing/],
    [
      'bytes after the last',
      Uint8Array.from([...torchLegacy(named(one), data(counting(2))), 0]),
      /1 bytes follow the last storage/,
    ],
    [
      'one storage of two types',
      torchLegacy(
        named({ ...one, v: tensor('7', [2], { legacy: true, type: 'IntStorage' }) }),
        data(counting(2)),
      ),
      /“7” is of two types or sizes/,
    ],
  ])('%s: damaged', (_, file, message) => expect(() => readStateDict(file)).toThrow(corrupt(message)));
});
