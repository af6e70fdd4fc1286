import { describe, expect, it } from 'vitest';
import { mayBeNcnnBin, ncnnParamKind, type PairableFile, pairNcnn } from './ncnn-kind.ts';
import { textBytes } from './test-support.ts';

const PARAM = textBytes('7767517\n1 1\nInput in 0 1 data\n');
const BIN = Uint8Array.of(0x47, 0x6b, 0x30, 0x01, 0, 0, 0, 0);

const param = (name: string) => ({ name, bytes: PARAM, size: PARAM.length });
const bin = (name: string) => ({ name, bytes: BIN, size: BIN.length });
/** Names of pairs. */
const pairs = (...files: readonly PairableFile[]) =>
  pairNcnn(files).map(({ param: one, bin: other }) => `${one.name} + ${other.name}`);

describe('what a file is', () => {
  it.each([
    ['a text', '7767517\n1 1\n', 'text'],
    ['a text with a mark, a comment and other line ends', '\ufeff# x\r\n\r\n 7767517 \r\n', 'text'],
    ['another number', '77675170\n', null],
    ['nothing', '', null],
    ['JSON', '{"7767517": 1}', null],
  ])('%s', (_, text, kind) => expect(ncnnParamKind(textBytes(text))).toBe(kind));

  it('tells the binary twin', () => {
    const bytes = new Uint8Array(Int32Array.of(7767517, 1, 1).buffer);
    expect([ncnnParamKind(bytes), mayBeNcnnBin(bytes)]).toEqual(['binary', false]);
  });

  it.each([
    [BIN, true],
    [Uint8Array.of(0x56, 0xc0, 0x02, 0x00, 0, 0, 0, 0), true],
    [new Uint8Array(8), true],
    [Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0), false],
    [BIN.subarray(0, 7), false],
    [BIN.subarray(0, 4), false],
    [new Uint8Array(), false],
    [PARAM, false],
  ])('%s may be weights: %s', (bytes, is) => expect(mayBeNcnnBin(bytes)).toBe(is));
});

describe('which files belong together', () => {
  it('those of one name', () => {
    expect(pairs(bin('b.bin'), param('A.param'), bin('a.BIN'), param('b.param'))).toEqual([
      'A.param + a.BIN',
      'b.param + b.bin',
    ]);
    expect(pairs(param('x.ncnn.param'), bin('x.ncnn.bin'))).toEqual(['x.ncnn.param + x.ncnn.bin']);
  });

  it('a binary .param.bin with the .bin of its name', () => {
    const binary = {
      name: 'x.param.bin',
      bytes: new Uint8Array(Int32Array.of(7767517, 1, 1).buffer),
      size: 12,
    };
    expect(pairs(binary, bin('x.bin'))).toEqual(['x.param.bin + x.bin']);
  });

  it('two of different names, when there is one of each', () => {
    expect(pairs(param('animevideov3-x2.param'), bin('animevideov3-x4.bin'))).toEqual([
      'animevideov3-x2.param + animevideov3-x4.bin',
    ]);
    expect(pairs(param('a.param'), bin('a.bin'), param('b.param'), bin('c.bin'))).toEqual([
      'a.param + a.bin',
      'b.param + c.bin',
    ]);
  });

  it('several texts with the only weights', () => {
    expect(pairs(param('x2.param'), param('x4.param'), bin('x4.bin'))).toEqual([
      'x2.param + x4.bin',
      'x4.param + x4.bin',
    ]);
  });

  describe('several of one name', () => {
    /** A text whose weights are so many, and a bias of 4 floats. */
    const convolution = (weights: number) =>
      textBytes(`7767517\n2 2\nInput in 0 1 data\nConvolution c 1 1 data out 0=4 1=1 5=1 6=${weights}\n`);
    const text = (weights: number) => ({ name: 'x.param', bytes: convolution(weights), size: 100 });
    const weights = (size: number) => ({ ...bin('x.bin'), size });
    const sizes = (...files: readonly PairableFile[]) =>
      pairNcnn(files).map(({ param: one, bin: other }) => [files.indexOf(one), other.size]);
    const floats = (count: number) => 4 + 4 * count + 16;

    it('by whether their sizes fit, in any order', () => {
      const [small, large] = [weights(floats(1000)), weights(floats(9000))];
      expect(sizes(text(1000), text(9000), large, small)).toEqual([
        [0, small.size],
        [1, large.size],
      ]);
      expect(sizes(large, small, text(9000), text(1000))).toEqual([
        [2, large.size],
        [3, small.size],
      ]);
    });
    it.each([
      ['halves', 4 + 2 * 9000 + 16],
      ['a table', 4 + 1024 + 9000 + 16],
    ])('also as %s', (_, size) => {
      expect(sizes(weights(floats(1000)), text(9000), weights(size))).toEqual([[1, size]]);
    });
    it('one that fits only some goes where it is needed', () => {
      const [both, other] = [weights(floats(2000)), weights(floats(3000))];
      // A quarter to all of 4 bytes for each weight: the first fits both texts, the second only the larger one.
      expect(sizes(text(3000), text(2000), both, other)).toEqual([
        [0, other.size],
        [1, both.size],
      ]);
    });
    it('in their order where sizes do not tell', () => {
      const [one, two] = [weights(floats(1000)), { ...weights(floats(1000)), name: 'X.bin' }];
      const given: PairableFile[] = [text(1000), text(1000), one, two];
      expect(pairNcnn(given).map(({ bin: other }) => given.indexOf(other))).toEqual([2, 3]);
      const unreadable = [param('x.param'), param('x.param'), weights(8), weights(9)];
      expect(pairNcnn(unreadable).map(({ bin: other }) => other.size)).toEqual([8, 9]);
    });
    it('two texts share the only weights', () => {
      const one = weights(floats(1000));
      expect(sizes(text(1000), text(1000), one)).toEqual([
        [0, one.size],
        [1, one.size],
      ]);
    });
  });

  it('none where it cannot be told', () => {
    expect(pairs(param('a.param'), bin('b.bin'), bin('c.bin'))).toEqual([]);
    expect(pairs(param('a.param'))).toEqual([]);
    expect(pairs(bin('a.bin'))).toEqual([]);
  });

  it('weights that look like nothing, by their ending', () => {
    const odd = { name: 'a.bin', bytes: Uint8Array.of(1, 2, 3, 4, 5), size: 5 };
    expect(pairs(param('a.param'), odd, { ...odd, name: 'photo.png' })).toEqual(['a.param + a.bin']);
  });

  it('a half that waits with one of its name, and with no other', () => {
    const meets = (given: readonly string[], waiting: readonly string[]) => {
      const file = (name: string) => (name.endsWith('.bin') ? bin(name) : param(name));
      const found = pairNcnn(given.map(file), waiting.map(file));
      return found.map(({ param: one, bin: other }) => `${one.name} + ${other.name}`);
    };
    expect(meets(['a.bin'], ['b.param', 'A.param'])).toEqual(['A.param + a.bin']);
    expect(meets(['a.param'], ['b.bin', 'a.bin'])).toEqual(['a.param + a.bin']);
    expect(meets(['a.bin'], ['b.param'])).toEqual([]);
    expect(meets([], ['a.bin', 'a.param']), 'nothing is new').toEqual([]);
    expect(meets(['c.param', 'a.bin'], ['a.param']), 'the only weights are spoken for').toEqual([
      'a.param + a.bin',
    ]);
    expect(meets(['c.param', 'd.bin'], ['a.param', 'c.bin'])).toEqual(['c.param + c.bin']);
    expect(meets(['a.param', 'a.bin'], ['a.param', 'a.bin']), 'what came again counts').toEqual([
      'a.param + a.bin',
    ]);
    expect(meets(['x2.param', 'x4.bin'], ['x4.param'])).toEqual(['x4.param + x4.bin']);
  });
});
