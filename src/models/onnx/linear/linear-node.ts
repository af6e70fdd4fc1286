import { intOf, intsOf, textOf } from '../attributes.ts';
import { DataType, elementCount } from '../data-type.ts';
import type { Node, TensorData } from '../model.ts';
import { isOnnx } from '../names.ts';
import { float32Values, numbersOf } from '../tensor-values.ts';
import { type SameConv, sameConv } from './conv-kernel.ts';
import { repetition } from './repeated-pixels.ts';

/** A tensor that is linear in others of a picture's sides, `[1, channels, height, width]`. */
export type LinearNode = {
  readonly node: Node;
  /** The one of the node's outputs that is meant. */
  readonly output: string;
  /** The tensors that it is linear in; constants are none of them. */
  readonly inputs: readonly string[];
  readonly operation: Operation;
};

export type Operation =
  | { readonly kind: 'conv'; readonly conv: SameConv }
  /** The inputs added up, each with its sign. */
  | { readonly kind: 'add'; readonly signs: readonly (1 | -1)[] }
  /** Each channel times a gain, plus an offset. */
  | { readonly kind: 'affine'; readonly gains: Float64Array | null; readonly offsets: Float64Array | null }
  | { readonly kind: 'concat' }
  /** Output channel i is input channel `channels[i]`. */
  | { readonly kind: 'pick'; readonly channels: readonly number[] }
  /** DepthToSpace; `channelsFirst` is CRD: the places in a larger pixel are the inner ones of the channels. */
  | { readonly kind: 'shuffle'; readonly block: number; readonly channelsFirst: boolean }
  /** Each pixel becomes `block²` equal ones. */
  | { readonly kind: 'repeat'; readonly block: number };

/** What is known of the graph's tensors. */
export type Knowledge = {
  readonly dimsOf: (name: string) => readonly number[] | undefined;
  readonly typeOf: (name: string) => number | undefined;
  readonly constantOf: (name: string) => TensorData | undefined;
};

/** What of a node is linear: one for each output, none where it is something else or not enough is known. */
export function linearNodes(node: Node, known: Knowledge): readonly LinearNode[] {
  if (!isOnnx(node)) return [];
  const tensors = node.inputs.filter((name) => name !== '' && !known.constantOf(name));
  const isPicture = (name: string) =>
    known.dimsOf(name)?.length === 4 &&
    known.dimsOf(name)?.[0] === 1 &&
    known.typeOf(name) === DataType.float32;
  if (tensors.length === 0 || ![...tensors, ...node.outputs].every(isPicture)) return [];
  const operations = OPERATIONS[node.opType]?.(node, known) ?? [];
  return operations.map((operation, i) => ({
    node,
    output: node.outputs[i] as string,
    inputs: tensors,
    operation,
  }));
}

type Rule = (node: Node, known: Knowledge) => readonly Operation[] | null;

const arithmetic: Rule = (node, known) => {
  const [a, b] = node.inputs as [string, string];
  const constants = [a, b].map(known.constantOf);
  if (!constants[0] && !constants[1]) return areEqual(known.dimsOf(a), known.dimsOf(b)) ? ofTwo(node) : null;
  const channels = channelsOf(constants[0] ? b : a, known);
  const values = perChannel(constants[0] ?? constants[1], channels);
  if (!values) return null;
  const affine = (gains: Float64Array | null, offsets: Float64Array | null): readonly Operation[] => [
    { kind: 'affine', gains, offsets },
  ];
  switch (node.opType) {
    case 'Add':
      return affine(null, values);
    case 'Mul':
      return affine(values, null);
    case 'Sub':
      return constants[0]
        ? affine(
            values.map(() => -1),
            values,
          )
        : affine(
            null,
            values.map((one) => -one),
          );
    default:
      return constants[0]
        ? null
        : affine(
            values.map((one) => 1 / one),
            null,
          );
  }
};

function ofTwo({ opType }: Node): readonly Operation[] | null {
  if (opType === 'Add') return [{ kind: 'add', signs: [1, 1] }];
  return opType === 'Sub' ? [{ kind: 'add', signs: [1, -1] }] : null;
}

const convolution: Rule = (node, known) => {
  const conv = sameConv(node, known.constantOf);
  const inputs = conv ? (conv.weight.dims[1] as number) * conv.group : 0;
  return conv && inputs === channelsOf(node.inputs[0], known) ? [{ kind: 'conv', conv }] : null;
};

const concatenation: Rule = (node, known) => {
  const sides = node.inputs.map((name) => known.dimsOf(name)?.slice(2));
  const isWhole = node.inputs.every((name) => !known.constantOf(name));
  const onChannels = [1, -3].includes(intOf(node, 'axis', 0));
  return onChannels && isWhole && sides.every((one) => areEqual(one, sides[0])) ? [{ kind: 'concat' }] : null;
};

const split: Rule = (node, known) => {
  if (![1, -3].includes(intOf(node, 'axis', 0))) return null;
  let start = 0;
  return node.outputs.map((name) => {
    const count = channelsOf(name, known);
    start += count;
    return pick(start - count, count);
  });
};

const slice: Rule = (node, known) => {
  const list = (name: string, index: number) => {
    const constant = known.constantOf(node.inputs[index] ?? '');
    return intsOf(node, name) ?? (constant ? numbersOf(constant) : null);
  };
  const [starts, axes, steps] = [list('starts', 1), list('axes', 3), list('', 4)];
  const isPlain = axes?.length === 1 && [1, -3].includes(axes[0] as number) && (steps?.[0] ?? 1) === 1;
  const start = starts?.[0];
  if (!isPlain || start === undefined) return null;
  const channels = channelsOf(node.inputs[0], known);
  const from = Math.max(0, start < 0 ? start + channels : Math.min(start, channels));
  return [pick(from, channelsOf(node.outputs[0], known))];
};

const gather: Rule = (node, known) => {
  const indices = known.constantOf(node.inputs[1] ?? '');
  const channels = channelsOf(node.inputs[0], known);
  if (intOf(node, 'axis', 0) !== 1 || indices?.dims.length !== 1) return null;
  const picked = numbersOf(indices)?.map((index) => (index < 0 ? index + channels : index));
  return picked ? [{ kind: 'pick', channels: picked }] : null;
};

const shuffle: Rule = (node) => [
  {
    kind: 'shuffle',
    block: intOf(node, 'blocksize', 1),
    channelsFirst: textOf(node, 'mode', 'DCR') === 'CRD',
  },
];

const enlargement: Rule = (node, known) => {
  const block = repetition(node, known.constantOf);
  return block > 1 ? [{ kind: 'repeat', block }] : null;
};

const OPERATIONS: Readonly<Record<string, Rule>> = {
  Add: arithmetic,
  Sub: arithmetic,
  Mul: arithmetic,
  Div: arithmetic,
  Conv: convolution,
  Concat: concatenation,
  Split: split,
  Slice: slice,
  Gather: gather,
  DepthToSpace: shuffle,
  Resize: enlargement,
  Upsample: enlargement,
  Identity: () => [{ kind: 'affine', gains: null, offsets: null }],
};

function pick(start: number, count: number): Operation {
  return { kind: 'pick', channels: Array.from({ length: count }, (_, i) => start + i) };
}

function channelsOf(name: string | undefined, known: Knowledge): number {
  return known.dimsOf(name ?? '')?.[1] ?? 0;
}

/** The values of a float32 constant that is broadcast over a picture, one for each channel. */
function perChannel(constant: TensorData | undefined, channels: number): Float64Array | null {
  if (constant?.dataType !== DataType.float32 || constant.dims.length > 4) return null;
  const count = elementCount(constant.dims);
  if (count !== 1 && (count !== channels || constant.dims.at(-3) !== channels)) return null;
  const values = float32Values(constant);
  return Float64Array.from({ length: channels }, (_, i) => values[count === 1 ? 0 : i] as number);
}

function areEqual(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a !== undefined && a.length === b?.length && a.every((side, i) => side === b[i]);
}
