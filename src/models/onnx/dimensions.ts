import { has, intOf, intsOf, textOf } from './attributes.ts';
import { elementCount } from './data-type.ts';
import type { Graph, Node } from './model.ts';
import { isOnnx } from './names.ts';
import { type Known, shapeValue, smallValue } from './small-values.ts';
import { numbersOf } from './tensor-values.ts';

type Dims = readonly number[];

/** What follows from the sides of the graph's inputs. */
export type Inferred = {
  /** All sides of a tensor, by its name. */
  readonly dims: ReadonlyMap<string, Dims>;
  /** Values of nodes that the models compute from sides, by the tensor's name. */
  readonly values: ReadonlyMap<string, Known>;
};

/**
 * The sides of the graph's tensors, as far as they follow from inputs of fixed sides through the operators that picture
 * networks are made of. A tensor that is missing may have any.
 */
export function inferDimensions(graph: Graph): Inferred {
  const dims = new Map<string, Dims>();
  const constants = new Map<string, Known>();
  const values = new Map<string, Known>();
  for (const { name, dims: declared } of graph.inputs) {
    if (declared?.every((side) => typeof side === 'number')) dims.set(name, declared);
  }
  for (const tensor of graph.initializers) {
    dims.set(tensor.name, tensor.dims);
    const numbers = tensor.dims.length <= 1 && elementCount(tensor.dims) <= 16 ? numbersOf(tensor) : null;
    if (numbers)
      constants.set(tensor.name, { dataType: tensor.dataType, dims: tensor.dims, values: numbers });
  }
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    if (!isOnnx(node) || output === '') continue;
    const value = knownValue(node, dims, constants);
    if (value) {
      constants.set(output, value);
      values.set(output, value);
      dims.set(output, value.dims);
    } else setOutputs(node, dims, constants);
  }
  return { dims, values };
}

function knownValue(
  node: Node,
  dims: ReadonlyMap<string, Dims>,
  constants: ReadonlyMap<string, Known>,
): Known | null {
  const sides = dims.get(node.inputs[0] ?? '');
  if (node.opType === 'Shape') return sides ? shapeValue(node, sides) : null;
  const inputs = node.inputs.map((name) => constants.get(name));
  return inputs.every((input) => input !== undefined) ? smallValue(node, inputs) : null;
}

function setOutputs(node: Node, dims: Map<string, Dims>, constants: ReadonlyMap<string, Known>): void {
  const inputs = node.inputs.map((name) => dims.get(name));
  const list = (index: number) => constants.get(node.inputs[index] ?? '')?.values ?? null;
  const [first] = inputs;
  if (!first) return;
  const outputs = RULES[node.opType]?.({ node, first, inputs, list });
  node.outputs.forEach((name, i) => {
    const sides = outputs?.[i];
    if (name && sides?.every((side) => Number.isSafeInteger(side) && side >= 0)) dims.set(name, sides);
  });
}

type Question = {
  readonly node: Node;
  /** The sides of the first input. */
  readonly first: Dims;
  readonly inputs: readonly (Dims | undefined)[];
  /** The values of a small constant input. */
  readonly list: (index: number) => readonly number[] | null;
};
/** The sides of a node's outputs; null where they cannot be told. */
type Rule = (question: Question) => readonly Dims[] | null;

const same: Rule = ({ first }) => [first];

const broadcast: Rule = ({ inputs }) => {
  if (!inputs.every((sides) => sides !== undefined)) return null;
  const rank = Math.max(...inputs.map((sides) => sides.length));
  const side = (i: number) => {
    const all = inputs.map((sides) => sides[sides.length - rank + i] ?? 1);
    return all.find((one) => one !== 1) ?? 1;
  };
  return [Array.from({ length: rank }, (_, i) => side(i))];
};

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

function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

const RULES: Readonly<Record<string, Rule>> = {
  ...table(
    same,
    `Abs BatchNormalization Cast Ceil Celu Clip Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid HardSwish Identity
     InstanceNormalization LayerNormalization LeakyRelu Log Mish Neg PRelu Reciprocal Relu Round Selu Sigmoid Sign Softmax
     Softplus Softsign Sqrt Swish Tanh ThresholdedRelu`,
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
};

function table(rule: Rule, operators: string): Record<string, Rule> {
  return Object.fromEntries(operators.split(/\s+/).map((operator) => [operator, rule]));
}
