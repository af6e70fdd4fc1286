import type { Axis } from '../axes.ts';
import type { Blob } from '../blob.ts';
import type { LayerScope } from '../layer-scope.ts';
import { bare, type LayerRule, MAX_CHANNELS } from './rule.ts';

/** Writes a operation of two tensors. */
type Operation = (scope: LayerScope, a: string, b: string) => string;

const of =
  (opType: string): Operation =>
  (scope, a, b) =>
    scope.node(opType, [a, b]);
const turned =
  (opType: string): Operation =>
  (scope, a, b) =>
    scope.node(opType, [b, a]);

/** By number: + − × ÷ max min power, and three with their operands changed round (`binaryop.h`). */
const BINARY: readonly Operation[] = [
  of('Add'),
  of('Sub'),
  of('Mul'),
  of('Div'),
  of('Max'),
  of('Min'),
  of('Pow'),
  turned('Sub'),
  turned('Div'),
  turned('Pow'),
];

/** By number; null are those that are not converted (`unaryop.h`). */
const UNARY: readonly (((scope: LayerScope, x: string) => string) | null)[] = [
  (scope, x) => scope.node('Abs', [x]),
  (scope, x) => scope.node('Neg', [x]),
  (scope, x) => scope.node('Floor', [x]),
  (scope, x) => scope.node('Ceil', [x]),
  (scope, x) => scope.node('Mul', [x, x]),
  (scope, x) => scope.node('Sqrt', [x]),
  (scope, x) => scope.node('Reciprocal', [scope.node('Sqrt', [x])]),
  (scope, x) => scope.node('Exp', [x]),
  (scope, x) => scope.node('Log', [x]),
  (scope, x) => scope.node('Sin', [x]),
  (scope, x) => scope.node('Cos', [x]),
  (scope, x) => scope.node('Tan', [x]),
  (scope, x) => scope.node('Asin', [x]),
  (scope, x) => scope.node('Acos', [x]),
  (scope, x) => scope.node('Atan', [x]),
  (scope, x) => scope.node('Reciprocal', [x]),
  (scope, x) => scope.node('Tanh', [x]),
];

export const ARITHMETIC: Readonly<Record<string, LayerRule>> = {
  BinaryOp: { convert: convertBinary },
  UnaryOp: {
    convert: (scope) => {
      const code = scope.params.int(0, { absent: 0, from: 0, to: 255 });
      const write = UNARY[code];
      if (!write) throw scope.unsupported(`has the unknown operation ${code}`);
      return scope.same(write(scope, scope.input.tensor));
    },
  },
  Eltwise: { convert: convertEltwise },
  Scale: {
    weights: (params) => {
      const count = params.int(0, { absent: 0, from: FROM_INPUT, to: MAX_CHANNELS });
      if (count === FROM_INPUT) return [];
      const size = params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS });
      return [bare('scale', size), ...(params.flag(1) ? [bare('bias', size)] : [])];
    },
    convert: convertScale,
  },
  Bias: {
    weights: (params) => [bare('bias', params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS }))],
    convert: (scope) => scope.same(scope.node('Add', [scope.input.tensor, perChannel(scope, 'bias')])),
  },
  BatchNorm: {
    weights: (params) => {
      const channels = params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS });
      return ['slope', 'mean', 'variance', 'bias'].map((role) => bare(role, channels));
    },
    convert: convertBatchNorm,
  },
};

/** Instead of a number of values: they are the second input. */
const FROM_INPUT = -233;

function convertBinary(scope: LayerScope): Blob {
  const code = scope.params.int(0, { absent: 0, from: 0, to: 255 });
  const write = BINARY[code];
  if (!write) throw scope.unsupported(`has the unknown operation ${code}`);
  if (scope.params.flag(1)) {
    const scalar = scope.builder.floats([scope.params.float(2, 0)]);
    return scope.same(write(scope, scope.input.tensor, scalar));
  }
  const [a, b] = scope.pair;
  const rank = Math.max(a.sides.length, b.sides.length);
  const [wideA, wideB] = [widened(scope, a, rank), widened(scope, b, rank)];
  const sides = wideA.sides.map((axis, i) => broadcast(scope, axis, wideB.sides[i] as Axis));
  return { tensor: write(scope, wideA.tensor, wideB.tensor), sides };
}

/**
 * With as many sides as the other: ncnn matches the outermost ones, as if ones followed behind.
 * https://github.com/Tencent/ncnn/wiki/binaryop-broadcasting
 */
function widened(scope: LayerScope, blob: Blob, rank: number): Blob {
  const { length } = blob.sides;
  if (length === rank) return blob;
  const sides = [...blob.sides, ...Array.from({ length: rank - length }, () => scope.axis(1))];
  // A vector already lies along the channels.
  if (length === 1 && rank === 3) return { tensor: blob.tensor, sides };
  const perm = length === 1 ? [0n, 2n, 1n, 3n] : [0n, 2n, 3n, 1n];
  return { tensor: scope.node('Transpose', [blob.tensor], { perm }), sides };
}

function broadcast(scope: LayerScope, a: Axis, b: Axis): Axis {
  const [lengthA, lengthB] = [scope.axes.fixedLength(a), scope.axes.fixedLength(b)];
  const areFixed = lengthA !== null && lengthB !== null;
  if (areFixed && lengthA !== lengthB && lengthA !== 1 && lengthB !== 1)
    throw scope.corrupt(`joins sides of ${lengthA} and ${lengthB}`);
  return scope.axes.broadcast(a, b, scope.layer);
}

function convertEltwise(scope: LayerScope): Blob {
  scope.requireInputs(2, Number.POSITIVE_INFINITY);
  const code = scope.params.int(0, { absent: 0, from: 0, to: 255 });
  const opType = ['Mul', 'Add', 'Max'][code];
  if (opType === undefined) throw scope.unsupported(`has the unknown operation ${code}`);
  const factors = code === 1 ? scope.params.floats(1) : [];
  if (factors.length > 0 && factors.length !== scope.inputs.length)
    throw scope.corrupt(`has ${factors.length} coefficients for ${scope.inputs.length} inputs`);
  const [first, ...others] = scope.inputs.map((blob, i) => multiplied(scope, blob, factors[i] ?? 1));
  if (!first) throw scope.corrupt('has no inputs');
  return others.reduce((sum, blob) => {
    if (blob.sides.length !== sum.sides.length)
      throw scope.corrupt('joins blobs of different numbers of sides');
    const sides = sum.sides.map((axis, i) => broadcast(scope, axis, blob.sides[i] as Axis));
    return { tensor: scope.node(opType, [sum.tensor, blob.tensor]), sides };
  }, first);
}

function multiplied(scope: LayerScope, blob: Blob, factor: number): Blob {
  if (factor === 1) return blob;
  return scope.same(scope.node('Mul', [blob.tensor, scope.builder.floats([factor])]), blob);
}

function convertScale(scope: LayerScope): Blob {
  if (scope.params.int(0, { absent: 0, from: FROM_INPUT, to: MAX_CHANNELS }) === FROM_INPUT) {
    const [x, factors] = scope.pair;
    if (factors.sides.length !== 1) throw scope.unsupported('scales by something other than a vector');
    scope.requireChannels(factors, scope.channels(x));
    const wide = widened(scope, factors, x.sides.length);
    return scope.same(scope.node('Mul', [x.tensor, wide.tensor]), x);
  }
  const product = scope.node('Mul', [scope.input.tensor, perChannel(scope, 'scale')]);
  return scope.same(scope.params.flag(1) ? scope.node('Add', [product, perChannel(scope, 'bias')]) : product);
}

/** (x − mean) / √(variance + epsilon) · slope + bias, as one factor and one summand for each channel. */
function convertBatchNorm(scope: LayerScope): Blob {
  const epsilon = scope.params.float(1, 0);
  const [slope, mean, variance, bias] = ['slope', 'mean', 'variance', 'bias'].map((role) =>
    scope.values(role),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const factor = slope.map((value, i) => value / Math.sqrt((variance[i] as number) + epsilon));
  const summand = bias.map((value, i) => value - (mean[i] as number) * (factor[i] as number));
  const x = scope.node('Mul', [scope.input.tensor, channelwise(scope, 'factor', factor)]);
  return scope.same(scope.node('Add', [x, channelwise(scope, 'summand', summand)]));
}

/** A weight as one value for each channel of the input. */
export function perChannel(scope: LayerScope, role: string): string {
  return channelwise(scope, role, scope.values(role));
}

/** One value for all, or one for each value along the outermost side. */
export function channelwise(scope: LayerScope, role: string, values: Float32Array): string {
  const { input } = scope;
  if (values.length > 1) scope.requireChannels(input, values.length);
  const dims = input.sides.length === 2 ? [1, values.length, 1] : [values.length, 1, 1];
  return scope.computed(role, dims, values);
}
