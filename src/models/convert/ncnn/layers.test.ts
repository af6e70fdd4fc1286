import { describe, expect, it } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../../e2e/fixtures/run-model.ts';
import { DataType } from '../../onnx/data-type.ts';
import { rewriteGraph } from '../../onnx/rewrite.ts';
import { noise } from '../../onnx/test-support.ts';
import { convertNcnn } from './convert-ncnn.ts';
import { LAYER_RULES } from './layers/table.ts';
import { binOf, inTurn, paramOf } from './test-support.ts';

const INPUT = 'Input data 0 1 data';
const [HEIGHT, WIDTH] = [4, 6];

/** A value for each channel, row and column. */
type Values = (c: number, y: number, x: number) => number;

type Row = {
  readonly title: string;
  /** After Input, whose blob is `data`; the last gives the picture. */
  readonly lines: readonly string[];
  /** Weights in the order in which they are read. */
  readonly weights?: readonly number[];
  /** What is fed: noise from −3 to 3 unless a positive or a smaller range is needed. */
  readonly fed?: Values;
  /** Output pixels per source pixel; 1 unless given. */
  readonly scale?: number;
  readonly expected: (data: Values) => Values;
};

const NOISE = noise(3 * HEIGHT * WIDTH, 3, 7);
const data: Values = (c, y, x) => NOISE[(c * HEIGHT + y) * WIDTH + x] as number;
/** From 0.05 to 0.95: what every function is defined for. */
const positive: Values = (c, y, x) => 0.5 + 0.15 * data(c, y, x);
/** The picture with zeros around it. */
const inZeros: Values = (c, y, x) => (isInside(y, x) ? data(c, y, x) : 0);

function isInside(y: number, x: number): boolean {
  return y >= 0 && x >= 0 && y < HEIGHT && x < WIDTH;
}

function at(values: readonly number[], i: number): number {
  return values[i] as number;
}

function sigmoid(v: number): number {
  return 1 / (1 + Math.exp(-v));
}

function clamp(v: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, v));
}

/** Abramowitz and Stegun 7.1.26 is too coarse here: the series, which converges for every number used. */
function erf(v: number): number {
  let term = v;
  let sum = v;
  for (let n = 1; n < 80; n++) {
    term *= -(v * v) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** One layer that treats each value by itself. */
function each(layer: string, f: (v: number, c: number) => number, more: Partial<Row> = {}): Row {
  const [type, ...params] = layer.split(' ');
  return {
    title: layer,
    lines: [`${type} tested 1 1 data out ${params.join(' ')}`],
    expected: (of) => (c, y, x) => f(of(c, y, x), c),
    ...more,
  };
}

/** A 1×1 convolution that changes nothing, with the activation. */
function fused(params: string, f: (v: number) => number): Row {
  const weights = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  return { ...each(`Convolution 0=3 1=1 6=9 ${params}`, f), weights };
}

const ACTIVATIONS: readonly Row[] = [
  each('ReLU', (v) => Math.max(0, v)),
  each('ReLU 0=0.2', (v) => (v < 0 ? 0.2 * v : v)),
  each('PReLU 0=1', (v) => (v < 0 ? 0.25 * v : v), { weights: [0.25] }),
  each('PReLU 0=3', (v, c) => (v < 0 ? at([0.1, -0.5, 2], c) * v : v), { weights: [0.1, -0.5, 2] }),
  each('Clip 0=-1 1=0.5', (v) => clamp(v, -1, 0.5)),
  each('Clip 1=0.5', (v) => Math.min(v, 0.5)),
  each('Sigmoid', sigmoid),
  each('TanH', Math.tanh),
  each('Swish', (v) => v * sigmoid(v)),
  each('Mish', (v) => v * Math.tanh(Math.log(1 + Math.exp(v)))),
  each('HardSigmoid', (v) => clamp(0.2 * v + 0.5, 0, 1)),
  each('HardSwish 0=0.3 1=0.4', (v) => v * clamp(0.3 * v + 0.4, 0, 1)),
  each('GELU', (v) => 0.5 * v * (1 + erf(v / Math.SQRT2))),
  each('GELU 0=1', (v) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)))),
  each('ELU 0=0.5', (v) => (v < 0 ? 0.5 * (Math.exp(v) - 1) : v)),
  each('AbsVal', Math.abs),
  fused('9=0', (v) => v),
  fused('9=1', (v) => Math.max(0, v)),
  fused('9=2 -23310=1,0.1', (v) => (v < 0 ? 0.1 * v : v)),
  fused('9=2 10=0.1', (v) => (v < 0 ? 0.1 * v : v)),
  fused('9=3 -23310=2,-0.5,1.5', (v) => clamp(v, -0.5, 1.5)),
  fused('9=3 10=-0.5,1.5', (v) => clamp(v, -0.5, 1.5)),
  fused('9=4', sigmoid),
  fused('9=5', (v) => v * Math.tanh(Math.log(1 + Math.exp(v)))),
  fused('9=6 -23310=2,0.2,0.5', (v) => v * clamp(0.2 * v + 0.5, 0, 1)),
];

const UNARY = [
  Math.abs,
  (v: number) => -v,
  Math.floor,
  Math.ceil,
  (v: number) => v * v,
  Math.sqrt,
  (v: number) => 1 / Math.sqrt(v),
  Math.exp,
  Math.log,
  Math.sin,
  Math.cos,
  Math.tan,
  Math.asin,
  Math.acos,
  Math.atan,
  (v: number) => 1 / v,
  Math.tanh,
];

const BINARY = [
  (a: number, b: number) => a + b,
  (a: number, b: number) => a - b,
  (a: number, b: number) => a * b,
  (a: number, b: number) => a / b,
  Math.max,
  Math.min,
  (a: number, b: number) => a ** b,
  (a: number, b: number) => b - a,
  (a: number, b: number) => b / a,
  (a: number, b: number) => b ** a,
];

const TWO = ['Sigmoid other 1 1 data other'];

const ARITHMETIC: readonly Row[] = [
  ...UNARY.map((f, i) => each(`UnaryOp 0=${i}`, f, { fed: positive })),
  ...BINARY.map((f, i) => each(`BinaryOp 0=${i} 1=1 2=0.75`, (v) => f(v, 0.75), { fed: positive })),
  ...BINARY.map(
    (f, i): Row => ({
      title: `BinaryOp 0=${i} of two`,
      lines: [...TWO, `BinaryOp tested 2 1 data other out 0=${i}`],
      fed: positive,
      expected: (of) => (c, y, x) => f(of(c, y, x), sigmoid(of(c, y, x))),
    }),
  ),
  {
    title: 'BinaryOp with a vector: one value for each channel, on either side',
    lines: [
      'MemoryData values 0 1 values 0=3',
      'BinaryOp first 2 1 data values less 0=1',
      'BinaryOp tested 2 1 values less out 0=1',
    ],
    weights: [1, 2, 4],
    expected: (of) => (c, y, x) => 2 ** (c + 1) - of(c, y, x),
  },
  {
    title: 'BinaryOp with two sides: they are channels and rows',
    lines: ['MemoryData values 0 1 values 0=1 1=3', 'BinaryOp tested 2 1 data values out 0=0'],
    weights: [1, 2, 4],
    expected: (of) => (c, y, x) => (of(c, y, x) + at([1, 2, 4], c)) as number,
  },
  {
    title: 'Eltwise product',
    lines: [...TWO, 'Eltwise tested 2 1 data other out 0=0'],
    expected: (of) => (c, y, x) => of(c, y, x) * sigmoid(of(c, y, x)),
  },
  {
    title: 'Eltwise sum of three with coefficients',
    lines: [...TWO, 'Eltwise tested 3 1 data other data out 0=1 -23301=3,0.5,-2.0,1.0'],
    expected: (of) => (c, y, x) => 1.5 * of(c, y, x) - 2 * sigmoid(of(c, y, x)),
  },
  {
    title: 'Eltwise maximum',
    lines: [...TWO, 'Eltwise tested 2 1 data other out 0=2'],
    expected: (of) => (c, y, x) => Math.max(of(c, y, x), sigmoid(of(c, y, x))),
  },
  each('Scale 0=3', (v, c) => (v * at([2, -1, 0.5], c)) as number, { weights: [2, -1, 0.5] }),
  each('Scale 0=3 1=1', (v, c) => ((v * at([2, -1, 0.5], c)) as number) + c, {
    weights: [2, -1, 0.5, 0, 1, 2],
  }),
  {
    title: 'Scale by a second input',
    lines: ['MemoryData values 0 1 values 0=3', 'Scale tested 2 1 data values out 0=-233'],
    weights: [1, 2, 4],
    expected: (of) => (c, y, x) => of(c, y, x) * 2 ** c,
  },
  each('Bias 0=3', (v, c) => (v + at([2, -1, 0.5], c)) as number, { weights: [2, -1, 0.5] }),
  each('BatchNorm 0=3 1=0.25', (v, c) => ((v - c) / Math.sqrt(c + 1 + 0.25)) * (c + 2) - c, {
    // Slope, mean, variance, bias.
    weights: [2, 3, 4, 0, 1, 2, 1, 2, 3, 0, -1, -2],
  }),
  each('Dropout', (v) => v),
  each('Dropout 0=0.5', (v) => v / 2),
  each('Noop', (v) => v),
  each('Split', (v) => v),
];

/** Sums over a window of the picture in zeros. */
function window(of: Values, f: (dy: number, dx: number, v: Values) => number, size: number): number {
  let sum = 0;
  for (let dy = 0; dy < size; dy++) for (let dx = 0; dx < size; dx++) sum += f(dy, dx, of);
  return sum;
}

const KERNEL = noise(3 * 3 * 9, 1, 5);
const kernel = (i: number) => KERNEL[i] as number;
const kernelAt = (o: number, i: number, dy: number, dx: number) => kernel(((o * 3 + i) * 3 + dy) * 3 + dx);
/** One 3×3 window for each channel. */
const depthwiseAt = (c: number, dy: number, dx: number) => kernel((c * 3 + dy) * 3 + dx);

function convolved(o: number, at: (i: number, dy: number, dx: number) => number): number {
  return [0, 1, 2].reduce(
    (sum, i) => sum + window(data, (dy, dx) => kernelAt(o, i, dy, dx) * at(i, dy, dx), 3),
    0,
  );
}

const CONVOLUTIONS: readonly Row[] = [
  {
    title: 'Convolution with bias',
    lines: ['Convolution tested 1 1 data out 0=3 1=3 4=1 5=1 6=81'],
    weights: [...KERNEL, 1, 2, 3],
    expected: () => (o, y, x) => convolved(o, (i, dy, dx) => inZeros(i, y + dy - 1, x + dx - 1)) + o + 1,
  },
  ...[-233, -234].map(
    (pad): Row => ({
      title: `Convolution padded to the same size (${pad}), dilated in one direction`,
      lines: [`Convolution tested 1 1 data out 0=3 1=3 2=2 12=1 4=${pad} 6=81`],
      weights: KERNEL,
      expected: () => (o, y, x) => convolved(o, (i, dy, dx) => inZeros(i, y + dy - 1, x + 2 * dx - 2)),
    }),
  ),
  ...[-233, -234].map(
    (pad): Row => ({
      title: `Convolution of 2×2 padded to the same size (${pad}): the odd pixel`,
      lines: [`ConvolutionDepthWise tested 1 1 data out 0=3 1=2 4=${pad} 6=12 7=3`],
      weights: KERNEL.slice(0, 12),
      expected: () => (c, y, x) =>
        window(
          data,
          (dy, dx) =>
            kernel(c * 4 + dy * 2 + dx) *
            inZeros(c, y + dy - (pad === -234 ? 1 : 0), x + dx - (pad === -234 ? 1 : 0)),
          2,
        ),
    }),
  ),
  {
    title: 'Convolution with other paddings on each side',
    lines: ['Convolution tested 1 1 data out 0=3 1=3 4=0 14=2 15=2 16=0 6=81'],
    weights: KERNEL,
    expected: () => (o, y, x) => convolved(o, (i, dy, dx) => inZeros(i, y + dy - 2, x + dx)),
  },
  {
    title: 'ConvolutionDepthWise',
    lines: ['ConvolutionDepthWise tested 1 1 data out 0=3 1=3 4=1 6=27 7=3'],
    weights: KERNEL.slice(0, 27),
    expected: () => (c, y, x) =>
      window(data, (dy, dx) => depthwiseAt(c, dy, dx) * inZeros(c, y + dy - 1, x + dx - 1), 3),
  },
  {
    title: 'Deconvolution: [out][in] windows that spread',
    lines: ['Deconvolution tested 1 1 data out 0=3 1=3 4=1 5=1 6=81'],
    weights: [...KERNEL, 1, 2, 3],
    expected: () => (o, y, x) => convolved(o, (i, dy, dx) => inZeros(i, y - dy + 1, x - dx + 1)) + o + 1,
  },
  {
    title: 'DeconvolutionDepthWise by 2 with one more pixel behind',
    lines: ['DeconvolutionDepthWise tested 1 1 data out 0=3 1=3 3=2 4=1 18=1 6=27 7=3'],
    weights: KERNEL.slice(0, 27),
    scale: 2,
    expected: () => (c, y, x) =>
      window(
        data,
        (dy, dx) => {
          const [sy, sx] = [(y + 1 - dy) / 2, (x + 1 - dx) / 2];
          return Number.isInteger(sy) && Number.isInteger(sx)
            ? depthwiseAt(c, dy, dx) * inZeros(c, sy, sx)
            : 0;
        },
        3,
      ),
  },
];

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const rows = Array.from({ length: HEIGHT }, (_, y) => y);
const columns = Array.from({ length: WIDTH }, (_, x) => x);
const colours = [0, 1, 2];
const channelValues = (c: number) => rows.flatMap((y) => columns.map((x) => data(c, y, x)));
const allValues = colours.flatMap(channelValues);

/** What `f` makes of values, beside the picture: so that pooled values have a picture to come out in. */
function added(title: string, lines: readonly string[], f: Values): Row {
  return {
    title,
    lines: [...lines, 'BinaryOp sum 2 1 data pooled out 0=0'],
    expected: (of) => (c, y, x) => of(c, y, x) + f(c, y, x),
  };
}

const UP = 'Interp up 1 1 small out 0=1 1=2.0 2=2.0';
const square = (c: number, y: number, x: number) =>
  [0, 1].flatMap((dy) => [0, 1].map((dx) => data(c, 2 * Math.floor(y / 2) + dy, 2 * Math.floor(x / 2) + dx)));
const around = (c: number, y: number, x: number) =>
  [-1, 0, 1].flatMap((dy) =>
    [-1, 0, 1].flatMap((dx) => (isInside(y + dy, x + dx) ? [data(c, y + dy, x + dx)] : [])),
  );

const POOLING: readonly Row[] = [
  added('Pooling global, mean', ['Pooling pool 1 1 data pooled 0=1 4=1'], (c) => mean(channelValues(c))),
  added('Pooling global, maximum', ['Pooling pool 1 1 data pooled 0=0 4=1'], (c) =>
    Math.max(...channelValues(c)),
  ),
  added('Pooling to one pixel', ['Pooling pool 1 1 data pooled 0=1 7=1 8=1'], (c) => mean(channelValues(c))),
  added('Pooling to one row', ['Pooling pool 1 1 data pooled 0=0 7=1 8=-233 18=1'], (c, _, x) =>
    Math.max(...rows.map((y) => data(c, y, x))),
  ),
  {
    title: 'Pooling 2×2, mean',
    lines: ['Pooling pool 1 1 data small 0=1 1=2 2=2', UP],
    expected: () => (c, y, x) => mean(square(c, y, x)),
  },
  {
    title: 'Pooling 2×2, maximum, valid',
    lines: ['Pooling pool 1 1 data small 0=0 1=2 2=2 5=1', UP],
    expected: () => (c, y, x) => Math.max(...square(c, y, x)),
  },
  {
    title: 'Pooling 3×3 with padding, maximum',
    lines: ['Pooling pool 1 1 data out 0=0 1=3 2=1 3=1'],
    expected: () => (c, y, x) => Math.max(...around(c, y, x)),
  },
  {
    title: 'Pooling 3×3 with padding, mean of what is there',
    lines: ['Pooling pool 1 1 data out 0=1 1=3 2=1 3=1'],
    expected: () => (c, y, x) => mean(around(c, y, x)),
  },
  {
    title: 'Pooling 3×3 with padding, mean with the padding',
    lines: ['Pooling pool 1 1 data out 0=1 1=3 2=1 3=1 6=1'],
    expected: () => (c, y, x) => around(c, y, x).reduce((sum, v) => sum + v, 0) / 9,
  },
  ...[2, 3].map(
    (mode): Row => ({
      title: `Pooling 2×2 to the same size, mode ${mode}`,
      lines: [`Pooling pool 1 1 data out 0=0 1=2 2=1 5=${mode}`],
      expected: () => (c, y, x) => {
        const first = mode === 3 ? -1 : 0;
        const near = [0, 1].flatMap((dy) =>
          [0, 1].flatMap((dx) => {
            const [sy, sx] = [y + dy + first, x + dx + first];
            return isInside(sy, sx) ? [data(c, sy, sx)] : [];
          }),
        );
        return Math.max(...near);
      },
    }),
  ),
  {
    ...added(
      'InnerProduct of a vector, with activation',
      ['Pooling pool 1 1 data mean 0=1 4=1', 'InnerProduct tested 1 1 mean pooled 0=3 1=1 2=9 9=4'],
      (o) => sigmoid([0, 1, 2].reduce((sum, i) => sum + kernel(o * 3 + i) * mean(channelValues(i)), o)),
    ),
    weights: [...KERNEL.slice(0, 9), 0, 1, 2],
  },
  {
    ...added(
      'InnerProduct of a small picture: channels, rows, columns',
      ['MemoryData values 0 1 values 0=2 1=2 2=2', 'InnerProduct tested 1 1 values pooled 0=3 2=24'],
      (o) => Array.from({ length: 8 }, (_, i) => (i + 1) * kernel(o * 8 + i)).reduce((sum, v) => sum + v, 0),
    ),
    weights: [1, 2, 3, 4, 5, 6, 7, 8, ...KERNEL.slice(0, 24)],
  },
  {
    ...added(
      'InnerProduct of each row of a matrix',
      [
        'Reduction means 1 1 data means 0=3 1=0 -23303=1,2 5=1',
        'Permute turn 1 1 means turned 0=1',
        'InnerProduct tested 1 1 turned mixed 0=3 1=1 2=9 9=1',
        'Permute back 1 1 mixed pooled 0=1',
      ],
      (o, y) =>
        Math.max(
          0,
          colours.reduce((sum, i) => sum + kernel(o * 3 + i) * mean(columns.map((x) => data(i, y, x))), o),
        ),
    ),
    weights: [...KERNEL.slice(0, 9), 0, 1, 2],
  },
  {
    ...added(
      'Convolution of a vector',
      [
        'Pooling pool 1 1 data mean 0=1 4=1',
        'Convolution tested 1 1 mean flat 0=3 1=1 6=9',
        'Flatten last 1 1 flat pooled',
      ],
      (o) => [0, 1, 2].reduce((sum, i) => sum + kernel(o * 3 + i) * mean(channelValues(i)), 0),
    ),
    weights: KERNEL.slice(0, 9),
  },
];

function normal(values: readonly number[], v: number, epsilon: number): number {
  const middle = mean(values);
  return (v - middle) / Math.sqrt(mean(values.map((one) => (one - middle) ** 2)) + epsilon);
}

const reduce = (params: string) => [`Reduction tested 1 1 data pooled ${params}`];

const STATISTICS: readonly Row[] = [
  {
    title: 'InstanceNorm',
    lines: ['InstanceNorm tested 1 1 data out 0=3 1=0.01'],
    weights: [1, 2, 3, 0, 1, 2],
    expected: () => (c, y, x) => normal(channelValues(c), data(c, y, x), 0.01) * (c + 1) + c,
  },
  {
    title: 'InstanceNorm without weights',
    lines: ['InstanceNorm tested 1 1 data out 0=3 1=0.01 2=0'],
    expected: () => (c, y, x) => normal(channelValues(c), data(c, y, x), 0.01),
  },
  {
    title: 'GroupNorm of all channels',
    lines: ['GroupNorm tested 1 1 data out 0=1 1=3 2=0.01'],
    weights: [1, 2, 3, 0, 1, 2],
    expected: () => (c, y, x) => normal(allValues, data(c, y, x), 0.01) * (c + 1) + c,
  },
  {
    title: 'GroupNorm of each channel, without weights',
    lines: ['GroupNorm tested 1 1 data out 0=3 1=3 2=0.01 3=0'],
    expected: () => (c, y, x) => normal(channelValues(c), data(c, y, x), 0.01),
  },
  {
    title: 'LayerNorm of the channels, turned inside',
    lines: [
      'Permute turn 1 1 data turned 0=3',
      'LayerNorm tested 1 1 turned even 0=3 1=0.01',
      'Permute back 1 1 even out 0=4',
    ],
    weights: [1, 2, 3, 0, 1, 2],
    expected: () => (c, y, x) =>
      normal(
        colours.map((i) => data(i, y, x)),
        data(c, y, x),
        0.01,
      ) *
        (c + 1) +
      c,
  },
  {
    ...added(
      'LayerNorm of a vector',
      ['Pooling pool 1 1 data mean 0=1 4=1', 'LayerNorm tested 1 1 mean pooled 0=3 1=0.01'],
      (c) =>
        normal(
          colours.map((i) => mean(channelValues(i))),
          mean(channelValues(c)),
          0.01,
        ) *
          (c + 1) +
        c,
    ),
    weights: [1, 2, 3, 0, 1, 2],
  },
  {
    ...added(
      'LayerNorm of rows and columns, without weights',
      [
        'MemoryData values 0 1 values 0=2 1=2 2=3',
        'LayerNorm tested 1 1 values even 0=4 1=0.01 2=0',
        'Pooling top 1 1 even pooled 0=0 4=1',
      ],
      (c) => {
        const values = [0, 1, 2, 3].map((i) => (i + 1) * (c + 1));
        return normal(values, Math.max(...values), 0.01);
      },
    ),
    weights: colours.flatMap((c) => [0, 1, 2, 3].map((i) => (i + 1) * (c + 1))),
  },
  ...[0, -3].map(
    (axis): Row => ({
      title: `Softmax of channels (${axis})`,
      lines: [`Softmax tested 1 1 data out 0=${axis}`],
      expected: () => (c, y, x) =>
        Math.exp(data(c, y, x)) / colours.reduce((sum, i) => sum + Math.exp(data(i, y, x)), 0),
    }),
  ),
  {
    title: 'Softmax of columns',
    lines: ['Softmax tested 1 1 data out 0=2 1=1'],
    expected: () => (c, y, x) =>
      Math.exp(data(c, y, x)) / columns.reduce((sum, i) => sum + Math.exp(data(c, y, i)), 0),
  },
  added(
    'Reduction of all, times a number',
    reduce('0=0 2=0.5'),
    () => allValues.reduce((sum, v) => sum + v, 0) / 2,
  ),
  added('Reduction of rows and columns', reduce('0=3 1=0 -23303=2,1,2 5=1'), (c) => mean(channelValues(c))),
  added('Reduction of rows and columns, kept', reduce('0=3 1=0 -23303=2,1,-1 4=1 5=1'), (c) =>
    mean(channelValues(c)),
  ),
  added('Reduction of channels, kept', reduce('0=4 1=0 -23303=1,0 4=1 5=1'), (_, y, x) =>
    Math.max(...colours.map((c) => data(c, y, x))),
  ),
  added('Reduction of columns, which go', reduce('0=5 1=0 3=2, 5=1'), (c, y) =>
    Math.min(...columns.map((x) => data(c, y, x))),
  ),
  added('Reduction of absolute values', reduce('0=1 1=0 -23303=2,1,2 5=1'), (c) =>
    channelValues(c).reduce((sum, v) => sum + Math.abs(v), 0),
  ),
  added('Reduction of squares', reduce('0=2 1=0 -23303=2,1,2 5=1'), (c) =>
    channelValues(c).reduce((sum, v) => sum + v * v, 0),
  ),
  added('Reduction, length', reduce('0=8 1=0 -23303=2,1,2 5=1'), (c) =>
    Math.sqrt(channelValues(c).reduce((sum, v) => sum + v * v, 0)),
  ),
];

/** A convolution that takes the neighbour above and left: shows what a border was made of. */
const CORNER = 'ConvolutionDepthWise corner 1 1 wide out 0=3 1=3 6=27 7=3';
const CORNER_WEIGHTS = colours.flatMap(() => [1, 0, 0, 0, 0, 0, 0, 0, 0]);
const cubicAt = (t: number) => {
  const [a, d] = [-0.75, Math.abs(t)];
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
};

/** Doubled with a kernel over positions whose centres lie half a pixel in; the edge is repeated. */
function doubled(kernel: (t: number) => number): Values {
  return (c, y, x) => {
    const [sy, sx] = [(y + 0.5) / 2 - 0.5, (x + 0.5) / 2 - 0.5];
    const near = (s: number) => [-1, 0, 1, 2].map((d) => Math.floor(s) + d);
    return near(sy).reduce(
      (sum, j) =>
        sum +
        near(sx).reduce(
          (part, i) =>
            part + kernel(sy - j) * kernel(sx - i) * data(c, clamp(j, 0, HEIGHT - 1), clamp(i, 0, WIDTH - 1)),
          0,
        ),
      0,
    );
  };
}

const mirror = (i: number, length: number) => (i < 0 ? -i : i >= length ? 2 * (length - 1) - i : i);

const ARRANGEMENT: readonly Row[] = [
  {
    title: 'Slice and Concat',
    lines: ['Slice cut 1 2 data a b -23300=2,1,-233', 'Concat tested 2 1 b a out 0=0'],
    expected: () => (c, y, x) => data((c + 1) % 3, y, x),
  },
  {
    title: 'Slice by where to cut, Concat by a side from the end',
    lines: ['Slice cut 1 3 data a b c -23302=2,1,-1 1=-3', 'Concat tested 3 1 c b a out 0=-3'],
    expected: () => (c, y, x) => data(2 - c, y, x),
  },
  // Each order with the one that turns it back, and which side the channels then are.
  ...[
    [0, 0, 0],
    [1, 1, 0],
    [2, 2, 1],
    [3, 4, 2],
    [4, 3, 1],
    [5, 5, 2],
  ].map(
    ([there, back, channels]): Row => ({
      title: `Permute ${there}, and ${back} back`,
      lines: [
        `Permute there 1 1 data turned 0=${there}`,
        `Slice cut 1 2 turned a b -23300=2,1,-233 1=${channels}`,
        `Concat swapped 2 1 b a swapped 0=${channels}`,
        `Permute back 1 1 swapped out 0=${back}`,
      ],
      expected: () => (c, y, x) => data((c + 1) % 3, y, x),
    }),
  ),
  {
    title: 'Padding with a value',
    lines: ['Padding pad 1 1 data wide 0=1 1=1 2=1 3=1 4=0 5=0.5', CORNER],
    weights: CORNER_WEIGHTS,
    expected: () => (c, y, x) => (isInside(y - 1, x - 1) ? data(c, y - 1, x - 1) : 0.5),
  },
  {
    title: 'Padding with the edge',
    lines: ['Padding pad 1 1 data wide 0=1 1=1 2=1 3=1 4=1', CORNER],
    weights: CORNER_WEIGHTS,
    expected: () => (c, y, x) => data(c, Math.max(0, y - 1), Math.max(0, x - 1)),
  },
  {
    title: 'Padding mirrored, other on each side',
    lines: ['Padding pad 1 1 data wide 0=2 1=0 2=0 3=2 4=2', CORNER],
    weights: CORNER_WEIGHTS,
    expected: () => (c, y, x) => data(c, mirror(y - 2, HEIGHT), mirror(x, WIDTH)),
  },
  ...[
    '0=1 1=2 6=1',
    '0=1 1=2 3=-233 4=-233 5=-233 6=1 7=0',
    '9=2,1 10=-233,-1 11=1,2',
    '-23309=2,2,1 -23310=2,2147483647,-1 -23311=2,-2,-1',
  ].map(
    (params): Row => ({
      title: `Crop ${params}`,
      lines: [`Padding pad 1 1 data wide 0=2 2=1 3=1 4=1`, `Crop tested 1 1 wide out ${params}`],
      expected: (of) => of,
    }),
  ),
  {
    title: 'Crop of channels',
    lines: ['Concat more 2 1 data data six', 'Crop tested 1 1 six out 2=1 5=3'],
    expected: () => (c, y, x) => data((c + 1) % 3, y, x),
  },
  {
    title: 'Crop to the size of another',
    lines: ['Padding pad 1 1 data wide 0=2 1=1 2=1 3=1 4=1', 'Crop tested 2 1 wide data out 0=1 1=2'],
    expected: (of) => of,
  },
  {
    title: 'Reorg: the pixels of a square as channels, row by row',
    lines: [
      'Reorg tested 1 1 data twelve 0=2',
      'Slice cut 1 4 twelve a b c d -23300=4,3,3,3,3',
      'Interp up 1 1 b out 0=1 1=2.0 2=2.0',
    ],
    // Channels 3, 4 and 5: the last of the first colour, the first two of the second.
    expected: () => (c, y, x) => {
      const [dy, dx] = c === 0 ? [1, 1] : [0, c - 1];
      return data(c === 0 ? 0 : 1, 2 * Math.floor(y / 2) + dy, 2 * Math.floor(x / 2) + dx);
    },
  },
  {
    title: 'Reorg and PixelShuffle',
    lines: ['Reorg tested 1 1 data twelve 0=2', 'PixelShuffle back 1 1 twelve out 0=2'],
    expected: (of) => of,
  },
  {
    title: 'PixelShuffle with the colours side by side',
    lines: ['Concat more 4 1 data data data data twelve', 'PixelShuffle tested 1 1 twelve out 0=2 1=1'],
    scale: 2,
    expected: () => (c, y, x) => data(c, Math.floor(y / 2), Math.floor(x / 2)),
  },
  {
    title: 'PixelShuffle with the pixels side by side',
    lines: ['Concat more 4 1 data data data data twelve', 'PixelShuffle tested 1 1 twelve out 0=2'],
    scale: 2,
    expected: () => (c, y, x) =>
      data((4 * c + 2 * (y % 2) + (x % 2)) % 3, Math.floor(y / 2), Math.floor(x / 2)),
  },
  {
    title: 'Interp to the nearest, smaller',
    lines: ['Interp down 1 1 data small 0=1 1=0.5 2=0.5', UP],
    expected: () => (c, y, x) => data(c, 2 * Math.floor(y / 2), 2 * Math.floor(x / 2)),
  },
  {
    title: 'Interp linear',
    lines: ['Interp tested 1 1 data out 0=2 1=2.0 2=2.0'],
    scale: 2,
    expected: () => doubled((t) => Math.max(0, 1 - Math.abs(t))),
  },
  {
    title: 'Interp linear, to a size by formula',
    lines: ['Interp tested 1 1 data out 0=2 5=1 9="*(0w,2),*(0h,2)"'],
    scale: 2,
    expected: () => doubled((t) => Math.max(0, 1 - Math.abs(t))),
  },
  {
    title: 'Interp cubic',
    lines: ['Interp tested 1 1 data out 0=3 1=2.0 2=2.0'],
    scale: 2,
    expected: () => doubled(cubicAt),
  },
  {
    title: 'Interp linear from corner to corner',
    lines: ['Interp tested 1 1 data out 0=2 1=2.0 2=2.0 6=1'],
    scale: 2,
    expected: () => (c, y, x) => {
      const [sy, sx] = [(y * (HEIGHT - 1)) / (2 * HEIGHT - 1), (x * (WIDTH - 1)) / (2 * WIDTH - 1)];
      const [j, i] = [Math.min(Math.floor(sy), HEIGHT - 2), Math.min(Math.floor(sx), WIDTH - 2)];
      const row = (at: number) => data(c, at, i) * (1 - sx + i) + data(c, at, i + 1) * (sx - i);
      return row(j) * (1 - sy + j) + row(j + 1) * (sy - j);
    },
  },
  added(
    'Reshape of a vector, and back',
    [
      'Pooling pool 1 1 data mean 0=1 4=1',
      'Reshape there 1 1 mean tall 0=1 1=1 2=-1',
      'Reshape tested 1 1 tall pooled 0=3',
    ],
    (c) => mean(channelValues(c)),
  ),
  {
    title: 'Reshape that leaves rows and columns',
    lines: ['Reshape tested 1 1 data out 0=0 1=0 2=-1'],
    expected: (of) => of,
  },
  {
    ...added(
      'Reshape of given values',
      [
        'MemoryData values 0 1 values 0=3 1=2',
        'Reshape tall 1 1 values tall 0=2 1=1 2=3',
        'Pooling top 1 1 tall pooled 0=0 4=1',
      ],
      (c) => 2 * c + 2,
    ),
    weights: [1, 2, 3, 4, 5, 6],
  },
];

const TABLES = { ACTIVATIONS, ARITHMETIC, CONVOLUTIONS, POOLING, STATISTICS, ARRANGEMENT };

for (const [name, table] of Object.entries(TABLES)) {
  describe(`ncnn layers: ${name.toLowerCase()}`, () => {
    for (const row of table) it(row.title, () => holds(row));
  });
}

describe('the tables', () => {
  it('have every layer that is converted', () => {
    const tested = new Set(
      Object.values(TABLES)
        .flat()
        .flatMap(({ lines }) => lines.map((line) => line.split(' ')[0])),
    );
    expect([...LAYER_RULES.keys()].filter((type) => !tested.has(type))).toEqual(['DeepCopy']);
  });
});

async function holds({ lines, weights = [], fed = data, scale = 1, expected }: Row): Promise<void> {
  const param = paramOf([INPUT, ...lines]);
  const network = convertNcnn(param, binOf(param, inTurn(weights)));
  expect(network.facts.scale).toBe(scale);
  const feed = { dataType: DataType.float32, dims: [1, 3, HEIGHT, WIDTH], values: listed(fed, 1) };
  const answer = await runOnProcessor(network.onnx, { input: feed });
  expect(answer.dims).toEqual([1, 3, scale * HEIGHT, scale * WIDTH]);
  expect(rewriteGraph(network.onnx, { inputDims: feed.dims }).leftOnCpu).toEqual([]);
  expect(maxDifference(answer.values, listed(expected(fed), scale))).toBeLessThan(2e-5);
}

function listed(values: Values, scale: number): readonly number[] {
  const [height, width] = [scale * HEIGHT, scale * WIDTH];
  return Array.from({ length: 3 * height * width }, (_, i) =>
    values(Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width),
  );
}
