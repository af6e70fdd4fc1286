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

/** Not finite as soon as one value is not. */
function mean(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}
