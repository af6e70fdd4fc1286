import type { Size, SourcePx } from './geometry.ts';

/** Which inputs a network accepts, in source pixels. */
export type SizeRule = {
  /** Both sides are whole multiples of this; 1 where any side will do. */
  readonly multipleOf: number;
  /** The shortest side that it takes; 1 where any will do. */
  readonly minimumPx: number;
  /** The only size that it takes; null where it takes others. */
  readonly fixed: Size<SourcePx> | null;
};

export const ANY_SIZE: SizeRule = { multipleOf: 1, minimumPx: 1, fixed: null };

/** The same rule with sides that are also multiples of `times`. A fixed size stays as it is. */
export function alsoMultipleOf(rule: SizeRule, times: number): SizeRule {
  return { ...rule, multipleOf: leastCommonMultiple(rule.multipleOf, times) };
}

/** The smallest size of at least `size` that the rule allows; the fixed one, however large, where there is one. */
export function allowedSize(size: Size<number>, { multipleOf, minimumPx, fixed }: SizeRule): Size<SourcePx> {
  const up = (side: number) => (Math.ceil(Math.max(side, minimumPx) / multipleOf) * multipleOf) as SourcePx;
  return fixed ?? { width: up(size.width), height: up(size.height) };
}

export function leastCommonMultiple(a: number, b: number): number {
  let [rest, divisor] = [a, b];
  while (divisor > 0) [rest, divisor] = [divisor, rest % divisor];
  return (a / rest) * b;
}
