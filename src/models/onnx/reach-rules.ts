import { intOf, intsOf, textOf } from './attributes.ts';
import type { Node } from './model.ts';
import { along, gathered, reshaped, type Span, united } from './span.ts';

type Dims = readonly number[];

/** An input of a node: what it depends on (null: on no picture), and its sides. */
export type Source = { readonly span: Span | null; readonly sides: Dims };

export type ReachQuestion = {
  readonly node: Node;
  readonly sources: readonly (Source | undefined)[];
  /** The sides of the first output. */
  readonly sides: Dims;
  /** The values of a small constant input. */
  readonly list: (index: number) => readonly number[] | null;
  /** How long the side of the picture is that is asked for. */
  readonly pictureSide: number;
  /** To be called where a value is made from more than half of the picture's side. */
  readonly onWhole: () => void;
};

/** What the node's outputs depend on along one side of the picture, for each output or one for all; null where unknown. */
export type ReachRule = (question: ReachQuestion) => readonly (Span | null)[] | null;

type First = ReachQuestion & { readonly span: Span; readonly from: Dims };

/** A rule for nodes of which only the first input depends on the picture. */
function ofFirst(rule: (question: First) => Span | null): ReachRule {
  return (question) => {
    const [first, ...others] = question.sources;
    if (!first?.span || others.some((source) => source?.span)) return null;
    const result = rule({ ...question, span: first.span, from: first.sides });
    return result ? [result] : null;
  };
}

const elementwise: ReachRule = ({ sources, sides }) => {
  const parts = sources.flatMap((source) =>
    source?.span ? [{ span: source.span, sides: source.sides }] : [],
  );
  const result = united(parts, sides);
  return result ? [result] : null;
};

/** Each of the picture's axes by a rule of its own; the channels all go into every value. */
function spatial(
  { span, from }: First,
  axisRule: (coefficient: number, axis: number) => readonly [coefficient: number, low: number, high: number],
): Span {
  let result = gathered(span, 1, from[1] as number);
  for (let axis = 2; axis < from.length; axis++) {
    result = along(result, axis, ...axisRule(span.coefficients[axis] as number, axis - 2));
  }
  return result;
}

/** A window of `kernel` elements that is moved by `stride`: of a convolution, or of a pool. */
function windowed(question: First, kernel: (axis: number) => number): Span | null {
  const { node, from, sides } = question;
  const padding = textOf(node, 'auto_pad', 'NOTSET');
  return spatial(question, (c, axis) => {
    const stride = intsOf(node, 'strides')?.[axis] ?? 1;
    const reach = (kernel(axis) - 1) * (intsOf(node, 'dilations')?.[axis] ?? 1);
    const total = Math.max(
      0,
      ((sides[axis + 2] as number) - 1) * stride + reach + 1 - (from[axis + 2] as number),
    );
    const same = padding === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    const pad = padding.startsWith('SAME') ? same : (intsOf(node, 'pads')?.[axis] ?? 0);
    return [c * stride, -c * pad, c * (reach - pad)];
  });
}

const convolution = ofFirst((question) => {
  const weights = question.sources[1]?.sides;
  return weights ? windowed(question, (axis) => weights[axis + 2] as number) : null;
});

const pool = ofFirst((question) => {
  const kernel = intsOf(question.node, 'kernel_shape');
  return kernel ? windowed(question, (axis) => kernel[axis] as number) : null;
});

/** An output y has parts of the inputs i with i · stride − pad + j · dilation = y. */
const transposedConvolution = ofFirst((question) => {
  const { node } = question;
  const weights = question.sources[1]?.sides;
  if (!weights || textOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET') return null;
  return spatial(question, (c, axis) => {
    const stride = intsOf(node, 'strides')?.[axis] ?? 1;
    const reach = ((weights[axis + 2] as number) - 1) * (intsOf(node, 'dilations')?.[axis] ?? 1);
    const pad = intsOf(node, 'pads')?.[axis] ?? 0;
    return [c / stride, (c * (pad - reach)) / stride, (c * pad) / stride];
  });
});

const depthToSpace = ofFirst((question) => {
  const block = intOf(question.node, 'blocksize', 1);
  return spatial(question, (c) => [c / block, (-c * (block - 1)) / block, 0]);
});

const spaceToDepth = ofFirst((question) => {
  const block = intOf(question.node, 'blocksize', 1);
  return spatial(question, (c) => [c * block, 0, c * (block - 1)]);
});

/** A position that is a whole number has no part of the pixel one further on. */
const ALMOST = 1e-6;

const resize = ofFirst(({ node, span, from, sides }) => {
  const mode = textOf(node, 'mode', 'nearest');
  const position = textOf(node, 'coordinate_transformation_mode', 'half_pixel');
  if (position === 'tf_crop_and_resize') return null;
  const floors = textOf(node, 'nearest_mode', 'round_prefer_floor') === 'floor';
  const antialias = intOf(node, 'antialias', 0) !== 0;
  return from.reduce((result, length, axis) => {
    const c = span.coefficients[axis] as number;
    const scale = (sides[axis] as number) / length;
    if (c === 0 || scale === 1) return result;
    const shrink = antialias ? Math.max(1, 1 / scale) : 1;
    // Aligned corners put the last pixel on the last one, so that positions drift: by less than one pixel.
    const drift = position === 'align_corners' ? 1 : 0;
    const middle = position === 'asymmetric' ? 0 : 0.5 / scale - 0.5;
    if (mode === 'nearest') {
      const low = floors ? (Number.isInteger(scale) ? (1 - scale) / scale : ALMOST - 1) : -0.5;
      const high = floors ? 0 : 0.5;
      return along(result, axis, c / scale, c * (middle + low - drift), c * (middle + high + drift));
    }
    const reach = (mode === 'cubic' ? 2 : 1) * shrink - ALMOST;
    return along(result, axis, c / scale, c * (middle - reach - drift), c * (middle + reach + drift));
  }, span);
});

const pad = ofFirst(({ node, span, from, list }) => {
  const pads = intsOf(node, 'pads') ?? list(1);
  if (pads?.length !== 2 * from.length) return null;
  return from.reduce((result, _, axis) => {
    const moved = -(span.coefficients[axis] as number) * (pads[axis] as number);
    return along(result, axis, span.coefficients[axis] as number, moved, moved);
  }, span);
});

const slice = ofFirst(({ node, span, from, list }) => {
  const starts = intsOf(node, 'starts') ?? list(1);
  const axes = intsOf(node, 'axes') ?? list(3) ?? starts?.map((_, i) => i);
  const steps = list(4) ?? starts?.map(() => 1);
  if (!starts || !axes || !steps || (node.inputs[4] && !list(4))) return null;
  return axes.reduce((result, given, i) => {
    const axis = positive(given, from.length);
    const side = from[axis] as number;
    const step = steps[i] as number;
    const start = starts[i] as number;
    const first = Math.min(step < 0 ? side - 1 : side, Math.max(0, start < 0 ? start + side : start));
    const c = span.coefficients[axis] as number;
    return along(result, axis, c * step, c * first, c * first);
  }, span);
});

const split: ReachRule = ({ node, sources: [first], list, sides }) => {
  if (!first?.span) return null;
  const { span } = first;
  const axis = positive(intOf(node, 'axis', 0), first.sides.length);
  const c = span.coefficients[axis] as number;
  const parts = intsOf(node, 'split') ?? list(1) ?? node.outputs.map(() => sides[axis] as number);
  let start = 0;
  return parts.map((length) => {
    const result = along(span, axis, c, c * start, c * start);
    start += length;
    return result;
  });
};

const concatenation: ReachRule = ({ node, sources, sides }) => {
  const axis = positive(intOf(node, 'axis', 0), sides.length);
  let start = 0;
  const parts = sources.flatMap((source) => {
    if (!source) return [];
    const { span, sides: own } = source;
    // Its first element stands where `start` is.
    const moved = span ? -(span.coefficients[axis] as number) * start : 0;
    start += own[axis] as number;
    if (!span) return [];
    return [
      {
        span: { ...span, low: span.low + moved, high: span.high + moved },
        sides: own.with(axis, sides[axis] as number),
      },
    ];
  });
  const result = united(parts, sides);
  return result ? [result] : null;
};

const transpose = ofFirst(({ node, span, from }) => {
  const order = intsOf(node, 'perm') ?? from.map((_, i) => from.length - 1 - i);
  return { ...span, coefficients: order.map((axis) => span.coefficients[axis] as number) };
});

const reshape = ofFirst(({ span, from, sides }) => reshaped(span, from, sides));

const gather = ofFirst(({ node, span, from, sides }) => {
  const axis = positive(intOf(node, 'axis', 0), from.length);
  const added = sides.length - from.length + 1;
  const wide = gathered(span, axis, from[axis] as number);
  const zeros = Array.from({ length: added }, () => 0);
  return { ...wide, coefficients: wide.coefficients.toSpliced(axis, 1, ...zeros) };
});

const expand = ofFirst(
  ({ span, from, sides }) => united([{ span, sides: from }], sides) ?? stretched(span, from, sides),
);

/** Values that depend on no place may be repeated anywhere. */
function stretched(span: Span, from: Dims, sides: Dims): Span | null {
  if (span.coefficients.some((c) => c !== 0) || from.length > sides.length) return null;
  return { ...span, coefficients: sides.map(() => 0) };
}

const product: ReachRule = ({ sources: [left, right], sides }) => {
  const from = left?.span ? left : right;
  if (!from?.span || !left || !right || (left.span && right.span) || from.sides.length < 2) return null;
  if (from.sides.length !== sides.length) return null;
  const axis = from === left ? sides.length - 1 : sides.length - 2;
  return [gathered(from.span, axis, from.sides[axis] as number)];
};

/** Statistics along these axes are taken off the values, or put in their place. */
function statistics(axes: (question: First) => readonly number[], keepsValues: boolean): ReachRule {
  return (question) => {
    const [first] = question.sources;
    if (!first?.span) return null;
    const { span, sides: from } = first;
    const over = axes({ ...question, span, from }).map((axis) => positive(axis, from.length));
    const wide = over.reduce((result, axis) => gathered(result, axis, from[axis] as number), span);
    const widened = wide.high - wide.low - (span.high - span.low);
    const isWhole = widened > question.pictureSide / 2;
    if (isWhole) question.onWhole();
    if (keepsValues)
      return [isWhole ? span : { ...span, low: span.low - widened, high: span.high + widened }];
    if (isWhole) return [null];
    const keepsAxes = question.sides.length === from.length;
    const coefficients = wide.coefficients.filter((_, axis) => keepsAxes || !over.includes(axis));
    return [{ ...wide, coefficients }];
  };
}

const spatialAxes = ({ from }: First) => from.slice(2).map((_, i) => i + 2);
const ownAxes = ({ node, from, list }: First) => intsOf(node, 'axes') ?? list(1) ?? from.map((_, i) => i);
const lastAxes = ({ node, from }: First) =>
  from.map((_, i) => i).slice(positive(intOf(node, 'axis', -1), from.length));

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export const REACH_RULES: Readonly<Record<string, ReachRule>> = {
  ...table(
    elementwise,
    `Abs Add And BatchNormalization Cast Ceil Celu Clip Cos Div Dropout Elu Equal Erf Exp Floor Gelu Greater GreaterOrEqual
     HardSigmoid HardSwish Identity LeakyRelu Less LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow Reciprocal Relu
     Round Selu Sigmoid Sign Sin Softplus Softsign Sqrt Sub Sum Swish Tanh ThresholdedRelu Where`,
  ),
  ...table(statistics(spatialAxes, false), 'GlobalAveragePool GlobalMaxPool GlobalLpPool'),
  ...table(
    statistics(spatialAxes, true),
    'InstanceNormalization GroupNormalization MeanVarianceNormalization',
  ),
  ...table(
    statistics(ownAxes, false),
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare',
  ),
  ...table(statistics(lastAxes, true), 'LayerNormalization RMSNormalization'),
  ...table(
    statistics(({ node }) => [intOf(node, 'axis', -1)], true),
    'Softmax LpNormalization',
  ),
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  ...table(pool, 'AveragePool MaxPool LpPool'),
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Resize: resize,
  Pad: pad,
  Slice: slice,
  Split: split,
  Concat: concatenation,
  Transpose: transpose,
  ...table(reshape, 'Reshape Squeeze Unsqueeze Flatten'),
  Gather: gather,
  Expand: expand,
  MatMul: product,
};

function table(rule: ReachRule, operators: string): Record<string, ReachRule> {
  return Object.fromEntries(operators.split(/\s+/).map((operator) => [operator, rule]));
}
