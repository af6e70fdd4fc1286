import type { Axis } from '../axes.ts';
import { type Blob, perPosition, positionsOf } from '../blob.ts';
import type { LayerParams } from '../layer-params.ts';
import type { LayerScope } from '../layer-scope.ts';
import { bare, type LayerRule, MAX_CHANNELS } from './rule.ts';

export const ARRANGEMENT: Readonly<Record<string, LayerRule>> = {
  Concat: { convert: convertConcat },
  Slice: { convert: convertSlice },
  Permute: { convert: convertPermute },
  Padding: { weights: paddingWeights, convert: convertPadding },
};

/** The number of a side, outermost 0, negative from the end. */
export function sideOf(scope: LayerScope, axis: number, rank: number): number {
  const side = axis < 0 ? axis + rank : axis;
  if (side < 0 || side >= rank) throw scope.corrupt(`names side ${axis} of ${rank}`);
  return side;
}

/** The place in the tensor of a side that a parameter names. */
function namedSide(scope: LayerScope, id: number, blob: Blob) {
  const axis = scope.params.int(id, { absent: 0, from: -4, to: 3 });
  const side = sideOf(scope, axis, blob.sides.length);
  return { side, position: BigInt(positionsOf(blob)[side] ?? 0) };
}

function convertConcat(scope: LayerScope): Blob {
  scope.requireInputs(1, Number.POSITIVE_INFINITY);
  const [first, ...others] = scope.inputs;
  if (!first) throw scope.corrupt('has no inputs');
  const { side, position } = namedSide(scope, 0, first);
  let length = scope.fixedLength(first.sides[side] as Axis, 'a side');
  const sides = [...first.sides];
  for (const blob of others) {
    if (blob.sides.length !== first.sides.length)
      throw scope.corrupt('joins blobs of different numbers of sides');
    length += scope.fixedLength(blob.sides[side] as Axis, 'a side');
    blob.sides.forEach((axis, i) => {
      if (i !== side && axis !== sides[i])
        sides[i] = scope.axes.add({ kind: 'joined', of: sides[i] as Axis, and: axis }, scope.layer);
    });
  }
  sides[side] = scope.axis(length);
  const tensor = scope.node(
    'Concat',
    scope.inputs.map((blob) => blob.tensor),
    { axis: position },
  );
  return { tensor, sides };
}

/** Instead of a length: an equal share of what is left. */
const SHARE = -233;

function convertSlice(scope: LayerScope): readonly Blob[] {
  const { input } = scope;
  const { side, position } = namedSide(scope, 1, input);
  const total = scope.fixedLength(input.sides[side] as Axis, 'a side');
  const count = scope.layer.outputs.length;
  const lengths = scope.params.has(2) ? lengthsBetween(scope, total) : lengthsOf(scope, total, count);
  if (lengths.length !== count || lengths.some((length) => length < 1) || sum(lengths) !== total)
    throw scope.corrupt(`cuts ${total} into ${lengths.slice(0, 8).join(' + ')}`);
  const tensors = scope.builder.addMany('Split', [input.tensor, scope.builder.ints(lengths)], count, {
    axis: position,
  });
  return tensors.map((tensor, i) => ({
    tensor,
    sides: input.sides.map((axis, of) => (of === side ? scope.axis(lengths[i] as number) : axis)),
  }));
}

function lengthsOf(scope: LayerScope, total: number, count: number): readonly number[] {
  const lengths: number[] = [];
  const given = scope.params.ints(0);
  if (given.length !== count) throw scope.corrupt(`has ${count} outputs and ${given.length} lengths`);
  let left = total;
  for (const length of given) {
    const taken = length === SHARE ? Math.floor(left / (count - lengths.length)) : length;
    lengths.push(taken);
    left -= taken;
  }
  return lengths;
}

/** The newer form says where to cut. */
function lengthsBetween(scope: LayerScope, total: number): readonly number[] {
  const cuts = scope.params.ints(2).map((cut) => (cut < 0 ? cut + total : cut));
  return [...cuts, total].map((cut, i) => cut - (cuts[i - 1] ?? 0));
}

/** By number, outermost first: which side of the input each side of the output is (`permute.cpp`). */
const ORDERS: Readonly<Record<number, readonly (readonly number[])[]>> = {
  2: [
    [0, 1],
    [1, 0],
  ],
  3: [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ],
};

function convertPermute(scope: LayerScope): Blob {
  const { input } = scope;
  const number = scope.params.int(0, { absent: 0, from: 0, to: 23 });
  if (input.sides.length === 1) return input;
  const order = ORDERS[input.sides.length]?.[number];
  if (!order) throw scope.unsupported(`has the order ${number} of ${input.sides.length} sides`);
  return rearranged(scope, input, order);
}

/** The blob with its sides in another order; sides that are left out have to be of length 1. */
export function rearranged(scope: LayerScope, input: Blob, order: readonly number[]): Blob {
  const result = { sides: order.map((side) => input.sides[side] as Axis) };
  const from = positionsOf(input);
  const kept = order.map((side) => from[side] as number);
  const spare = [0, 1, 2, 3].filter((position) => !kept.includes(position));
  const perm = perPosition(result, (side) => kept[side] as number, -1).map((position) =>
    BigInt(position < 0 ? (spare.shift() as number) : position),
  );
  if (perm.every((position, i) => position === BigInt(i))) return { ...result, tensor: input.tensor };
  return { ...result, tensor: scope.node('Transpose', [input.tensor], { perm }) };
}

/** Values for the padding of each channel are not converted, but stand in the file. */
function paddingWeights(params: LayerParams) {
  const count = params.int(6, { absent: 0, from: 0, to: MAX_CHANNELS });
  return count > 0 ? [bare('values', count)] : [];
}

const PADDING_MODES = ['constant', 'edge', 'reflect'];

function convertPadding(scope: LayerScope): Blob {
  const { params, map } = scope;
  const amount = (id: number) => params.int(id, { absent: 0, from: 0, to: 1024 });
  const [top, bottom, left, right] = [amount(0), amount(1), amount(2), amount(3)];
  const mode = PADDING_MODES[params.int(4, { absent: 0, from: 0, to: 255 })];
  if (mode === undefined) throw scope.unsupported('pads in an unknown way');
  if (paddingWeights(params).length > 0 || amount(7) + amount(8) > 0)
    throw scope.unsupported('pads channels, or each by its own value');
  const [channels, y, x] = map.sides as [Axis, Axis, Axis];
  const isMirrored = mode === 'reflect';
  const pads = scope.builder.ints([0, 0, top, left, 0, 0, bottom, right]);
  const value = mode === 'constant' ? [scope.builder.floats([params.float(5, 0)], [])] : [];
  return {
    tensor: scope.node('Pad', [map.tensor, pads, ...value], { mode }),
    sides: [
      channels,
      scope.axes.add({ kind: 'padded', of: y, before: top, after: bottom, isMirrored }, scope.layer),
      scope.axes.add({ kind: 'padded', of: x, before: left, after: right, isMirrored }, scope.layer),
    ],
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
