import type { Axis } from '../axes.ts';
import type { Blob } from '../blob.ts';
import type { LayerScope } from '../layer-scope.ts';
import { multiplesOf } from '../size-formula.ts';
import type { LayerRule } from './rule.ts';

/** Interp's parameter that gives the size as a formula; a flag that says it is another blob's then means nothing. */
const SIZE_FORMULA = 9;

export const RESAMPLING: Readonly<Record<string, LayerRule>> = {
  Interp: { convert: convertInterp, readsText: [SIZE_FORMULA] },
  PixelShuffle: { convert: convertPixelShuffle },
  Reorg: { convert: convertReorg },
};

/** By number: ONNX's attributes, and how many neighbours on each side enter (`interp.cpp`). */
const METHODS = [
  null,
  {
    taps: 0,
    attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  },
  { taps: 1, attributes: { mode: 'linear', coordinate_transformation_mode: 'half_pixel' } },
  {
    taps: 2,
    attributes: {
      mode: 'cubic',
      coordinate_transformation_mode: 'half_pixel',
      cubic_coeff_a: { float: -0.75 },
    },
  },
] as const;

const MAX_FACTOR = 64;

function convertInterp(scope: LayerScope): Blob {
  const { params } = scope;
  const method = METHODS[params.int(0, { absent: 0, from: 0, to: 255 })];
  if (!method) throw scope.unsupported('resamples in an unknown way');
  const { vertical, horizontal } = factorsOf(scope);
  const { map } = scope;
  for (const factor of [vertical, horizontal])
    if (!(factor >= 1 / MAX_FACTOR && factor <= MAX_FACTOR)) throw scope.corrupt(`resamples by ${factor}`);
  if (vertical === 1 && horizontal === 1) return map;
  const [channels, y, x] = map.sides as [Axis, Axis, Axis];
  const { taps, attributes } = method;
  const scales = scope.builder.floats([1, 1, vertical, horizontal]);
  const isCornerToCorner = params.flag(6) && taps > 0;
  // How far its positions lie from their own then depends on the size.
  if (isCornerToCorner) scope.conversion.reachIsKnown = false;
  const tensor = scope.node('Resize', [map.tensor, '', scales], {
    ...attributes,
    ...(isCornerToCorner ? { coordinate_transformation_mode: 'align_corners' } : {}),
  });
  return {
    tensor,
    sides: [
      channels,
      scope.axes.add({ kind: 'scaled', of: y, factor: vertical, taps }, scope.layer),
      scope.axes.add({ kind: 'scaled', of: x, factor: horizontal, taps }, scope.layer),
    ],
  };
}

function factorsOf(scope: LayerScope): { readonly vertical: number; readonly horizontal: number } {
  const { params } = scope;
  const formula = params.text(SIZE_FORMULA);
  if (formula !== null) {
    const multiples = multiplesOf(formula);
    if (!multiples)
      throw scope.unsupported(`resamples to a size that is no whole multiple: ${formula.slice(0, 60)}`);
    return { vertical: multiples.rows, horizontal: multiples.columns };
  }
  if (params.flag(5) || [3, 4].some((id) => params.int(id, { absent: 0, from: 0, to: 1 << 20 }) > 0))
    throw scope.unsupported('resamples to a size, not by a factor');
  return { vertical: params.float(1, 1), horizontal: params.float(2, 1) };
}

function convertPixelShuffle(scope: LayerScope): Blob {
  const { map } = scope;
  const factor = scope.params.int(0, { absent: 1, from: 1, to: MAX_FACTOR });
  const channels = scope.channels(map) / factor ** 2;
  if (!Number.isInteger(channels))
    throw scope.corrupt(`makes ${factor}×${factor} pixels of ${scope.channels(map)} channels`);
  const mode = scope.params.flag(1) ? 'DCR' : 'CRD';
  const [, y, x] = map.sides as [Axis, Axis, Axis];
  return {
    tensor: scope.node('DepthToSpace', [map.tensor], { blocksize: BigInt(factor), mode }),
    sides: [
      scope.axis(channels),
      scope.axes.add({ kind: 'multiplied', of: y, times: factor }, scope.layer),
      scope.axes.add({ kind: 'multiplied', of: x, times: factor }, scope.layer),
    ],
  };
}

/** 64 channels by 8 are the half of it. */
const MAX_ONES = 1 << 19;

/**
 * The opposite of PixelShuffle: channel c·r² + dy·r + dx. ONNX's SpaceToDepth has another order, and no kernel on
 * WebGPU; a convolution of each channel with r² windows that hold a single 1 moves the same values.
 */
function convertReorg(scope: LayerScope): Blob {
  const { map } = scope;
  const factor = scope.params.int(0, { absent: 1, from: 1, to: 16 });
  if (scope.params.flag(1)) throw scope.unsupported('has the channels of a pixel side by side');
  const channels = scope.channels(map);
  const count = factor ** 2;
  if (channels * count * count > MAX_ONES) throw scope.unsupported(`makes ${channels * count} channels`);
  const ones = new Float32Array(channels * count * count);
  for (let i = 0; i < channels * count; i++) ones[i * count + (i % count)] = 1;
  const weight = scope.computed('windows', [channels * count, 1, factor, factor], ones);
  const side = BigInt(factor);
  const window = { kernel: factor, stride: factor, dilation: 1, before: 0, after: 0 };
  const [, y, x] = map.sides as [Axis, Axis, Axis];
  return {
    tensor: scope.node('Conv', [map.tensor, weight], {
      kernel_shape: [side, side],
      strides: [side, side],
      group: BigInt(channels),
    }),
    sides: [
      scope.axis(channels * count),
      scope.axes.add({ kind: 'window', of: y, roundUp: false, ...window }, scope.layer),
      scope.axes.add({ kind: 'window', of: x, roundUp: false, ...window }, scope.layer),
    ],
  };
}
