import { describe, expect, it } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../../e2e/fixtures/run-model.ts';
import { TesseraError } from '../../../base/errors.ts';
import { DataType } from '../../onnx/data-type.ts';
import { noise } from '../../onnx/test-support.ts';
import { convertNcnn } from './convert-ncnn.ts';
import { binOf, paramOf } from './test-support.ts';

/** What srmd-ncnn-vulkan feeds in, written as in `src/srmd_preproc.comp` of its repository. */
const BLUR =
  `-1.12360956e-08 -1.36899159e-08 1.85637958e-02 2.86066886e-08 3.35292965e-02 8.37272935e-08 -2.54424009e-07
  -3.16234976e-02 -1.35169253e-02 -1.10466090e-08 3.84753793e-02 3.79465739e-08 -2.44916752e-01 -8.02213490e-01
  -5.40549755e-01`
    .split(/\s+/)
    .map(Number);
/** As its `main.cpp` says: the noise level where nobody says, and how far it pads the picture. */
const NOISE_LEVEL = 3;
const PADDED_PX = 12;

/** The real ones have 128. */
const FEATURES = 4;
const CONVOLUTIONS = 12;

type Options = {
  readonly channels: 18 | 19;
  readonly scale: number;
  readonly hasBias?: boolean;
  /** Separate layers, as before a converter has fused them. */
  readonly hasReluLayers?: boolean;
  readonly input?: string;
};

/** The lines of a `.param` file like `srmd_x2.param`. */
function linesOf({ channels, scale, hasBias = true, hasReluLayers = false, input = '' }: Options): string[] {
  const lines = [`Input input 0 1 input${input}`];
  let blob = 'input';
  for (let i = 0; i < CONVOLUTIONS; i++) {
    const isLast = i === CONVOLUTIONS - 1;
    const [inputs, outputs] = [i === 0 ? channels : FEATURES, isLast ? 3 * scale ** 2 : FEATURES];
    const isFused = !isLast && !hasReluLayers;
    const flags = `${hasBias ? ' 5=1' : ''} 6=${outputs * inputs * 9}${isFused ? ' 9=1' : ''}`;
    lines.push(`Convolution conv${i} 1 1 ${blob} c${i} 0=${outputs} 1=3 4=1${flags}`);
    blob = `c${i}`;
    if (isLast || !hasReluLayers) continue;
    lines.push(`ReLU relu${i} 1 1 ${blob} r${i}`);
    blob = `r${i}`;
  }
  lines.push(`PixelShuffle output 1 1 ${blob} output 0=${scale}`);
  return lines;
}

/** Each run of weights is another one; more of them above 0 than below, so that twelve ReLUs do not end it all. */
function weightsOf(options: Options): number[][] {
  let seed = 0;
  const runs: number[][] = [];
  binOf(paramOf(linesOf(options)), (count) => {
    runs.push(noise(count, 0.3, ++seed).map((value) => value + 0.04));
    return [];
  });
  return runs;
}

function networkOf(options: Options) {
  const runs = weightsOf(options);
  const param = paramOf(linesOf(options));
  return convertNcnn(
    param,
    binOf(param, () => runs.shift() ?? []),
  );
}

/** Planes of one size, in double precision. */
type Planes = { readonly width: number; readonly height: number; readonly planes: readonly Float64Array[] };

/** The network as its program runs it: all channels, zeros around each layer, the padding cut away at the end. */
function asItsProgramDoes(
  picture: Planes,
  { channels, scale, hasBias = true, ...rest }: Options,
  noiseLevel = NOISE_LEVEL,
): Planes {
  const { width, height } = picture;
  const runs = weightsOf({ channels, scale, hasBias, ...rest });
  const constant = [...BLUR, ...(channels === 19 ? [noiseLevel / 255] : [])];
  const further = constant.map((value) => new Float64Array(width * height).fill(value));
  let current: Planes = { ...picture, planes: [...picture.planes, ...further] };
  for (let i = 0; i < CONVOLUTIONS; i++) {
    const kernels = runs.shift() ?? [];
    const biases = hasBias ? (runs.shift() ?? []) : [];
    current = convolved(current, kernels, biases, i === CONVOLUTIONS - 1 ? 3 * scale ** 2 : FEATURES);
    if (i < CONVOLUTIONS - 1)
      for (const plane of current.planes)
        for (const at of plane.keys()) plane[at] = Math.max(0, plane[at] as number);
  }
  return shuffled(current, scale);
}

function convolved(
  { width, height, planes }: Planes,
  kernels: readonly number[],
  biases: readonly number[],
  outputs: number,
): Planes {
  const at = (plane: Float64Array, x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (plane[y * width + x] as number);
  const convolve = (output: number) =>
    Float64Array.from({ length: width * height }, (_, pixel) => {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      let sum = biases[output] ?? 0;
      planes.forEach((plane, input) => {
        for (let tap = 0; tap < 9; tap++)
          sum +=
            (kernels[(output * planes.length + input) * 9 + tap] as number) *
            at(plane, x + (tap % 3) - 1, y + Math.floor(tap / 3) - 1);
      });
      return sum;
    });
  return { width, height, planes: Array.from({ length: outputs }, (_, output) => convolve(output)) };
}

function shuffled({ width, height, planes }: Planes, scale: number): Planes {
  const [wide, high] = [width * scale, height * scale];
  const shuffle = (colour: number) =>
    Float64Array.from({ length: wide * high }, (_, pixel) => {
      const [x, y] = [pixel % wide, Math.floor(pixel / wide)];
      const plane = planes[colour * scale ** 2 + (y % scale) * scale + (x % scale)] as Float64Array;
      return plane[Math.floor(y / scale) * width + Math.floor(x / scale)] as number;
    });
  return { width: wide, height: high, planes: [0, 1, 2].map(shuffle) };
}

function without(border: number, { width, height, planes }: Planes): number[] {
  return planes.flatMap((plane) => {
    const kept: number[] = [];
    for (let y = border; y < height - border; y++)
      for (let x = border; x < width - border; x++) kept.push(plane[y * width + x] as number);
    return kept;
  });
}

function planesOf(values: readonly number[], width: number, height: number): Planes {
  const size = width * height;
  return {
    width,
    height,
    planes: [0, 1, 2].map((i) => Float64Array.from(values.slice(i * size, (i + 1) * size))),
  };
}

describe('SRMD, whose program fills 15 or 16 channels beside the picture', () => {
  it.each<[string, Options]>([
    ['with noise, 2×', { channels: 19, scale: 2 }],
    ['noise-free, 3×', { channels: 18, scale: 3 }],
    ['without biases', { channels: 19, scale: 2, hasBias: false }],
    ['with its activations apart', { channels: 19, scale: 1, hasReluLayers: true }],
    ['with the size of a trial run', { channels: 19, scale: 2, input: ' 0=64 1=64 2=19' }],
  ])('%s: answers as its program does', async (_, options) => {
    const network = networkOf(options);
    const { facts } = network;
    expect(facts).toMatchObject({
      scale: options.scale,
      eatenPx: PADDED_PX,
      receptiveFieldPx: PADDED_PX,
      dependsOnTileSize: false,
    });
    const [width, height] = [2 * PADDED_PX + 5, 2 * PADDED_PX + 4];
    const values = noise(3 * width * height, 0.5, 99).map((value) => value + 0.5);
    const programs = (picture: readonly number[], noiseLevel?: number) =>
      without(
        PADDED_PX * options.scale,
        asItsProgramDoes(planesOf(picture, width, height), options, noiseLevel),
      );
    const wanted = programs(values);
    const answer = await runOnProcessor(network.onnx, {
      input: { dataType: DataType.float32, dims: [1, 3, height, width], values },
    });
    expect(answer.dims).toEqual([1, 3, height * options.scale, width * options.scale]);
    const got = without(
      PADDED_PX * options.scale,
      planesOf(answer.values, width * options.scale, height * options.scale),
    );
    const largest = Math.max(...wanted.map(Math.abs));
    expect(maxDifference(got, wanted)).toBeLessThan(2e-6 * largest);
    // All of that is seen in the answer.
    expect(maxDifference(programs(values.toReversed()), wanted)).toBeGreaterThan(0.01 * largest);
    if (options.channels === 19)
      expect(maxDifference(programs(values, 0), wanted)).toBeGreaterThan(0.001 * largest);
  });

  it('says for which noise it is', () => {
    const of = (options: Options) => networkOf(options).facts.architecture;
    expect(of({ channels: 19, scale: 2 })).toBe(
      'SRMD for noise of level 3 of 255, no blur, 4 features, 12 convolutions',
    );
    expect(of({ channels: 18, scale: 2 })).toBe('SRMD for no noise, no blur, 4 features, 12 convolutions');
  });

  it('takes pictures that are larger than what it consumes', () => {
    const { sizeRule } = networkOf({ channels: 19, scale: 2 }).facts;
    expect(sizeRule).toEqual({ multipleOf: 1, minimumPx: 2 * PADDED_PX + 1, fixed: null });
  });
});

describe('what takes as many channels, and is no SRMD', () => {
  const FIRST = 'Convolution a 1 1 input x 0=3 1=3 4=1 6=513';
  it.each([
    [
      'nothing behind it',
      ['Convolution a 1 1 input output 0=3 1=3 4=1 6=513'],
      'Layer “a” (Convolution, line 4)',
    ],
    [
      'another layer in between',
      [FIRST, 'Sigmoid b 1 1 x y', 'PixelShuffle c 1 1 y output 0=1'],
      'Layer “b” (Sigmoid, line 5)',
    ],
    [
      'steps',
      ['Convolution a 1 1 input x 0=3 1=3 3=2 4=1 6=513', 'PixelShuffle c 1 1 x output 0=1'],
      'Layer “a”',
    ],
    [
      'another window',
      ['Convolution a 1 1 input x 0=3 1=5 4=2 6=1425', 'PixelShuffle c 1 1 x output 0=1'],
      'Layer “a”',
    ],
    [
      'no padding',
      ['Convolution a 1 1 input x 0=3 1=3 6=513', 'PixelShuffle c 1 1 x output 0=1'],
      'Layer “a”',
    ],
    [
      'padding of one side',
      ['Convolution a 1 1 input x 0=3 1=3 4=1 15=0 6=513', 'PixelShuffle c 1 1 x output 0=1'],
      'Layer “a”',
    ],
  ])('%s', (_, lines, where) => {
    const param = paramOf(['Input input 0 1 input', ...lines]);
    expect(() => convertNcnn(param, binOf(param))).toThrow(TesseraError);
    expect(() => convertNcnn(param, binOf(param))).toThrow(where);
    expect(() => convertNcnn(param, binOf(param))).toThrow('takes 18 or 19 channels, as SRMD does');
  });
});
