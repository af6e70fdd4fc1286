import type { Axis, Window } from '../axes.ts';
import type { LayerParams } from '../layer-params.ts';
import type { LayerScope } from '../layer-scope.ts';
import { MAX_CHANNELS, MAX_WEIGHTS } from './rule.ts';

/** A kernel in two dimensions. */
export type Kernel = { readonly rows: Window; readonly columns: Window };

export const MAX_KERNEL = 1024;

/** Instead of a number: padded so that the size stays, the odd pixel behind, or in front. */
const SAME_BEHIND = -233;
const SAME_IN_FRONT = -234;

/** The window that a convolution's parameters describe; what is not said of rows is as it is of columns. */
export function kernelOf(scope: LayerScope): Kernel {
  const { params } = scope;
  const size = (id: number, absent: number) => params.int(id, { absent, from: 1, to: MAX_KERNEL });
  const width = size(1, 0);
  const height = size(11, width);
  const dilationX = size(2, 1);
  const strideX = size(3, 1);
  const x = { kernel: width, dilation: dilationX, stride: strideX };
  const y = { kernel: height, dilation: size(12, dilationX), stride: size(13, strideX) };
  const left = params.int(4, { absent: 0, from: SAME_IN_FRONT, to: MAX_KERNEL });
  if (left < 0) {
    if (left !== SAME_BEHIND && left !== SAME_IN_FRONT) throw scope.corrupt(`pads by ${left} pixels`);
    const isInFront = left === SAME_IN_FRONT;
    return { rows: samePadded(scope, y, isInFront), columns: samePadded(scope, x, isInFront) };
  }
  const pad = (id: number, absent: number) => params.int(id, { absent, from: 0, to: MAX_KERNEL });
  const top = pad(14, left);
  return {
    rows: { ...y, before: top, after: pad(16, top) },
    columns: { ...x, before: left, after: pad(15, left) },
  };
}

/** Padding that depends on the size only where the window jumps. */
function samePadded(scope: LayerScope, window: Omit<Window, 'before' | 'after'>, isInFront: boolean): Window {
  if (window.stride !== 1) throw scope.unsupported('pads by an amount that depends on the size');
  const pad = (window.kernel - 1) * window.dilation;
  const smaller = Math.floor(pad / 2);
  return {
    ...window,
    before: isInFront ? pad - smaller : smaller,
    after: isInFront ? smaller : pad - smaller,
  };
}

/** ONNX's attributes of a kernel. */
export function kernelAttributes({ rows, columns }: Kernel) {
  return {
    kernel_shape: [BigInt(rows.kernel), BigInt(columns.kernel)],
    strides: [BigInt(rows.stride), BigInt(columns.stride)],
    dilations: [BigInt(rows.dilation), BigInt(columns.dilation)],
    pads: [rows.before, columns.before, rows.after, columns.after].map(BigInt),
  };
}

/** Both sides of the picture under a window. */
export function slid(
  scope: LayerScope,
  sides: readonly Axis[],
  { rows, columns }: Kernel,
  roundUp = false,
): Axis[] {
  const [y, x] = sides.slice(-2) as [Axis, Axis];
  return [
    scope.axes.add({ kind: 'window', of: y, roundUp, ...rows }, scope.layer),
    scope.axes.add({ kind: 'window', of: x, roundUp, ...columns }, scope.layer),
  ];
}

/** What a convolution's parameters say of its weights. */
export type Channels = { readonly outputs: number; readonly groups: number; readonly weights: number };

export function channelsOf(params: LayerParams): Channels {
  return {
    outputs: params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS }),
    weights: params.int(6, { absent: 0, from: 1, to: MAX_WEIGHTS }),
    groups: params.int(7, { absent: 1, from: 1, to: MAX_CHANNELS }),
  };
}
