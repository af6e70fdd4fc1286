import { describe, expect, it } from 'vitest';
import { readParam } from './read-param.ts';
import { textBytes } from './test-support.ts';

const ANY = { absent: -1, from: -(2 ** 31), to: 2 ** 31 - 1 };

/** The parameters of the only layer. */
function paramsOf(words: string) {
  return readParam(textBytes(`7767517\n1 1\nInput name 0 1 blob ${words}`))[0]?.params;
}

describe('.param files', () => {
  it('are read line by line, with their numbers', () => {
    const layers = readParam(textBytes('7767517\n2 2\nInput in 0 1 data\nSplit two 1 2 data a b 0=1\n'));
    expect(layers).toMatchObject([
      { type: 'Input', name: 'in', inputs: [], outputs: ['data'], place: { unit: 'line', at: 3 }, index: 0 },
      {
        type: 'Split',
        name: 'two',
        inputs: ['data'],
        outputs: ['a', 'b'],
        place: { unit: 'line', at: 4 },
        index: 1,
      },
    ]);
  });

  it('may have a mark in front, other line ends, empty lines and comments', () => {
    const text =
      '\ufeff# made by hand\r\n\r\n7767517\r\n1 1 # one\r\n\t\r\n  Input\tin   0 1 data 0=4 # four\r\n';
    const [layer] = readParam(textBytes(text));
    expect(layer).toMatchObject({ name: 'in', outputs: ['data'], place: { unit: 'line', at: 6 } });
    expect(layer?.params.int(0, ANY)).toBe(4);
  });

  it('have numbers, lists in both notations, and text', () => {
    const params = paramsOf('0=-3 1=1.5e-2 -23302=3,1,-2,2.5 3=1,2 4="a b" 5=word -23306=0 7=-233 8=.5 9=7,');
    expect(params?.int(0, ANY)).toBe(-3);
    expect(params?.float(1, 0)).toBe(0.015);
    expect(params?.floats(2)).toEqual([1, -2, 2.5]);
    expect(params?.ints(3)).toEqual([1, 2]);
    expect(params?.texts).toEqual([
      { id: 4, text: '"a b"' },
      { id: 5, text: 'word' },
    ]);
    expect([params?.text(4), params?.text(0), params?.text(99)]).toEqual(['"a b"', null, null]);
    expect(params?.ints(6)).toEqual([]);
    expect(params?.int(7, ANY)).toBe(-233);
    expect(params?.float(8, 0)).toBe(0.5);
    expect(params?.ints(9)).toEqual([7]);
    expect(params?.int(10, ANY)).toBe(-1);
  });

  it.each([
    ['', 'line 1'],
    ['7767516\n1 1\nInput a 0 1 b', 'line 1'],
    ['7767517', 'line 2'],
    ['7767517\none 1\n', 'line 2'],
    ['7767517\n-1 1\n', 'line 2'],
    ['7767517\n0 0\n', 'line 2'],
    ['7767517\n1000000 1\n', 'line 2'],
    ['7767517\n4294967297 1\n', 'line 2'],
    ['7767517\n2 2\nInput a 0 1 b\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b\nSplit c 1 1 b d\n', 'line 4'],
    ['7767517\n1 1\nInput a 0\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 -1 b\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 2 b\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 4000000000 b\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b 0\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b 0=1 0=2\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b 32=1\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b -1=1\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b 0=-nan\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b 0=1e999\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b 0=2147483648\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b 0=1,,2\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b -23300=3,1,2\n', 'line 3'],
    ['7767517\n1 1\nInput a 0 1 b -23300=-1\n', 'line 3'],
    [`7767517\n1 1\nInput a 0 1 b ${'x'.repeat(70_000)}\n`, 'line 3'],
  ])('are refused with the line: %j', (text, place) => {
    const read = () => readParam(textBytes(text));
    expect(read).toThrow(expect.objectContaining({ code: 'model-corrupt' }));
    expect(read).toThrow(new RegExp(`, in ${place}\\.$`));
  });

  it.each(['0=nan', '0=inf', '0=1.5', '0="3"', '0=1,2'])('have no whole number in %s', (words) => {
    expect(() => paramsOf(words)?.int(0, ANY)).toThrow(/parameter 0 .* in line 3\.$/);
  });

  it('have whole numbers within their range', () => {
    expect(() => paramsOf('0=5')?.int(0, { absent: 0, from: 1, to: 4 })).toThrow(
      'is 5, not a whole number from 1 to 4',
    );
    expect(paramsOf('0=4')?.int(0, { absent: 0, from: 1, to: 4 })).toBe(4);
    expect(() => paramsOf('1=4')?.int(0, { absent: 0, from: 1, to: 4 })).toThrow(
      'is 0, not a whole number from 1 to 4',
    );
  });
});

/** 32-bit words; those with a point are floats. */
function words(...values: readonly (number | string)[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    if (typeof value === 'string') view.setFloat32(4 * i, Number(value), true);
    else view.setInt32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

describe('.param.bin files', () => {
  const end = -233;

  it('are read word by word', () => {
    const layers = readParam(
      words(7767517, 2, 2, 16, 0, 1, 0, end, 6, 1, 1, 0, 1, 0, 64, 9, 2, -23310, 1, '0.1', 5, '0.5', end),
    );
    expect(layers).toMatchObject([
      { type: 'Input', name: '#0', inputs: [], outputs: ['blob 0'], place: { unit: 'byte', at: 12 } },
      {
        type: 'Convolution',
        name: '#1',
        inputs: ['blob 0'],
        outputs: ['blob 1'],
        place: { unit: 'byte', at: 32 },
      },
    ]);
    expect(layers[1]?.params.int(0, ANY)).toBe(64);
    expect(layers[1]?.params.floats(10)).toEqual([Math.fround(0.1)]);
    expect(layers[1]?.params.float(5, 0)).toBe(0.5);
  });

  it('name the number of a layer that is not known', () => {
    expect(readParam(words(7767517, 1, 1, 999, 0, 1, 0, end))[0]?.type).toBe('layer type 999');
  });

  it.each([
    ['no layers', [7767517], 4],
    ['none declared', [7767517, 0, 0], 4],
    ['too many declared', [7767517, 1_000_000, 1], 4],
    ['fewer layers than declared', [7767517, 2, 1, 16, 0, 1, 0, end], 32],
    ['a negative number of blobs', [7767517, 1, 1, 16, -1, 1, 0, end], 24],
    ['more blobs than bytes', [7767517, 1, 1, 16, 0, 2147483647, 0, end], 24],
    ['no end of the parameters', [7767517, 1, 1, 16, 0, 1, 0, 0, 1], 36],
    ['a parameter beyond the last', [7767517, 1, 1, 16, 0, 1, 0, 32, 1, end], 28],
    ['a parameter twice', [7767517, 1, 1, 16, 0, 1, 0, 0, 1, 0, 1, end], 36],
    ['a list longer than the file', [7767517, 1, 1, 16, 0, 1, 0, -23300, 2147483647, end], 36],
    ['a list of negative length', [7767517, 1, 1, 16, 0, 1, 0, -23300, -5, end], 36],
  ])('are refused with the byte: %s', (_, values, byte) => {
    const read = () => readParam(words(...values));
    expect(read).toThrow(expect.objectContaining({ code: 'model-corrupt', details: { byte } }));
  });
});
