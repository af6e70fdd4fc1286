import type { Axis, AxisGraph } from './axes.ts';
import { gcd, type Line, lineOf } from './lines.ts';

/** What a network makes of one side of its input. */
export type SideFacts = {
  /** Output pixels per source pixel. */
  readonly scale: number;
  /** How many output pixels it gives less than `scale` times its input. */
  readonly lostPx: number;
  /** The side has to be a whole multiple of this, in source pixels. */
  readonly multipleOf: number;
  /** The shortest multiple of it that every layer can work on. */
  readonly minimumPx: number;
  /** After so many source pixels, everything repeats itself: the least common multiple of all steps. */
  readonly periodPx: number;
};

/** Six halvings and a three. A network with more steps than this is not known. */
const MAX_PERIOD = 192;
/** So many lengths are worked out at most: four times what the largest real networks could need. */
const MAX_LENGTHS = 500_000;

/**
 * Follows every picture side n through the network, for n = period·t + remainder: each length is then a line in t, and
 * the remainders that work show which sizes the network takes.
 * @returns null where the output's length is no whole multiple of the input's, less a constant
 */
export function sideFacts(axes: AxisGraph, output: Axis): SideFacts | null {
  const remainders = linesPerRemainder(axes, output);
  if (remainders === null) return null;
  const period = remainders.length;
  for (let multipleOf = 1; multipleOf <= period; multipleOf++) {
    if (period % multipleOf !== 0) continue;
    const answers = remainders
      .filter((_, remainder) => remainder % multipleOf === 0)
      .map((found) => answerOf(found, period));
    const [first] = answers;
    if (!first || answers.some((answer) => answer === null || !isSame(answer, first))) continue;
    const shortest = Math.max(...answers.map((answer) => answer?.shortestPx ?? 0)) - period + multipleOf;
    return { ...first, multipleOf, minimumPx: Math.max(multipleOf, shortest), periodPx: period };
  }
  return null;
}

type Answer = { readonly scale: number; readonly lostPx: number; readonly shortestPx: number };

function isSame(a: Answer, b: Answer): boolean {
  return a.scale === b.scale && a.lostPx === b.lostPx;
}

/** Null where this remainder does not work, or the scale is not whole. */
function answerOf(found: Remainder | null, period: number): Answer | null {
  if (!found) return null;
  const { output, remainder, shortestPx } = found;
  const scale = output.slope / period;
  if (!Number.isInteger(scale) || scale < 1) return null;
  return { scale, lostPx: scale * remainder - output.offset, shortestPx };
}

type Remainder = {
  readonly remainder: number;
  /** The length of the network's output. */
  readonly output: Line;
  /** The shortest side of this remainder for which no length is below 1. */
  readonly shortestPx: number;
};

/** By remainder; null for those that do not work. */
function linesPerRemainder(axes: AxisGraph, output: Axis): readonly (Remainder | null)[] | null {
  for (let period = 1; period <= MAX_PERIOD && period * axes.count <= MAX_LENGTHS; ) {
    const first = remainderOf(axes, output, { period, remainder: 0 });
    if (typeof first === 'number') {
      period *= first;
      continue;
    }
    const rest = Array.from({ length: period - 1 }, (_, i) =>
      remainderOf(axes, output, { period, remainder: i + 1 }),
    );
    // Whether a slope divides evenly does not depend on the remainder.
    return [first, ...rest].map((found) => (typeof found === 'number' ? null : found));
  }
  return null;
}

/** Null where the lengths do not fit each other, a number where the period has to be so many times as long. */
function remainderOf(
  axes: AxisGraph,
  output: Axis,
  { period, remainder }: { readonly period: number; readonly remainder: number },
): Remainder | number | null {
  const lines: Line[] = [];
  let shortest = remainder === 0 ? 1 : 0;
  let fits = true;
  const need = ({ slope, offset }: Line, least: number) => {
    if (slope > 0) shortest = Math.max(shortest, Math.ceil((least - offset) / slope));
    else if (slope < 0 || offset < least) fits = false;
  };
  for (const axis of axes.all()) {
    const rule = axes.ruleOf(axis);
    if (rule.kind === 'picture' || rule.kind === 'fixed') {
      lines.push(
        rule.kind === 'fixed' ? { slope: 0, offset: rule.length } : { slope: period, offset: remainder },
      );
      continue;
    }
    const at = (of: Axis) => lines[of] as Line;
    const line = lineOf(rule, at);
    if (line && 'finer' in line) return line.finer;
    // Going on with any length shows whether a finer period is needed further down.
    if (!line) fits = false;
    lines.push(line ?? at(rule.of));
    need(line ?? at(rule.of), 1);
    if (rule.kind === 'padded' && rule.isMirrored) need(at(rule.of), Math.max(rule.before, rule.after) + 1);
    if (rule.kind === 'cutLike') need(difference(at(rule.of), at(rule.like)), rule.before);
  }
  if (!fits) return null;
  return { remainder, output: lines[output] as Line, shortestPx: period * shortest + remainder };
}

function difference(a: Line, b: Line): Line {
  return { slope: a.slope - b.slope, offset: a.offset - b.offset };
}

export function leastCommonMultiple(a: number, b: number): number {
  return (a / gcd(a, b)) * b;
}
