/** What is known of a tensor's values; `min`, `max` and `mean` are of the finite ones. */
export type TileStats = {
  readonly nonFinite: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
};

/** How far the mean of a tile may move, of a range of 1: no super-resolution network shifts a picture by a quarter. */
const LARGEST_MEAN_SHIFT = 0.25;

/**
 * What is wrong with a network's answer for one tile, as half a sentence; null when it can be a picture. A graphics
 * card that ran out of something is known to answer zeros or NaN without any error.
 */
export function answerProblem(input: TileStats, answer: TileStats): string | null {
  if (answer.nonFinite > 0) return `it holds ${answer.nonFinite} values that are not numbers`;
  if (input.mean > 1 / 255 && answer.min === 0 && answer.max === 0) return 'it is all zero';
  const shift = Math.abs(answer.mean - input.mean);
  if (shift > LARGEST_MEAN_SHIFT)
    return `its mean is ${shift < 100 ? shift.toFixed(2) : 'far'} away from the picture’s`;
  return null;
}

/**
 * The figures of an array, in one pass. A sum is not finite as soon as one value is not; only then are they counted.
 * Four sums at a time: one would wait for each addition before the next.
 */
export function statsOf(values: Float32Array): TileStats {
  const { length } = values;
  let [a, b, c, d] = [0, 0, 0, 0];
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const end = length - (length % 4);
  for (let i = 0; i < end; i += 4) {
    const p = values[i] as number;
    const q = values[i + 1] as number;
    const r = values[i + 2] as number;
    const s = values[i + 3] as number;
    a += p;
    b += q;
    c += r;
    d += s;
    const low = Math.min(Math.min(p, q), Math.min(r, s));
    const high = Math.max(Math.max(p, q), Math.max(r, s));
    if (low < min) min = low;
    if (high > max) max = high;
  }
  for (let i = end; i < length; i++) {
    const value = values[i] as number;
    a += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const sum = a + b + c + d;
  return Number.isFinite(sum) ? { nonFinite: 0, min, max, mean: sum / length } : statsOfFinite(values);
}

function statsOfFinite(values: Float32Array): TileStats {
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { nonFinite: values.length - count, min, max, mean: count > 0 ? sum / count : 0 };
}
