import { type Axis, type AxisGraph, type AxisRule, sourcesOf } from './axes.ts';
import type { SideFacts } from './sizes.ts';

/** From the first position to the last, both included. */
type Range = { readonly from: number; readonly to: number };

/** Beyond this many steps the answer is not worth its time. */
const MAX_STEPS = 1_000_000;

/**
 * How far, in source pixels, a source pixel can reach an output pixel along one side: the greatest distance of what an
 * output pixel is made of from the source pixel that it lies in. Every position of one period is followed back through
 * the graph, in whole positions, so the answer is exact for layers that use their whole window. What reaches the output
 * through a value for the whole picture (pooling, the gates of cunet and Real-CUGAN) is left out: that is what
 * `dependsOnTileSize` says.
 * @param output the network's last axis, `lostPx` of it shared by both ends
 * @returns null where it would take too long
 */
export function reachOf(
  axes: AxisGraph,
  output: Axis,
  { scale, lostPx, periodPx }: SideFacts,
): number | null {
  const positions = scale * periodPx;
  if (positions * axes.count > MAX_STEPS) return null;
  const lostBefore = Math.floor(lostPx / 2);
  let reach = 0;
  for (let position = 0; position < positions; position++) {
    const range = sourceRange(axes, output, position);
    if (range === null) continue;
    const source = Math.floor((position + lostBefore) / scale);
    reach = Math.max(reach, source - range.from, range.to - source);
  }
  return reach;
}

/** The source pixels that an output position is made of; null where there are none. */
function sourceRange(axes: AxisGraph, output: Axis, position: number): Range | null {
  const needed: (Range | undefined)[] = [];
  needed[output] = { from: position, to: position };
  let found: Range | null = null;
  for (let axis = output; axis >= 0; axis--) {
    const range = needed[axis];
    if (!range) continue;
    const rule = axes.ruleOf(axis);
    if (rule.kind === 'picture') found = range;
    if (rule.kind === 'picture' || rule.kind === 'fixed') continue;
    const before = rangeBefore(rule, range);
    // What is cut to another's length takes nothing of its values.
    const sources = rule.kind === 'cutLike' ? [rule.of] : sourcesOf(rule);
    for (const source of sources) needed[source] = hull(needed[source], before);
  }
  return found;
}

function hull(a: Range | undefined, b: Range): Range {
  return a ? { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) } : b;
}

/** The positions of the axis before that a range of positions is made of, if the side had no ends. */
function rangeBefore(rule: Exclude<AxisRule, { kind: 'picture' | 'fixed' }>, { from, to }: Range): Range {
  switch (rule.kind) {
    case 'window': {
      const { stride, before, kernel, dilation } = rule;
      return { from: from * stride - before, to: to * stride - before + (kernel - 1) * dilation };
    }
    case 'spread': {
      const { stride, before, kernel, dilation } = rule;
      return {
        from: Math.ceil((from + before - (kernel - 1) * dilation) / stride),
        to: Math.floor((to + before) / stride),
      };
    }
    case 'scaled':
      return { from: firstTap(from, rule), to: firstTap(to, rule) + Math.max(0, 2 * rule.taps - 1) };
    case 'multiplied':
      return { from: Math.floor(from / rule.times), to: Math.floor(to / rule.times) };
    case 'cut':
    case 'cutLike':
      return { from: from + rule.before, to: to + rule.before };
    case 'padded':
      return { from: from - rule.before, to: to - rule.before };
    case 'joined':
      return { from, to };
  }
}

/** Nearest: pixel corners coincide; linear and cubic: pixel edges do (`interp.cpp`). */
function firstTap(position: number, { factor, taps }: { factor: number; taps: 0 | 1 | 2 }): number {
  if (taps === 0) return Math.floor(position / factor);
  return Math.floor((position + 0.5) / factor - 0.5) - (taps - 1);
}
