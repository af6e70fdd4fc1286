import { has, intOf, intsOf, textOf } from './attributes.ts';
import { elementCount } from './data-type.ts';
import type { Node } from './model.ts';

export type Dims = readonly number[];

export type Question = {
  readonly node: Node;
  /** The sides of the first input. */
  readonly first: Dims;
  readonly inputs: readonly (Dims | undefined)[];
  /** The values of a small constant input. */
  readonly list: (index: number) => readonly number[] | null;
};
/** The sides of a node's outputs; null where they cannot be told. */
export type Rule = (question: Question) => readonly Dims[] | null;

/**
 * What a rule answers; null where it is asked about an axis that the tensor does not have, as in damaged files: whoever
 * runs the graph refuses it by its node.
 */
export function answerOf<T>(rule: () => T | null): T | null {
  try {
    return rule();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const same: Rule = ({ first }) => [first];

const broadcast: Rule = ({ inputs }) => {
  return inputs.every((sides) => sides !== undefined) ? [broadcastSides(inputs)] : null;
};

function broadcastSides(all: readonly Dims[]): Dims {
  const rank = Math.max(...all.map((sides) => sides.length));
  return Array.from({ length: rank }, (_, i) => {
    const there = all.map((sides) => sides[sides.length - rank + i] ?? 1);
    return there.find((side) => side !== 1) ?? 1;
  });
}

/** The sides behind batch and channels, each by a rule of its own. */
function spatial(
  first: Dims,
  channels: number,
  side: (length: number, axis: number) => number,
): readonly Dims[] {
  return [[first[0] as number, channels, ...first.slice(2).map(side)]];
}

const convolution: Rule = ({ node, first, inputs: [, weights] }) => {
  if (!weights) return null;
  const padding = textOf(node, 'auto_pad', 'NOTSET');
  const [strides, dilations] = [intsOf(node, 'strides'), intsOf(node, 'dilations')];
  const pads = padding === 'NOTSET' ? intsOf(node, 'pads') : null;
  return spatial(first, weights[0] as number, (length, axis) => {
    const stride = strides?.[axis] ?? 1;
    if (padding.startsWith('SAME')) return Math.ceil(length / stride);
    const reach = ((weights[axis + 2] as number) - 1) * (dilations?.[axis] ?? 1) + 1;
    const padded = length + (pads?.[axis] ?? 0) + (pads?.[axis + first.length - 2] ?? 0);
    return Math.floor((padded - reach) / stride) + 1;
  });
};

const transposedConvolution: Rule = ({ node, first, inputs: [, weights] }) => {
  if (!weights || has(node, 'output_shape') || textOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET') return null;
  const of = (name: string, axis: number, absent: number) => intsOf(node, name)?.[axis] ?? absent;
  const channels = (weights[1] as number) * intOf(node, 'group', 1);
  return spatial(first, channels, (length, axis) => {
    const reach = ((weights[axis + 2] as number) - 1) * of('dilations', axis, 1) + 1;
    const cut = of('pads', axis, 0) + of('pads', axis + first.length - 2, 0);
    return of('strides', axis, 1) * (length - 1) + of('output_padding', axis, 0) + reach - cut;
  });
};

const concatenation: Rule = ({ node, first, inputs }) => {
  const axis = positive(intOf(node, 'axis', 0), first.length);
  if (!inputs.every((sides) => sides !== undefined)) return null;
  return [
    first.with(
      axis,
      inputs.reduce((sum, sides) => sum + (sides[axis] as number), 0),
    ),
  ];
};

const depthToSpace: Rule = ({ node, first }) => {
  const block = intOf(node, 'blocksize', 1);
  return spatial(first, (first[1] as number) / block ** 2, (length) => length * block);
};

/** Of opset 11 and later; before, the scales stood in the place of the region. */
const resize: Rule = ({ node, first, list }) => {
  const axes = intsOf(node, 'axes') ?? first.map((_, i) => i);
  const [scales, sizes] = [node.inputs.length === 2 ? list(1) : list(2), list(3)];
  const stretched = textOf(node, 'keep_aspect_ratio_policy', 'stretch') === 'stretch';
  if (sizes?.length) return stretched ? [withSides(first, axes, sizes)] : null;
  if (scales?.length !== axes.length) return null;
  // As ORT computes it: in float32.
  const scaled = axes.map((axis, i) =>
    Math.floor(Math.fround((first.at(axis) as number) * (scales[i] as number))),
  );
  return [withSides(first, axes, scaled)];
};

function withSides(dims: Dims, axes: readonly number[], sides: readonly number[]): Dims {
  return axes.reduce((result, axis, i) => result.with(positive(axis, dims.length), sides[i] as number), dims);
}

const pad: Rule = ({ node, first, list }) => {
  const pads = intsOf(node, 'pads') ?? list(1);
  if (pads?.length !== 2 * first.length) return null;
  return [first.map((side, i) => side + (pads[i] as number) + (pads[i + first.length] as number))];
};

const reshape: Rule = ({ node, first, list }) => {
  const wanted = list(1);
  if (!wanted || intOf(node, 'allowzero', 0) !== 0) return null;
  const copied = wanted.map((side, i) => (side === 0 ? (first[i] as number) : side));
  const rest = elementCount(first) / elementCount(copied.filter((side) => side !== -1));
  return [copied.map((side) => (side === -1 ? rest : side))];
};

const transpose: Rule = ({ node, first }) => {
  const order = intsOf(node, 'perm') ?? first.map((_, i) => first.length - 1 - i);
  return [order.map((axis) => first[axis] as number)];
};

const slice: Rule = ({ node, first, list }) => {
  const [starts, ends] = [intsOf(node, 'starts') ?? list(1), intsOf(node, 'ends') ?? list(2)];
  const axes = intsOf(node, 'axes') ?? list(3) ?? starts?.map((_, i) => i);
  const steps = list(4) ?? starts?.map(() => 1);
  if (!starts || !ends || !axes || steps?.some((step) => step < 1) !== false) return null;
  const lengths = axes.map((axis, i) => {
    const side = first.at(axis) as number;
    const bound = (at: number) => Math.min(side, Math.max(0, at < 0 ? at + side : at));
    return Math.max(
      0,
      Math.ceil((bound(ends[i] as number) - bound(starts[i] as number)) / (steps[i] as number)),
    );
  });
  return [withSides(first, axes, lengths)];
};

const split: Rule = ({ node, first, list }) => {
  const axis = positive(intOf(node, 'axis', 0), first.length);
  const count = node.outputs.length;
  const part = Math.ceil((first[axis] as number) / count);
  const last = (first[axis] as number) - part * (count - 1);
  const parts = intsOf(node, 'split') ?? list(1) ?? node.outputs.map((_, i) => (i < count - 1 ? part : last));
  return parts.map((length) => first.with(axis, length));
};

/** As numpy multiplies: a list on the left is a row, one on the right a column, and all sides before the last two are broadcast. */
const product: Rule = ({ inputs: [left, right] }) => {
  if (!left?.length || !right?.length || left.length + right.length < 3) return null;
  const a = left.length === 1 ? [1, ...left] : left;
  const b = right.length === 1 ? [...right, 1] : right;
  const batch = broadcastSides([a.slice(0, -2), b.slice(0, -2)]);
  const rows = left.length === 1 ? [] : [a.at(-2) as number];
  const columns = right.length === 1 ? [] : [b.at(-1) as number];
  return [[...batch, ...rows, ...columns]];
};

const gemm: Rule = ({ node, first, inputs: [, weights] }) => {
  if (!weights) return null;
  const rows = first[intOf(node, 'transA', 0) ? 1 : 0] as number;
  return [[rows, weights[intOf(node, 'transB', 0) ? 0 : 1] as number]];
};

const pool: Rule = ({ node, first }) => {
  const kernel = intsOf(node, 'kernel_shape');
  if (!kernel || textOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET') return null;
  const of = (name: string, axis: number, absent: number) => intsOf(node, name)?.[axis] ?? absent;
  const round = intOf(node, 'ceil_mode', 0) ? Math.ceil : Math.floor;
  return spatial(first, first[1] as number, (length, axis) => {
    const reach = ((kernel[axis] as number) - 1) * of('dilations', axis, 1) + 1;
    const padded = length + of('pads', axis, 0) + of('pads', axis + first.length - 2, 0);
    return round((padded - reach) / of('strides', axis, 1)) + 1;
  });
};

const spaceToDepth: Rule = ({ node, first }) => {
  const block = intOf(node, 'blocksize', 1);
  return spatial(first, (first[1] as number) * block ** 2, (length) => length / block);
};

/** Its axes are an attribute or, since opset 13 or 18, an input; without any of them, all are meant. */
const reduction: Rule = ({ node, first, list }) => {
  const given = intsOf(node, 'axes') ?? list(1);
  if (!given && node.inputs[1]) return null;
  if (!given?.length && intOf(node, 'noop_with_empty_axes', 0)) return [first];
  const axes = new Set(
    (given?.length ? given : first.map((_, i) => i)).map((a) => positive(a, first.length)),
  );
  const kept = first.map((side, i) => (axes.has(i) ? 1 : side));
  return [intOf(node, 'keepdims', 1) ? kept : kept.filter((_, i) => !axes.has(i))];
};

const unsqueeze: Rule = ({ node, first, list }) => {
  const given = intsOf(node, 'axes') ?? list(1);
  if (!given) return null;
  const axes = new Set(given.map((axis) => positive(axis, first.length + given.length)));
  const rest = [...first];
  return [
    Array.from({ length: first.length + given.length }, (_, i) => (axes.has(i) ? 1 : (rest.shift() ?? 1))),
  ];
};

const squeeze: Rule = ({ node, first, list }) => {
  const given = intsOf(node, 'axes') ?? list(1);
  if (!given && node.inputs[1]) return null;
  const axes = new Set(given?.map((axis) => positive(axis, first.length)));
  return [first.filter((side, i) => (given ? !axes.has(i) : side !== 1))];
};

const flatten: Rule = ({ node, first }) => {
  const axis = positive(intOf(node, 'axis', 1), first.length);
  return [[elementCount(first.slice(0, axis)), elementCount(first.slice(axis))]];
};

const expand: Rule = ({ first, list }) => {
  const wanted = list(1);
  return wanted ? [broadcastSides([first, wanted])] : null;
};

const tile: Rule = ({ first, list }) => {
  const repeats = list(1);
  return repeats?.length === first.length ? [first.map((side, i) => side * (repeats[i] as number))] : null;
};

const gather: Rule = ({ node, first, inputs: [, indices] }) => {
  if (!indices) return null;
  const axis = positive(intOf(node, 'axis', 0), first.length);
  return [[...first.slice(0, axis), ...indices, ...first.slice(axis + 1)]];
};

const gridSample: Rule = ({ first, inputs: [, grid] }) => {
  return grid?.length === first.length ? [[...first.slice(0, 2), ...grid.slice(1, -1)]] : null;
};

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** By operator; those that are missing may give anything. */
export const DIMENSION_RULES: Readonly<Record<string, Rule>> = {
  ...table(
    same,
    `Abs BatchNormalization Cast Ceil Celu Clip Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid HardSwish Identity
     InstanceNormalization LayerNormalization LeakyRelu Log Mish Neg PRelu Reciprocal Relu Round Selu Sigmoid Sign Softmax
     Softplus Softsign Sqrt Swish Tanh ThresholdedRelu Cos Sin Not CumSum LogSoftmax LpNormalization MeanVarianceNormalization
     RMSNormalization`,
  ),
  ...table(
    broadcast,
    'Add Sub Mul Div Pow Max Min Sum Mean Mod Where Equal Greater GreaterOrEqual Less LessOrEqual And Or',
  ),
  ...table(({ first }) => spatial(first, first[1] as number, () => 1), 'GlobalAveragePool GlobalMaxPool'),
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Concat: concatenation,
  DepthToSpace: depthToSpace,
  Resize: resize,
  Pad: pad,
  Reshape: reshape,
  Transpose: transpose,
  Slice: slice,
  Split: split,
  SpaceToDepth: spaceToDepth,
  MatMul: product,
  Gemm: gemm,
  ...table(pool, 'AveragePool MaxPool LpPool'),
  ...table(
    reduction,
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare',
  ),
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Flatten: flatten,
  Expand: expand,
  Tile: tile,
  Gather: gather,
  GridSample: gridSample,
};

function table(rule: Rule, operators: string): Record<string, Rule> {
  return Object.fromEntries(operators.split(/\s+/).map((operator) => [operator, rule]));
}
