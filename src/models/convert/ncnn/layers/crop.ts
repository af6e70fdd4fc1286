import type { Axis } from '../axes.ts';
import { type Blob, positionsOf } from '../blob.ts';
import type { LayerScope } from '../layer-scope.ts';
import { sideOf } from './arrangement.ts';
import { type LayerRule, MAX_CHANNELS } from './rule.ts';

/** What is cut away at both ends of each side, outermost side first. */
type Cut = { readonly before: number; readonly after: number };

const NOTHING: Cut = { before: 0, after: 0 };

/** Instead of a length, or of an end: all that is left. */
const REST = -233;

export const crop: LayerRule = {
  convert: (scope) => {
    scope.requireInputs(1, 2);
    return scope.inputs.length === 2
      ? croppedLike(scope)
      : cropped(scope, scope.params.has(9) ? namedCuts(scope) : cuts(scope));
  },
};

/** Parameters by side, innermost first: offset, length, offset from the far end. */
const IDS = [
  { offset: 0, length: 3, far: 6 },
  { offset: 1, length: 4, far: 7 },
  { offset: 2, length: 5, far: 8 },
];

function offsetOf(scope: LayerScope, id: number): number {
  return scope.params.int(id, { absent: 0, from: 0, to: MAX_CHANNELS });
}

function cuts(scope: LayerScope): readonly Cut[] {
  const { sides } = scope.input;
  return sides.map((axis, side) => {
    const { offset, length, far } = IDS[sides.length - 1 - side] as (typeof IDS)[number];
    const before = offsetOf(scope, offset);
    const kept = scope.params.int(length, { absent: REST, from: REST, to: MAX_CHANNELS });
    if (kept === REST || kept === 0) return { before, after: offsetOf(scope, far) };
    const total = scope.axes.fixedLength(axis);
    if (total === null) throw scope.unsupported(`cuts the picture to ${kept} pixels, whatever its size`);
    return { before, after: Math.max(offsetOf(scope, far), total - before - kept) };
  });
}

/** The newer form: lists of starts, ends and the sides that they are of. */
function namedCuts(scope: LayerScope): readonly Cut[] {
  const { sides } = scope.input;
  const [starts, ends, named] = [scope.params.ints(9), scope.params.ints(10), scope.params.ints(11)];
  const axes = named.length > 0 ? named : starts.map((_, i) => i);
  if (starts.length !== axes.length || ends.length !== axes.length)
    throw scope.corrupt(`has ${starts.length} starts and ${ends.length} ends for ${axes.length} sides`);
  const cut: Cut[] = sides.map(() => NOTHING);
  axes.forEach((name, i) => {
    const side = sideOf(scope, name, sides.length);
    cut[side] = cutOf(scope, sides[side] as Axis, { start: starts[i] as number, end: ends[i] as number });
  });
  return cut;
}

function cutOf(scope: LayerScope, axis: Axis, { start, end }: { start: number; end: number }): Cut {
  const total = scope.axes.fixedLength(axis);
  const before = start < 0 && total !== null ? Math.max(0, start + total) : start;
  if (before < 0) throw scope.unsupported('cuts from an end that depends on the picture’s size');
  if (end === REST || end === 2 ** 31 - 1) return { before, after: 0 };
  if (end < 0) return { before, after: -end };
  if (total === null) throw scope.unsupported(`cuts the picture at ${end} pixels, whatever its size`);
  return { before, after: Math.max(0, total - end) };
}

function cropped(scope: LayerScope, amounts: readonly Cut[]): Blob {
  const { input, builder } = scope;
  const positions = positionsOf(input);
  const used = amounts.flatMap((cut, side) =>
    cut.before + cut.after > 0 ? [{ ...cut, side, position: positions[side] as number }] : [],
  );
  if (used.length === 0) return input;
  const sides = [...input.sides];
  for (const { side, before, after } of used)
    sides[side] = scope.axes.add({ kind: 'cut', of: sides[side] as Axis, before, after }, scope.layer);
  const ends = used.map(({ after }) => (after === 0 ? 2 ** 31 - 1 : -after));
  const tensor = scope.node('Slice', [
    input.tensor,
    builder.ints(used.map(({ before }) => before)),
    builder.ints(ends),
    builder.ints(used.map(({ position }) => position)),
  ]);
  return { tensor, sides };
}

/** Cut to the size of the second input, whose own sides say where it ends. */
function croppedLike(scope: LayerScope): Blob {
  const { builder } = scope;
  const [input, like] = scope.pair;
  if (input.sides.length !== 3 || like.sides.length !== 3)
    throw scope.unsupported('cuts blobs that have no rows, columns and channels');
  const [left, top, first] = [offsetOf(scope, 0), offsetOf(scope, 1), offsetOf(scope, 2)];
  const [channels, y, x] = input.sides as [Axis, Axis, Axis];
  const [likeChannels, likeY, likeX] = like.sides as [Axis, Axis, Axis];
  const starts = [first, top, left];
  const lengths = scope.node('Shape', [like.tensor], { start: 1n, end: 4n });
  const ends = scope.node('Add', [lengths, builder.ints(starts)]);
  const tensor = scope.node('Slice', [input.tensor, builder.ints(starts), ends, builder.ints([1, 2, 3])]);
  const cut = (of: Axis, before: number, to: Axis) =>
    scope.axes.add({ kind: 'cutLike', of, before, like: to }, scope.layer);
  if (scope.channels(input) < first + scope.channels(like))
    throw scope.corrupt('cuts more channels than there are');
  return { tensor, sides: [cut(channels, first, likeChannels), cut(y, top, likeY), cut(x, left, likeX)] };
}
