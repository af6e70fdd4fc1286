import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../base/errors.ts';
import { PickleCursor } from './pickle-cursor.ts';
import { nameOfOtherOpcode, Opcode } from './pickle-opcodes.ts';
import type { PickleValue } from './pickle-values.ts';
import { bytesOf, instructions, named, type Py, pickled, tensor } from './test-support.ts';
import { storageOfId } from './torch-storage.ts';
import { unpickle } from './unpickle.ts';

const read = (bytes: readonly number[] | Uint8Array): PickleValue =>
  unpickle(new PickleCursor(Uint8Array.from(bytes)), storageOfId);
const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
const STOP = ascii('.');
const says = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

const call = (module: string, name: string, ...args: readonly Py[]): Py => ({
  call: { global: [module, name] },
  args,
});

const LONG: PickleValue = { kind: 'opaque', name: 'a number above 2⁵³', because: null };

describe('values', () => {
  it.each<[string, readonly number[], PickleValue]>([
    ['None', ascii('N'), null],
    ['a byte', ascii('K\xff'), 255],
    ['two bytes', ascii('M\x34\x12'), 0x1234],
    ['four bytes, negative', ascii('J\xfe\xff\xff\xff'), -2],
    ['LONG1 of nothing', [0x8a, 0], 0],
    ['LONG1, negative', [0x8a, 2, 0x00, 0x80], -32768],
    ['LONG1 of 2⁵³ − 1', [0x8a, 8, ...bytesOf(2 ** 53 - 1)], 2 ** 53 - 1],
    ['LONG1 of 2⁵³', [0x8a, 8, ...bytesOf(2 ** 53)], LONG],
    ['LONG4', [0x8b, 1, 0, 0, 0, 7], 7],
    ['a float', ascii('G\x3f\xf8\0\0\0\0\0\0'), 1.5],
    ['a text', [...ascii('X'), 2, 0, 0, 0, 0xc3, 0xa9], 'é'],
    ['a short text', [0x8c, 1, 0x61], 'a'],
    ['a text with eight bytes of length', [0x8d, ...bytesOf(1), 0x61], 'a'],
    ['a text of Python 2', ascii('U\x01a'), 'a'],
    ['a tuple of one', [...ascii('K\x01'), 0x85], [1]],
    ['a tuple of three', [...ascii('K\x01K\x02K\x03'), 0x87], [1, 2, 3]],
    ['a dict in pieces', ascii('}K\x01K\x02sK\x01K\x03s'), new Map([[1, 3]])],
    [
      'kept and fetched',
      ascii(']q\x05h\x05\x86'),
      [
        { kind: 'list', items: [] },
        { kind: 'list', items: [] },
      ],
    ],
    ['dropped', ascii('K\x010N'), null],
  ])('%s', (_, bytes, value) => expect(read([...bytes, ...STOP])).toEqual(value));

  it('a long text is the same as a short one', () => {
    const text = 'ä'.repeat(1000);
    expect(read(pickled(text))).toBe(text);
  });

  it("an OrderedDict of Python 2's, which has its items as a list of pairs", () =>
    expect(
      read(pickled(call('collections', 'OrderedDict', { list: [{ list: ['a', 1] }, { tuple: ['b', 2] }] }))),
    ).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ));

  it('the fourth protocol: frames, short names, memo without numbers', () => {
    const text = (value: string) => [0x8c, value.length, ...ascii(value), 0x94];
    const body = [...text('collections'), ...text('OrderedDict'), 0x93, 0x94, ...ascii(')R'), 0x94];
    const rest = [...ascii('('), ...text('k'), ...ascii('h\x01u'), ...STOP];
    expect(read([0x80, 4, 0x95, ...bytesOf(body.length + rest.length), ...body, ...rest])).toEqual(
      new Map([['k', 'OrderedDict']]),
    );
  });

  it('a tensor is what it says, and its hooks are not looked at', () =>
    expect(read(pickled(tensor('3', [2, 5], { offset: 4, strides: [1, 2], elements: 40 })))).toEqual({
      kind: 'tensor',
      storage: {
        kind: 'storage',
        of: { kind: 'storage-type', name: 'torch.FloatStorage', type: 'float32' },
        key: '3',
        elements: 40,
      },
      offset: 4,
      dims: [2, 5],
      strides: [1, 2],
    }));
});

describe('what training leaves beside the weights is read over', () => {
  const namespace: Py = {
    object: { global: ['argparse', 'Namespace'] },
    state: named({ lr: 0.1, path: call('pathlib', 'PosixPath', '/', 'tmp') }),
  };
  it.each<[string, Py]>([
    [
      'a scalar of NumPy',
      call('numpy.core.multiarray', 'scalar', call('numpy', 'dtype', 'f8', false, true), 'x'),
    ],
    ['a namespace', namespace],
    [
      'a class of a framework',
      { object: { global: ['pytorch_lightning.callbacks', 'Timer'] }, state: named({}) },
    ],
    ['a type', { global: ['torch', 'float16'] }],
    ['a date', call('datetime', 'datetime', 'x')],
    ['a set', { raw: [0x8f, ...ascii('(K\x01'), 0x90] }],
    ['a frozen set', { raw: [...ascii('(K\x01'), 0x91] }],
    ['bytes', { raw: [...ascii('C\x02\xff\xff')] }],
  ])('%s', (_, value) => {
    const saved = read(pickled(named({ state_dict: named({ w: tensor('0', [2]) }), beside: value }))) as Map<
      string,
      PickleValue
    >;
    expect(saved.get('beside')).toMatchObject({ kind: 'opaque' });
    expect(saved.get('state_dict')).toBeInstanceOf(Map);
  });

  it('a default dict has its items', () =>
    expect(read(pickled(call('collections', 'defaultdict', { global: ['builtins', 'list'] })))).toEqual(
      new Map(),
    ));
});

describe('hostile names: refused by name, and nothing runs', () => {
  it.each<[string, Py, RegExp]>([
    ['a call', call('os', 'system', 'echo x'), /wants to call “os\.system” \(at byte \d+\)/],
    ['a call, as Python pickles it', call('posix', 'system', 'echo x'), /wants to call “posix\.system”/],
    [
      'within harmless data',
      named({ a: call('argparse', 'Namespace', call('builtins', 'eval', '1')) }),
      /call “builtins\.eval”/,
    ],
    [
      'as an argument of a harmless call',
      call('numpy', 'dtype', { global: ['os', 'system'] }),
      /refers to “os\.system”/,
    ],
    [
      'as the state of a harmless object',
      { object: { global: ['argparse', 'Namespace'] }, state: { global: ['os', 'system'] } },
      /refers to “os\.system”/,
    ],
    ['in a list', { list: [{ global: ['subprocess', 'Popen'] }] }, /refers to “subprocess\.Popen”/],
    ['in a dict', named({ a: { global: ['subprocess', 'Popen'] } }), /refers to “subprocess\.Popen”/],
    ['alone', { global: ['nt', 'system'] }, /refers to “nt\.system”/],
    [
      'an object of a class',
      { object: { global: ['__main__', 'Net'] }, state: named({}) },
      /an object of the class “__main__\.Net”.*whole network/,
    ],
    ['through a framework', call('omegaconf', 'os.system', 'x'), /call “omegaconf\.os\.system”/],
    [
      'through a module of torch',
      call('torch.optim', 'sgd.os.system', 'x'),
      /call “torch\.optim\.sgd\.os\.system”/,
    ],
    ['another rebuilder', call('torch.hub', 'load', 'x'), /call “torch\.hub\.load”/],
    ['a name of JavaScript', call('__proto__', 'constructor'), /call “__proto__\.constructor”/],
    ['getattr', call('builtins', 'getattr', 1), /call “builtins\.getattr”/],
    [
      'with line breaks',
      { raw: [0x8c, 4, ...ascii('a\n\r\t'), 0x8c, 1, ...ascii('b'), 0x93, ...ascii(')R')] },
      /call “a\uFFFD{3}\.b”/,
    ],
  ])('%s', (_, value, message) =>
    expect(() => read(pickled(value))).toThrow(says('model-unsupported', message)),
  );

  it('the details hold the name', () =>
    expect(() => read(pickled(call('os', 'system', 'x')))).toThrow(
      expect.objectContaining({ details: { name: 'os.system', offset: expect.any(Number) } }),
    ));
});

describe('instructions', () => {
  const known: ReadonlySet<number> = new Set(Object.values(Opcode));
  it('of other writers are named, the rest are no instructions', () => {
    for (let code = 0; code < 256; code++) {
      if (known.has(code)) continue;
      const name = nameOfOtherOpcode(code);
      const message = name
        ? new RegExp(`instruction ${name} \\(0x.*at byte 2`)
        : /0x[0-9a-f]{2} is no instruction/;
      const expected = says(name ? 'model-unsupported' : 'model-corrupt', message);
      expect(() => read([0x80, 2, code])).toThrow(expected);
    }
  });

  it.each<[string, readonly number[], RegExp]>([
    ['nothing', [], /1 bytes are needed and 0 are left, at byte 0/],
    ['an end without a value', STOP, /lacks its values/],
    ['an end with two', ascii('NN.'), /ends in the middle/],
    ['an end within a mark', ascii('(N.'), /ends in the middle/],
    ['a tuple without its mark', ascii('Nt.'), /lacks its mark/],
    ['values from below a mark', ascii('N(0.'), /lacks its values/],
    ['items without a value', ascii('}(Nu.'), /has no value/],
    ['items of a number', ascii('K\x01(NNu.'), /Setting items of a number makes no sense/],
    ['appending to a tuple', ascii(')Na.'), /Appending to a tuple/],
    ['attributes of a number', ascii('K\x01}b.'), /Attributes of a number/],
    ['a call of a number', ascii('K\x01)R.'), /a number cannot be called/],
    ['a call with a list', ascii('ccollections\nOrderedDict\n]R.'), /A call with a list/],
    ['a kept value that is not', ascii('h\x07.'), /nothing was kept as number 7/],
    ['a text that is none', ascii('X\x01\0\0\0\xff.'), /not in UTF-8/],
    [
      'a text longer than the file',
      ascii('X\xff\xff\xff\xff.'),
      /4294967295 bytes are needed and 1 are left/,
    ],
    ['a text of 2⁶³ bytes', [0x8d, ...bytesOf(2n ** 63n)], /92233720368547\d+ is no length/],
    ['bytes longer than the file', [0x8e, ...bytesOf(2 ** 52)], /4503599627370496 bytes are needed/],
    [
      'a number of gigabytes',
      [0x8b, 0xff, 0xff, 0xff, 0x7f, 1],
      /2147483647 bytes are needed and 1 are left/,
    ],
    ['a name without an end', [...ascii('cos'), ...STOP], /does not end within 1024/],
    ['a name that is a number', [...ascii('K\x01K\x02'), 0x93], /name of Python is no text/],
    ['an id that is none', ascii('NQ.'), /refers to None instead of a storage/],
  ])('%s: damaged', (_, bytes, message) => expect(() => read(bytes)).toThrow(says('model-corrupt', message)));

  it.each<[string, Py, RegExp]>([
    ['without a storage', call('torch._utils', '_rebuild_tensor_v2', 1), /no storage/],
    ['with a negative side', tensor('0', [-1], { elements: 1 }), /-1 is no size or place/],
    ['with half a side', tensor('0', [1.5], { elements: 1 }), /1\.5 is no size/],
    ['with a side of 2⁶⁰', tensor('0', [2 ** 60], { elements: 1 }), /a number above 2⁵³ is no size/],
    ['with fewer strides than sides', tensor('0', [1, 2], { strides: [1] }), /2 sides and 1 strides/],
    ['with more sides than there are', tensor('0', new Array(65).fill(1)), /65 sides; 64 is the most/],
  ])('a tensor %s: damaged', (_, value, message) =>
    expect(() => read(pickled(value))).toThrow(says('model-corrupt', message)),
  );

  it('protocol 6 is not known', () =>
    expect(() => read([0x80, 6])).toThrow(says('model-unsupported', /protocol 6/)));
});

describe('bombs end early', () => {
  /** @param count of the piece */
  const many = (piece: readonly number[], count: number) => {
    const bytes = new Uint8Array(piece.length * count);
    for (let i = 0; i < bytes.length; i++) bytes[i] = piece[i % piece.length] as number;
    return bytes;
  };
  const MILLIONS = 6_000_000;
  it.each<[string, Uint8Array, RegExp]>([
    ['marks without end', many(ascii('('), MILLIONS), /more than 65536 marks/],
    ['values without end', many(ascii('N'), MILLIONS), /more than 65536 values on its stack/],
    ['lists in lists', many(ascii(']'), MILLIONS), /more than 65536 values/],
    ['dicts, dropped again', many(ascii('}0'), MILLIONS), /more than 262144 dicts, lists and tuples/],
    [
      'tuples in tuples',
      Uint8Array.from([...ascii('N'), ...many([0x85], 300_000)]),
      /more than 262144 dicts/,
    ],
    [
      'tuples of tuples, doubled',
      Uint8Array.from([...ascii('N'), ...many([0x94, 0x6a, 0, 0, 0, 0, 0x86], 300_000)]),
      /more than 262144 dicts/,
    ],
    ['kept values without end', many([0x4e, 0x94, 0x30], MILLIONS), /1048576 instructions/],
    [
      'a kept value of a high number',
      Uint8Array.from([0x4e, 0x72, 255, 255, 255, 255]),
      /more than 524288 kept/,
    ],
    ['instructions without end', many(ascii('N0'), MILLIONS), /more than 1048576 instructions/],
    ['texts without end', many([0x8c, 1, 0x61, 0x30], MILLIONS), /more than 1048576 instructions/],
    ['names without end', many(ascii('cos\nsystem\n0'), 2_000_000), /more than 16384 names of Python/],
    [
      'long numbers without end',
      many([0x8a, 255, ...new Array(255).fill(7), 0x94, 0x30], 400_000),
      /more than 1048576 instructions/,
    ],
    [
      'longer texts without end',
      many([0x8c, 16, ...ascii('abcdefghijklmnop'), 0x94, 0x30], 1_000_000),
      /more than 1048576 instructions/,
    ],
  ])('%s', (_, bytes, message) => {
    const started = process.cpuUsage();
    expect(() => read(bytes)).toThrow(says('model-unsupported', message));
    // The processor's time, which other work on the machine hardly touches. Each takes under half a second.
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(2);
  });

  it('a list that holds itself is a value', () =>
    expect(read(ascii(']q\0h\0a.'))).toMatchObject({ kind: 'list', items: [expect.anything()] }));
});

describe('random bytes', () => {
  const codes = [...Object.values(Opcode), ...instructions(tensor('0', [2]))];
  const attempt = (bytes: readonly number[]) => {
    try {
      read(bytes);
    } catch (error) {
      if (!(error instanceof TesseraError)) throw error;
      expect(['model-corrupt', 'model-unsupported']).toContain(error.code);
    }
  };
  it('never crash the reader', () => {
    fc.assert(fc.property(fc.array(fc.nat(255), { maxLength: 60 }), attempt), { seed: 1, numRuns: 3000 });
    fc.assert(fc.property(fc.array(fc.constantFrom(...codes), { maxLength: 60 }), attempt), {
      seed: 1,
      numRuns: 10_000,
    });
  });
});
