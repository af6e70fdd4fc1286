import type { Axis } from '../axes.ts';
import type { Blob } from '../blob.ts';
import type { LayerScope } from '../layer-scope.ts';
import { type Kernel, kernelAttributes, slid } from './kernel.ts';
import type { LayerRule } from './rule.ts';

/** What pooling of windows is padded to: up to a full window, not at all, or to the same size. */
const PadMode = { full: 0, valid: 1, sameBehind: 2, sameInFront: 3 } as const;

export const pooling: LayerRule = {
  convert: (scope) => {
    if (scope.params.flag(4)) return pooledAll(scope);
    return scope.params.flag(7) ? pooledTo(scope) : pooledWindows(scope);
  },
};

function isAverage(scope: LayerScope): boolean {
  const type = scope.params.int(0, { absent: 0, from: 0, to: 255 });
  if (type > 1) throw scope.unsupported(`pools in the unknown way ${type}`);
  return type === 1;
}

/** One value for each channel, as a vector. */
function pooledAll(scope: LayerScope): Blob {
  scope.conversion.dependsOnTileSize = true;
  const tensor = scope.node(isAverage(scope) ? 'GlobalAveragePool' : 'GlobalMaxPool', [scope.map.tensor]);
  return { tensor, sides: scope.map.sides.slice(0, 1) };
}

/** Instead of a length: as it was. */
const KEEP = -233;

/** To a given size, of which only one pixel, and the size that it has, mean the same for every picture. */
function pooledTo(scope: LayerScope): Blob {
  const { map, params } = scope;
  const width = params.int(8, { absent: 0, from: KEEP, to: 1 << 20 });
  const height = params.int(18, { absent: width, from: KEEP, to: 1 << 20 });
  const [channels, y, x] = map.sides as [Axis, Axis, Axis];
  const wanted = [
    { axis: y, length: height, position: 2 },
    { axis: x, length: width, position: 3 },
  ].filter(({ axis, length }) => length !== KEEP && length !== scope.axes.fixedLength(axis));
  if (wanted.some(({ length }) => length !== 1))
    throw scope.unsupported(`pools to ${width}×${height} pixels, whatever the size of the picture`);
  const sides = [channels, height === 1 ? scope.axis(1) : y, width === 1 ? scope.axis(1) : x];
  if (wanted.length === 0) return map;
  scope.conversion.dependsOnTileSize = true;
  const axes = scope.builder.ints(wanted.map(({ position }) => position));
  const opType = isAverage(scope) ? 'ReduceMean' : 'ReduceMax';
  return { tensor: scope.node(opType, [map.tensor, axes], { keepdims: 1n }), sides };
}

function pooledWindows(scope: LayerScope): Blob {
  const { map, params } = scope;
  const mode = params.int(5, { absent: PadMode.full, from: 0, to: 255 });
  const kernel = windowsOf(scope, mode);
  const roundUp = mode === PadMode.full;
  const isMean = isAverage(scope);
  const countsPadding = params.flag(6);
  if (isMean && countsPadding && roundUp && kernel.rows.stride + kernel.columns.stride > 2)
    throw scope.unsupported('averages windows that stand over the edge');
  const { dilations: _, ...attributes } = kernelAttributes(kernel);
  return {
    tensor: scope.node(isMean ? 'AveragePool' : 'MaxPool', [map.tensor], {
      ...attributes,
      ceil_mode: roundUp ? 1n : 0n,
      ...(isMean && countsPadding ? { count_include_pad: 1n } : {}),
    }),
    sides: [map.sides[0] as Axis, ...slid(scope, map.sides, kernel, roundUp)],
  };
}

/** As of a convolution, but with other numbers for the paddings. */
function windowsOf(scope: LayerScope, mode: number): Kernel {
  const { params } = scope;
  const size = (id: number, absent: number) => params.int(id, { absent, from: 1, to: 1024 });
  const pad = (id: number, absent: number) => params.int(id, { absent, from: 0, to: 1024 });
  const [width, strideX] = [size(1, 0), size(2, 1)];
  const [height, strideY] = [size(11, width), size(12, strideX)];
  const x = { kernel: width, stride: strideX, dilation: 1 };
  const y = { kernel: height, stride: strideY, dilation: 1 };
  if (mode > PadMode.sameInFront) throw scope.unsupported(`pads in the unknown way ${mode}`);
  if (mode === PadMode.sameBehind || mode === PadMode.sameInFront) {
    if (strideX > 1 || strideY > 1) throw scope.unsupported('pads by an amount that depends on the size');
    const pads = (kernel: number) => {
      const smaller = Math.floor((kernel - 1) / 2);
      const larger = kernel - 1 - smaller;
      return mode === PadMode.sameBehind
        ? { before: smaller, after: larger }
        : { before: larger, after: smaller };
    };
    return { rows: { ...y, ...pads(height) }, columns: { ...x, ...pads(width) } };
  }
  const left = pad(3, 0);
  const top = pad(13, left);
  return {
    rows: { ...y, before: top, after: pad(15, top) },
    columns: { ...x, before: left, after: pad(14, left) },
  };
}
