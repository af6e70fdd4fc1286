import type { Graph } from './model.ts';
import { traceReach } from './reach.ts';
import type { Span } from './span.ts';

/** Positions are sums of quotients: this far from a whole number is that number. */
const TOLERANCE = 1e-4;

/**
 * How far, in source pixels, a source pixel can reach an output pixel, from the graph's operators alone: exact, or a few
 * pixels too far where it resamples by other than whole factors or packs blocks of pixels into channels. Pools and norms over the whole picture are left out.
 * Null where an operator is in the way whose reach is not known, or where half of the sides given is not far enough.
 * @param graph a picture network's, with weights as initializers and an input of fixed sides `[1, 3, height, width]`
 */
export function receptiveField(graph: Graph, scale: number): number | null {
  const radii = [2, 3].map((axis) => {
    const side = graph.inputs[0]?.dims?.[axis];
    const { span } = traceReach(graph, axis);
    const radius = span ? radiusOf(span, axis, scale) : null;
    return radius !== null && typeof side === 'number' && 2 * radius < side ? radius : null;
  });
  const [rows, columns] = radii;
  return rows == null || columns == null ? null : Math.max(rows, columns);
}

/** Over the `scale` output pixels that lie in one source pixel. */
function radiusOf({ coefficients, low, high }: Span, axis: number, scale: number): number | null {
  if (Math.abs((coefficients[axis] as number) - 1 / scale) > TOLERANCE) return null;
  if (coefficients.some((c, other) => other !== axis && c !== 0)) return null;
  const reaches = Array.from({ length: scale }, (_, phase) => {
    const at = phase / scale;
    return Math.max(-Math.ceil(at + low - TOLERANCE), Math.floor(at + high + TOLERANCE));
  });
  return Math.max(0, ...reaches);
}
