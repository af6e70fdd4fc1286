import type { Axis } from '../axes.ts';
import { type Blob, positionsOf } from '../blob.ts';
import type { LayerParams } from '../layer-params.ts';
import type { LayerScope } from '../layer-scope.ts';
import { perChannel } from './arithmetic.ts';
import { rearranged, sideOf } from './arrangement.ts';
import { bare, type LayerRule, MAX_CHANNELS } from './rule.ts';

export const STATISTICS: Readonly<Record<string, LayerRule>> = {
  InstanceNorm: { weights: affineWeights({ size: 0, affine: 2 }), convert: convertInstanceNorm },
  GroupNorm: { weights: affineWeights({ size: 1, affine: 3 }), convert: convertGroupNorm },
  LayerNorm: { weights: affineWeights({ size: 0, affine: 2 }), convert: convertLayerNorm },
  Softmax: { convert: convertSoftmax },
  Reduction: { convert: convertReduction },
};

const DEFAULT_EPSILON = 0.001;

/** A factor and a summand for each channel or value, unless the layer does without. */
function affineWeights({ size, affine }: { size: number; affine: number }) {
  return (params: LayerParams) => {
    const count = params.int(size, { absent: 0, from: 1, to: MAX_CHANNELS });
    return params.flag(affine, 1) ? [bare('gamma', count), bare('beta', count)] : [];
  };
}

/** Values that are taken over rows or columns take in the whole tile. */
function notePictureSides(scope: LayerScope, sides: readonly Axis[]): void {
  if (sides.some((axis) => scope.axes.fixedLength(axis) === null)) scope.conversion.dependsOnTileSize = true;
}

function convertInstanceNorm(scope: LayerScope): Blob {
  const { map, params } = scope;
  const channels = params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS });
  scope.requireChannels(map, channels);
  notePictureSides(scope, map.sides.slice(1));
  const isAffine = params.flag(2, 1);
  const gamma = isAffine
    ? scope.weight('gamma', [channels])
    : constants(scope, 'gamma', { channels, value: 1 });
  const beta = isAffine ? scope.weight('beta', [channels]) : constants(scope, 'beta', { channels, value: 0 });
  return scope.same(normalized(scope, [map.tensor, gamma, beta], params.float(1, DEFAULT_EPSILON)));
}

function normalized(scope: LayerScope, inputs: readonly string[], epsilon: number): string {
  return scope.node('InstanceNormalization', inputs, { epsilon: { float: epsilon } });
}

function constants(
  scope: LayerScope,
  role: string,
  { channels, value }: { channels: number; value: number },
): string {
  return scope.computed(role, [channels], new Float32Array(channels).fill(value));
}

/** As instance normalisation with each group as one long channel: ONNX's own operator has no kernel on WebGPU. */
function convertGroupNorm(scope: LayerScope): Blob {
  const { map, params, builder } = scope;
  const channels = scope.channels(map);
  const groups = params.int(0, { absent: 1, from: 1, to: MAX_CHANNELS });
  scope.requireChannels(map, params.int(1, { absent: 0, from: 1, to: MAX_CHANNELS }));
  if (channels % groups !== 0) throw scope.corrupt(`makes ${groups} groups of ${channels} channels`);
  notePictureSides(scope, map.sides.slice(1));
  const long = scope.node('Reshape', [map.tensor, builder.ints([0, groups, -1])]);
  const one = constants(scope, 'ones', { channels: groups, value: 1 });
  const zero = constants(scope, 'zeros', { channels: groups, value: 0 });
  const even = normalized(scope, [long, one, zero], params.float(2, DEFAULT_EPSILON));
  const result = scope.node('Reshape', [even, scope.node('Shape', [map.tensor])]);
  if (!params.flag(3, 1)) return scope.same(result);
  return scope.same(
    scope.node('Add', [scope.node('Mul', [result, perChannel(scope, 'gamma')]), perChannel(scope, 'beta')]),
  );
}

/** Over the innermost side, or, of a picture, over rows and columns where there are as many weights as that. */
function convertLayerNorm(scope: LayerScope): Blob {
  const { input, params } = scope;
  const size = params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS });
  const lengths = input.sides.map((axis) => scope.axes.fixedLength(axis));
  const width = lengths.at(-1) ?? null;
  const area = width === null || lengths.length < 3 ? null : width * (lengths.at(-2) ?? Number.NaN);
  if (size !== width && size !== area)
    throw scope.unsupported(
      `normalizes over ${size} values where a row has ${width ?? 'as many as the picture'}`,
    );
  const epsilon = { float: params.float(1, DEFAULT_EPSILON) };
  const isVector = input.sides.length === 1;
  const isOverArea = size !== width;
  const dims = isVector ? [size, 1, 1] : isOverArea ? (lengths.slice(-2) as number[]) : [size];
  const isAffine = params.flag(2, 1);
  const gamma = isAffine
    ? scope.weight('gamma', dims)
    : scope.computed('gamma', dims, new Float32Array(size).fill(1));
  const beta = isAffine ? [scope.weight('beta', dims)] : [];
  const axis = isVector ? 1n : isOverArea ? -2n : -1n;
  return scope.same(scope.node('LayerNormalization', [input.tensor, gamma, ...beta], { axis, epsilon }));
}

function convertSoftmax(scope: LayerScope): Blob {
  const { input } = scope;
  const axis = scope.params.int(0, { absent: 0, from: -3, to: 2 });
  const side = sideOf(scope, axis, input.sides.length);
  notePictureSides(scope, [input.sides[side] as Axis]);
  return scope.same(scope.node('Softmax', [input.tensor], { axis: BigInt(positionsOf(input)[side] ?? 0) }));
}

/** By number (`reduction.h`). */
const REDUCTIONS = [
  'ReduceSum',
  'ReduceL1',
  'ReduceSumSquare',
  'ReduceMean',
  'ReduceMax',
  'ReduceMin',
  'ReduceProd',
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
];

function convertReduction(scope: LayerScope): Blob {
  const { input, params, builder } = scope;
  const opType = REDUCTIONS[params.int(0, { absent: 0, from: 0, to: 255 })];
  if (!opType) throw scope.unsupported('reduces in an unknown way');
  const rank = input.sides.length;
  const isOfAll = params.flag(1, 1);
  // Files from before that flag number the sides in another way, and ncnn itself refuses them.
  if (!isOfAll && !params.flag(5)) throw scope.unsupported('is of an old form: its sides cannot be told');
  const named = isOfAll ? input.sides.map((_, side) => side) : params.ints(3);
  const sides = new Set(named.map((axis) => sideOf(scope, axis, rank)));
  notePictureSides(
    scope,
    [...sides].map((side) => input.sides[side] as Axis),
  );
  const positions = positionsOf(input);
  const axes = builder.ints([...sides].map((side) => positions[side] as number));
  const reduced = scope.node(opType, [input.tensor, axes], { keepdims: 1n });
  const factor = params.float(2, 1);
  const tensor = factor === 1 ? reduced : scope.node('Mul', [reduced, builder.floats([factor])]);
  const kept = { tensor, sides: input.sides.map((axis, side) => (sides.has(side) ? scope.axis(1) : axis)) };
  if (params.flag(4)) return kept;
  const left = input.sides.map((_, side) => side).filter((side) => !sides.has(side));
  return rearranged(scope, kept, left.length > 0 ? left : [0]);
}
