import { describe, expect, it } from 'vitest';
import { runOnProcessor } from '../../../../e2e/fixtures/run-model.ts';
import { TesseraError } from '../../../base/errors.ts';
import { floats, noise } from '../../onnx/test-support.ts';
import { convertNcnn } from './convert-ncnn.ts';
import { binOf, paramOf, textBytes } from './test-support.ts';

const INPUT = 'Input in 0 1 in';
/** To the last blob of a network that is cut short by its fault. */
const NO_BIN = new Uint8Array();

function convert(...lines: readonly string[]) {
  const param = paramOf([INPUT, ...lines]);
  return convertNcnn(param, binOf(param));
}

function errorOf(run: () => unknown): TesseraError {
  try {
    run();
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what an ncnn network is made to', () => {
  it('takes the answer of the usual name, whatever else nobody takes', () => {
    for (const name of ['output', 'out0', 'Eltwise4']) {
      const network = convert(`ReLU a 1 1 in ${name}`, 'Interp b 1 1 in gap0 0=1 1=2.0 2=2.0');
      expect(network.facts.scale, name).toBe(1);
    }
    expect(convert('ReLU a 1 1 in x', 'Interp b 1 1 in y 0=1 1=2.0 2=2.0').facts.scale).toBe(2);
  });

  it('reads the weights of layers that the answer does without, and leaves them out', async () => {
    const lines = [
      'Convolution side 1 1 in side 0=8 1=3 6=216',
      'Convolution main 1 1 in output 0=3 1=3 4=1 6=81',
    ];
    const network = convert(...lines);
    expect(network.onnx.graph.initializers.map(({ name }) => name)).toEqual(['2.weight']);
    const { dims } = await runOnProcessor(network.onnx, { input: floats([1, 3, 5, 7]) });
    expect(dims).toEqual([1, 3, 5, 7]);
  });

  it('says that it came in float16 where one of its weights did', () => {
    expect(convert('Convolution a 1 1 in out 0=3 1=1 6=9').facts.form.precision).toBe('float32');
    const bin = Uint8Array.of(0x47, 0x6b, 0x30, 0x01, ...new Uint8Array(20));
    const param = paramOf([INPUT, 'Convolution a 1 1 in out 0=3 1=1 6=9']);
    expect(convertNcnn(param, bin).facts.form.precision).toBe('float16');
  });

  it('shares what is lost unevenly between both ends, and consumes as much as the larger part', async () => {
    const network = convert('ConvolutionDepthWise a 1 1 in out 0=3 1=4 11=2 6=24 7=3');
    expect(network.facts).toMatchObject({ eatenPx: 2, sizeRule: { minimumPx: 4 } });
    const { dims } = await runOnProcessor(network.onnx, { input: floats([1, 3, 6, 5]) });
    expect(dims).toEqual([1, 3, 6, 5]);
  });

  it('finds out which sizes fit a U whose halves are joined', async () => {
    const u = [
      'Pooling down 1 1 in half 0=0 1=2 2=2 5=1',
      'Pooling again 1 1 half quarter 0=0 1=2 2=2 5=1',
      'Interp up 1 1 quarter whole 0=1 1=4.0 2=4.0',
      'BinaryOp sum 2 1 whole in out 0=0',
    ];
    const network = convert(...u);
    expect(network.facts.sizeRule).toEqual({ multipleOf: 4, minimumPx: 4, fixed: null });
    await expect(runOnProcessor(network.onnx, { input: floats([1, 3, 6, 8]) })).rejects.toThrow();
    expect((await runOnProcessor(network.onnx, { input: floats([1, 3, 4, 8]) })).dims).toEqual([1, 3, 4, 8]);
  });

  it('knows how short a mirrored side may be', () => {
    const lines = ['Padding pad 1 1 in wide 0=4 1=4 2=4 3=4 4=2', 'Crop cut 1 1 wide out 0=4 1=4 6=4 7=4'];
    expect(convert(...lines).facts.sizeRule).toEqual({ multipleOf: 1, minimumPx: 5, fixed: null });
  });

  it('adds the picture to no other network that ends in a shuffle', () => {
    const network = convert(
      'Pooling pool 1 1 in mean 0=1 4=1',
      'Convolution a 1 1 in x 0=48 1=39 6=219024',
      'Convolution b 1 1 mean y 0=48 1=1 6=144',
      'BinaryOp c 2 1 x y z 0=2',
      'PixelShuffle d 1 1 z out 0=4',
    );
    expect(network.facts).toMatchObject({ scale: 4, eatenPx: 19, dependsOnTileSize: true });
    expect(network.onnx.graph.nodes.map(({ opType }) => opType)).not.toContain('Resize');
  });
});

describe('what is not converted', () => {
  it.each([
    ['a layer that is not known', ['LSTM rnn 1 1 in out'], 'Layer “rnn” (LSTM, line 4) is of a kind'],
    ['pnnx', ['nn.Conv2d conv 1 1 in out'], 'Layer “conv” (nn.Conv2d, line 4)'],
    ['an activation that is not known', ['Convolution a 1 1 in out 0=3 1=1 6=9 9=99'], 'kind 99'],
    ['an operation that is not known', ['UnaryOp a 1 1 in out 0=99'], 'operation 99'],
    [
      'channels that nobody knows',
      ['Convolution a 1 1 in out 0=3 1=3 6=459'],
      'takes 17 channels where a picture has 3.',
    ],
    ['grey', ['Convolution a 1 1 in out 0=3 1=3 6=27'], 'takes 1 channels where a picture has 3'],
    ['8 bits', ['Convolution a 1 1 in out 0=3 1=1 6=9 8=1'], 'has weights of 8 bits'],
    ['weights that are an input', ['Convolution a 2 1 in in out 0=3 1=1 19=1'], 'parameter 19'],
    [
      'a formula for a size',
      ['Crop a 1 1 in out 19="1" 20="-(0,1)"'],
      '(Crop, line 4) has a size that is written as a formula: "1".',
    ],
    [
      'a formula that is no multiple',
      ['Interp a 1 1 in out 0=2 5=1 9="-(0w,1),0h"'],
      '(Interp, line 4) resamples to a size that is no whole multiple: "-(0w,1),0h".',
    ],
    ['the size of another blob', ['Interp a 2 1 in in out 0=2 5=1'], 'resamples to a size'],
    ['paddings for each channel', ['Padding a 1 1 in out 0=1 6=3'], 'pads channels'],
    ['four sides', ['MemoryData m 0 1 m 0=2 1=2 2=3 11=2', 'BinaryOp a 2 1 in m out'], 'four sides'],
    ['a size instead of a factor', ['Interp a 1 1 in out 0=2 3=100 4=100'], 'resamples to a size'],
    ['a size of the picture', ['Crop a 1 1 in out 3=10 4=10'], 'whatever its size'],
    ['a shape for one picture', ['Reshape a 1 1 in out 0=48 1=48 2=3'], 'one size of picture'],
    ['rows and columns as one side', ['Reshape a 1 1 in flat 0=-1 1=3'], 'one side of rows and columns'],
    [
      'a sum over rows and columns',
      ['Permute a 1 1 in turned 0=1', 'BinaryOp b 2 1 in turned out 0=0'],
      'mixes rows with columns',
    ],
    ['pooling to a size', ['Pooling a 1 1 in out 7=1 8=7'], 'pools to 7×7 pixels'],
  ])('%s', (_, lines, words) => {
    const error = errorOf(() => convert(...lines));
    expect(error).toMatchObject({ code: 'model-unsupported' });
    expect(error.message).toContain(words);
    expect(error.nextStep).not.toBe('');
  });

  it('says which of pnnx’s files to take', () => {
    expect(errorOf(() => convert('nn.Conv2d conv 1 1 in out')).nextStep).toContain('.ncnn.param');
  });

  it.each([
    ['two pictures', ['Input other 0 1 other', 'BinaryOp a 2 1 in other out 0=0'], 'takes 2 pictures'],
    ['none', ['MemoryData a 0 1 a 0=1', 'ReLU b 1 1 a out'], 'takes 0 pictures'],
  ])('%s', (_, lines, words) => {
    expect(errorOf(() => convert(...lines))).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining(words),
    });
  });

  it.each([
    ['a classifier', ['Pooling a 1 1 in out 0=1 4=1'], '1 sides instead of three'],
    ['features', ['Convolution a 1 1 in out 0=8 1=3 4=1 6=216'], '8 channels instead of 3'],
    ['a smaller picture', ['Pooling a 1 1 in out 0=0 1=2 2=2'], 'enlarged by a whole number'],
    ['one that is larger at its edges', ['Padding a 1 1 in out 0=2 1=2 2=2 3=2'], '4 pixels larger'],
    ['one of half a size', ['Interp a 1 1 in out 0=1 1=1.5 2=1.5'], 'enlarged by a whole number'],
    ['one of two scales', ['Interp a 1 1 in out 0=1 1=2.0 2=3.0'], 'enlarged by a whole number'],
    ['one that lies on its side', ['Permute a 1 1 in out 0=1'], 'does not follow'],
    [
      'one of a fixed size',
      ['MemoryData m 0 1 m 0=4 1=4 2=3', 'BinaryOp a 2 1 in m out 0=0'],
      'enlarged by a whole number',
    ],
  ])('%s', (_, lines, words) => {
    expect(errorOf(() => convert(...lines))).toMatchObject({
      code: 'model-unsuitable',
      message: expect.stringContaining(words),
    });
  });
});

describe('what is broken', () => {
  it.each([
    ['a circle', ['Split a 1 2 y x z', 'ReLU b 1 1 x y', 'ReLU c 1 1 in out'], 4],
    ['a blob before it is made', ['ReLU a 1 1 x out', 'ReLU b 1 1 in x'], 4],
    ['a blob made twice', ['ReLU a 1 1 in x', 'ReLU b 1 1 in x'], 5],
    ['no answer', [], 3],
    ['a layer without result', ['ReLU a 1 1 in x', 'ReLU b 1 0 x'], 5],
    ['too many inputs', ['ReLU a 2 1 in in out'], 4],
    ['too few inputs', ['BinaryOp a 1 1 in out 0=0'], 4],
    ['a kernel of no size', ['Convolution a 1 1 in out 0=3 6=9'], 4],
    ['a negative kernel', ['Convolution a 1 1 in out 0=3 1=-3 6=9'], 4],
    ['a negative number of channels', ['Convolution a 1 1 in out 0=-3 1=3 6=81'], 4],
    ['a stride of 0', ['Convolution a 1 1 in out 0=3 1=3 3=0 6=81'], 4],
    ['no weights', ['Convolution a 1 1 in out 0=3 1=3'], 4],
    ['weights that do not divide', ['Convolution a 1 1 in out 0=3 1=3 6=82'], 4],
    ['groups that do not divide', ['ConvolutionDepthWise a 1 1 in out 0=4 1=3 6=54 7=3'], 4],
    ['a slope that is no number', ['ReLU a 1 1 in out 0=nan'], 4],
    ['other channels than made', ['Concat a 2 1 in in x', 'Convolution b 1 1 x out 0=3 1=1 6=9'], 5],
    ['channels that do not shuffle', ['PixelShuffle a 1 1 in out 0=2'], 4],
    ['slices that do not fit', ['Slice a 1 2 in x out -23300=2,1,1'], 4],
    ['a side that is not there', ['Concat a 2 1 in in out 0=3'], 4],
    ['a factor of 0', ['Interp a 1 1 in out 0=1 1=0.0 2=2.0'], 4],
    ['a padding below 0', ['Padding a 1 1 in out 0=-1'], 4],
    ['vectors of two lengths', ['MemoryData m 0 1 m 0=2', 'BinaryOp a 2 1 in m out 0=0'], 5],
    [
      'a window wider than all there is',
      ['MemoryData m 0 1 m 0=2 1=2 2=3', 'Pooling a 1 1 m x 1=3 5=1', 'BinaryOp b 2 1 in x out'],
      5,
    ],
  ])('%s', (_, lines, line) => {
    const error = errorOf(() => convert(...lines));
    expect(error).toMatchObject({ code: 'model-corrupt', details: { line } });
  });

  it('weights of 2³¹ values', () => {
    const text = (size: string) => `7767517\n2 2\n${INPUT}\nConvolution a 1 1 in out 0=3 1=1 6=${size}\n`;
    for (const size of ['2147483648', '2147483647', '-1'])
      expect(errorOf(() => convertNcnn(textBytes(text(size)), NO_BIN)).details).toEqual({ line: 4 });
    expect(errorOf(() => convertNcnn(textBytes(text('1073741824')), new Uint8Array(64)))).toMatchObject({
      code: 'model-unsupported',
      details: { offset: 4, bytes: 64 },
    });
  });

  it('a file of weights that is too short or too long, by any number of bytes', () => {
    const param = paramOf([INPUT, 'Convolution a 1 1 in x 0=3 1=1 6=9', 'PReLU b 1 1 x out 0=3']);
    const bin = binOf(param);
    for (const length of [0, 1, 3, 4, 39, 40, bin.length - 4, bin.length - 1])
      expect(errorOf(() => convertNcnn(param, bin.subarray(0, length))).code, `${length}`).toBe(
        'model-unsupported',
      );
    for (const more of [1, 4, 100])
      expect(
        errorOf(() => convertNcnn(param, Uint8Array.from([...bin, ...new Uint8Array(more)]))).message,
      ).toContain(`take ${bin.length} bytes and the file has ${bin.length + more}`);
    expect(convertNcnn(param, bin).facts.scale).toBe(1);
  });
});

describe('what was changed by chance', () => {
  const LINES = [
    'Convolution a 1 1 in x 0=4 1=3 5=1 6=108 9=2 -23310=1,0.1',
    'Split b 1 2 x y z',
    'Pooling c 1 1 z p 0=1 4=1',
    'InnerProduct d 1 1 p q 0=4 1=1 2=16 9=4',
    'BinaryOp e 2 1 y q r 0=2',
    'Crop f 1 1 r s -23309=2,1,1 -23310=2,-1,-1 -23311=2,-2,-1',
    'Slice g 1 2 s t u -23300=2,1,-233',
    'Concat h 2 1 t u v 0=0',
    'Reshape i 1 1 v w 0=0 1=0 2=-1',
    'Deconvolution j 1 1 w out 0=3 1=4 3=2 4=3 5=1 6=192',
  ];

  it('gives a network, or an error with a code', () => {
    const param = paramOf([INPUT, ...LINES]);
    const bin = binOf(param);
    const counts = new Map<string, number>();
    const pick = inTurnOf(noise(20_000, 0.5, 11).map((value) => value + 0.5));
    for (let i = 0; i < 2000; i++) {
      const changed = param.slice();
      for (let n = Math.floor(pick() * 3); n >= 0; n--)
        changed[Math.floor(pick() * param.length)] =
          pick() < 0.7 ? 32 + Math.floor(pick() * 64) : pick() * 255;
      const code = codeOf(() => convertNcnn(changed, bin));
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    expect([...counts.keys()].filter((code) => code !== 'none' && !code.startsWith('model-'))).toEqual([]);
    expect(counts.get('none')).toBeGreaterThan(20);
    expect(counts.get('model-corrupt')).toBeGreaterThan(200);
    expect(counts.get('model-unsupported')).toBeGreaterThan(20);
  });

  function inTurnOf(values: readonly number[]): () => number {
    let next = 0;
    return () => values[next++ % values.length] as number;
  }
});

/** `none` where nothing is thrown; what is no error of ours is thrown on. */
function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    if (error instanceof TesseraError) return error.code;
    throw error;
  }
}

describe('what would take too long', () => {
  /** Of the processor's time: the clock on the wall also counts what else the machine does. */
  const LIMIT_MS = 1000;

  /** `count` layers in a row. */
  function chain(count: number, line: (i: number) => string): Uint8Array<ArrayBuffer> {
    return paramOf([
      INPUT,
      ...Array.from({ length: count }, (_, i) => line(i).replace('@', `${i ? `b${i - 1}` : 'in'} b${i}`)),
    ]);
  }

  function timed(param: Uint8Array): { readonly error: string; readonly ms: number } {
    const start = process.cpuUsage();
    const error = codeOf(() => convertNcnn(param, NO_BIN));
    const { user, system } = process.cpuUsage(start);
    return { error, ms: (user + system) / 1000 };
  }

  it.each([
    ['a million layers', () => chain(1_000_000, (i) => `ReLU ${i} 1 1 @`), 'model-corrupt'],
    ['as many as are read', () => chain(9_999, (i) => `ReLU ${i} 1 1 @`), 'none'],
    ['as many that change the size', () => chain(9_999, (i) => `Pooling ${i} 1 1 @ 1=3 3=1`), 'none'],
    ['halved again and again', () => chain(9_999, (i) => `Pooling ${i} 1 1 @ 1=2 2=2`), 'model-unsuitable'],
    [
      'halved as often as is followed, then many more',
      () => chain(9_999, (i) => `Pooling ${i} 1 1 @ 1=${i < 7 ? '2 2=2' : '3 3=1'}`),
      'model-unsuitable',
    ],
    [
      'doubled again and again',
      () => chain(9_999, (i) => `Interp ${i} 1 1 @ 0=1 1=2.0 2=2.0`),
      'model-unsuitable',
    ],
    [
      'channels doubled again and again',
      () => chain(100, (i) => `Concat ${i} 2 1 ${i ? `b${i - 1}` : 'in'} @`),
      'model-corrupt',
    ],
    [
      'a sum of more than can be named',
      () => chain(20, (i) => `Eltwise ${i} 12000 1 ${'in '.repeat(11_999)} @ 0=1`),
      'model-corrupt',
    ],
    ['17 million empty lines', () => textBytes(`7767517\n1 1\n${'\n'.repeat(17_000_000)}`), 'model-corrupt'],
    [
      'one line of a million words',
      () => textBytes(`7767517\n1 1\n${'"a '.repeat(1_000_000)}`),
      'model-corrupt',
    ],
  ])('%s', { timeout: 60_000 }, (_, make, code) => {
    const { error, ms } = timed(make());
    expect(error).toBe(code);
    expect(ms).toBeLessThan(LIMIT_MS);
  });
});
