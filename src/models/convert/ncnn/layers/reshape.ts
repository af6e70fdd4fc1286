import type { Axis } from '../axes.ts';
import type { Blob } from '../blob.ts';
import { perPosition } from '../blob.ts';
import type { LayerScope } from '../layer-scope.ts';
import type { LayerRule } from './rule.ts';

/** Instead of a length: this side is as it was; all that is left; there is no such side. */
const COPY = 0;
const REST = -1;
const ABSENT = -233;

export const RESHAPING: Readonly<Record<string, LayerRule>> = {
  Reshape: { convert: convertReshape },
  Flatten: { convert: (scope) => reshaped(scope, [REST]) },
};

function convertReshape(scope: LayerScope): Blob {
  const { params } = scope;
  if (params.flag(3)) throw scope.unsupported('takes the channels as the innermost side');
  const length = (id: number) => params.int(id, { absent: ABSENT, from: ABSENT, to: 1 << 26 });
  if (length(11) !== ABSENT) throw scope.unsupported('has four sides');
  // Outermost first.
  return reshaped(
    scope,
    [length(2), length(1), length(0)].filter((value) => value !== ABSENT),
  );
}

/** The sides whose lengths multiply to the same for every picture; others stand for themselves. */
type Volume = { readonly pictureSides: readonly Axis[]; readonly fixed: number };

function reshaped(scope: LayerScope, wanted: readonly number[]): Blob {
  const { input, axes } = scope;
  if (wanted.length === 0 || wanted.some((value) => value < REST)) throw scope.corrupt('has no sides');
  if (wanted.filter((value) => value === REST).length > 1) throw scope.corrupt('leaves two sides open');
  // From the innermost side on, as width is 0, height 1 and channels 2 in either.
  const before = (side: number): Axis => {
    const axis = input.sides[side - wanted.length + input.sides.length];
    if (axis === undefined) throw scope.corrupt('copies a side that its input does not have');
    return axis;
  };
  const known = wanted.map((value, side) =>
    value === REST ? null : value === COPY ? before(side) : scope.axis(value),
  );
  const left = divided(
    volumeOf(scope, input.sides),
    volumeOf(
      scope,
      known.filter((axis) => axis !== null),
    ),
  );
  const sides = known.map((axis) => axis ?? restOf(scope, left));
  if (!known.includes(null) && (left === null || left.fixed !== 1 || left.pictureSides.length > 0))
    throw scope.unsupported('is made for one size of picture');
  if (sides.length === input.sides.length && sides.every((axis, i) => axis === input.sides[i])) return input;
  const lengths = sides.map((axis) => axes.fixedLength(axis));
  return { tensor: write(scope, { sides, lengths }), sides };
}

/** In ONNX, at most one side may be left to be found, so at most one may depend on the picture. */
function write(
  scope: LayerScope,
  { sides, lengths }: { sides: readonly Axis[]; lengths: readonly (number | null)[] },
) {
  const { input } = scope;
  const was = perPosition<Axis | null>(input, (side) => input.sides[side] as Axis, null);
  const is = perPosition<Axis | null>({ sides }, (side) => sides[side] as Axis, null);
  let open = 0;
  const shape = is.map((axis, position) => {
    const length = axis === null ? 1 : lengths[sides.indexOf(axis)];
    if (typeof length === 'number') return length;
    if (axis === was[position]) return COPY;
    open++;
    return REST;
  });
  if (open > 1) throw scope.unsupported('is made for one size of picture');
  return scope.node('Reshape', [input.tensor, scope.builder.ints(shape)]);
}

function volumeOf(scope: LayerScope, sides: readonly Axis[]): Volume {
  const lengths = sides.map((axis) => scope.axes.fixedLength(axis));
  return {
    pictureSides: sides.filter((_, i) => lengths[i] === null),
    fixed: lengths.reduce<number>((product, length) => product * (length ?? 1), 1),
  };
}

/** Null where one does not contain the other. */
function divided(volume: Volume, by: Volume): Volume | null {
  const left = [...volume.pictureSides];
  for (const axis of by.pictureSides) {
    const found = left.indexOf(axis);
    if (found < 0) return null;
    left.splice(found, 1);
  }
  const fixed = volume.fixed / by.fixed;
  return Number.isInteger(fixed) ? { pictureSides: left, fixed } : null;
}

function restOf(scope: LayerScope, left: Volume | null): Axis {
  const [axis, ...more] = left?.pictureSides ?? [];
  if (left && axis === undefined) return scope.axis(left.fixed);
  if (left && axis !== undefined && more.length === 0 && left.fixed === 1) return axis;
  throw scope.unsupported('makes one side of rows and columns, or is made for one size of picture');
}
