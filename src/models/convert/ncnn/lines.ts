import type { Axis, AxisRule, Window } from './axes.ts';

/** A length as a line: `slope · t + offset`, for whole t of 0 and more. */
export type Line = { readonly slope: number; readonly offset: number };

/** The lengths of picture sides are no line in t, but in t divided by this. */
export type Finer = { readonly finer: number };

/**
 * The length that a rule makes of others. A division that rounds is a line only where the slope divides evenly.
 * @returns null where two lengths that have to be equal are not
 */
export function lineOf(
  rule: Exclude<AxisRule, { kind: 'picture' | 'fixed' }>,
  line: (axis: Axis) => Line,
): Line | Finer | null {
  const { slope, offset } = line(rule.of);
  switch (rule.kind) {
    case 'window': {
      const free = offset + rule.before + rule.after - extent(rule) + (rule.roundUp ? rule.stride - 1 : 0);
      if (slope % rule.stride !== 0) return { finer: rule.stride / gcd(slope, rule.stride) };
      return { slope: slope / rule.stride, offset: Math.floor(free / rule.stride) + 1 };
    }
    case 'spread': {
      const rest = extent(rule) - rule.stride - rule.before - rule.after + rule.extra;
      return { slope: slope * rule.stride, offset: offset * rule.stride + rest };
    }
    case 'scaled':
      if (!Number.isInteger(slope * rule.factor)) return { finer: 2 };
      return { slope: slope * rule.factor, offset: Math.floor(offset * rule.factor) };
    case 'multiplied':
      return { slope: slope * rule.times, offset: offset * rule.times };
    case 'cut':
      return { slope, offset: offset - rule.before - rule.after };
    case 'cutLike':
      return line(rule.like);
    case 'padded':
      return { slope, offset: offset + rule.before + rule.after };
    case 'joined': {
      const other = line(rule.and);
      return other.slope === slope && other.offset === offset ? other : null;
    }
  }
}

/** How many positions a window reaches over. */
export function extent({ kernel, dilation }: Window): number {
  return (kernel - 1) * dilation + 1;
}

export function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
