/**
 * Which positions along one side of the picture a tensor's element depends on: those from `low` to `high`, counted from
 * Σ coefficients[axis] · index[axis]. A picture itself has the coefficients 0, 0, 1, 0 for its rows, and 0 … 0.
 */
export type Span = {
  readonly coefficients: readonly number[];
  readonly low: number;
  readonly high: number;
};

/** Coefficients are quotients of small whole numbers. */
const SAME = 1e-9;

/** The span with an axis' part of it replaced, and its ends moved by so much. */
export function along(span: Span, axis: number, coefficient: number, low: number, high: number): Span {
  return {
    coefficients: span.coefficients.with(axis, coefficient),
    low: span.low + Math.min(low, high),
    high: span.high + Math.max(low, high),
  };
}

/** What an element that is made from all elements along an axis of that length depends on. */
export function gathered(span: Span, axis: number, length: number): Span {
  return along(span, axis, 0, 0, (span.coefficients[axis] as number) * (length - 1));
}

/**
 * The spans of a node's inputs together, with their axes counted from the last one; null where they run along the picture
 * in different ways.
 */
export function united(
  parts: readonly { readonly span: Span; readonly sides: readonly number[] }[],
  sides: readonly number[],
): Span | null {
  const coefficients = sides.map((side, axis) => {
    if (side === 1) return 0;
    const found = parts.map(({ span, sides: own }) => {
      const at = axis - sides.length + own.length;
      // Repeated along the axis, it depends on the same wherever along it.
      return own[at] === side ? (span.coefficients[at] as number) : 0;
    });
    const [first = 0] = found;
    return found.every((one) => Math.abs(one - first) < SAME) ? first : Number.NaN;
  });
  if (coefficients.some(Number.isNaN)) return null;
  return {
    coefficients,
    low: Math.min(...parts.map(({ span }) => span.low)),
    high: Math.max(...parts.map(({ span }) => span.high)),
  };
}

/**
 * The span after a Reshape: axes are first joined, as far as they have to be, and then split. An index of two joined axes
 * is a·n + b, so that b's own coefficient is right at multiples of n only, and what it is off by widens the span.
 */
export function reshaped(span: Span, from: readonly number[], to: readonly number[]): Span | null {
  const coefficients: number[] = [];
  let [i, o] = [0, 0];
  let { low, high } = span;
  while (i < from.length || o < to.length) {
    let length = from[i] ?? 1;
    let coefficient = span.coefficients[i++] ?? 0;
    let wanted = to[o++] ?? 1;
    const parts = [wanted];
    while (length !== wanted) {
      if (length === 0 || wanted === 0) return null;
      if (length < wanted) {
        const side = from[i];
        const own = span.coefficients[i++];
        if (side === undefined || own === undefined) return null;
        const joined = length === 1 ? own : coefficient / side;
        const off = side === 1 ? 0 : (own - joined) * (side - 1);
        low += Math.min(0, off);
        high += Math.max(0, off);
        coefficient = side === 1 ? coefficient : joined;
        length *= side;
      } else {
        const side = to[o++];
        if (side === undefined) return null;
        parts.push(side);
        wanted *= side;
      }
    }
    let stride = 1;
    const split = parts.toReversed().map((side) => {
      const own = coefficient * stride;
      stride *= side;
      return own;
    });
    coefficients.push(...split.reverse());
  }
  return { coefficients: coefficients.slice(0, to.length), low, high };
}
