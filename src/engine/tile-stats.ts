/** What is known of a tensor's values. */
export type TileStats = {
  readonly nonFinite: number;
  /** Whether every value is 0. */
  readonly isZero: boolean;
  /** Of the finite values; 0 where there are none. */
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
  if (input.mean > 1 / 255 && answer.isZero) return 'it is all zero';
  const shift = Math.abs(answer.mean - input.mean);
  if (shift > LARGEST_MEAN_SHIFT)
    return `its mean is ${shift < 100 ? shift.toFixed(2) : 'far'} away from the picture’s`;
  return null;
}

/**
 * The figures of an array, in one pass of additions: anything more is felt, for the network waits for the core. A sum is
 * not finite as soon as one value is not, and 0 where all are; only then is looked at each. Four sums at a time: one would
 * wait for each addition before the next.
 */
export function statsOf(values: Float32Array): TileStats {
  const { length } = values;
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = length - (length % 4);
  for (let i = 0; i < end; i += 4) {
    a += values[i] as number;
    b += values[i + 1] as number;
    c += values[i + 2] as number;
    d += values[i + 3] as number;
  }
  for (let i = end; i < length; i++) a += values[i] as number;
  const sum = a + b + c + d;
  if (!Number.isFinite(sum)) return statsOfFinite(values);
  return {
    nonFinite: 0,
    isZero: sum === 0 && values.every((value) => value === 0),
    mean: length > 0 ? sum / length : 0,
  };
}

function statsOfFinite(values: Float32Array): TileStats {
  let [count, sum] = [0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
  }
  return { nonFinite: values.length - count, isZero: false, mean: count > 0 ? sum / count : 0 };
}
