/** How far the mean of a tile may move, of a range of 1: no super-resolution network shifts a picture by a quarter. */
const LARGEST_MEAN_SHIFT = 0.25;

/**
 * What is wrong with a network's answer for one tile, as half a sentence; null when it can be a picture. A graphics
 * card that ran out of something is known to answer zeros or NaN without any error.
 */
export function answerProblem(input: Float32Array, answer: Float32Array): string | null {
  const meanIn = mean(input);
  const meanOut = mean(answer);
  if (!Number.isFinite(meanOut)) return 'it holds values that are not numbers';
  if (meanIn > 1 / 255 && answer.every((value) => value === 0)) return 'it is all zero';
  const shift = Math.abs(meanOut - meanIn);
  if (shift > LARGEST_MEAN_SHIFT) return `its mean is ${shift.toFixed(2)} away from the picture’s`;
  return null;
}

/** Not finite as soon as one value is not. Four sums at a time: one would wait for each addition before the next. */
function mean(values: Float32Array): number {
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
  return (a + b + c + d) / length;
}
