/**
 * How far an answer is from the truth: the same figures as `training/evaluate/metrics.py`.
 */

/** @import { Picture } from './picture.mjs' */

/** SSIM as Wang et al. 2004: an 11 by 11 Gaussian of sigma 1.5. */
const [SIGMA, REACH] = [1.5, 5];
const [C1, C2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];

/**
 * PSNR in dB and SSIM of luma (Y of BT.601, 16..235, of 8-bit pixels).
 * @param {Picture} answer rounded to 8 bits
 * @param {Picture} truth of the same size
 */
export function fidelity(answer, truth) {
  if (answer.width !== truth.width || answer.height !== truth.height)
    throw new RangeError(
      `An answer of ${answer.width} × ${answer.height} to a truth of ${truth.width} × ${truth.height}.`,
    );
  const [a, b] = [luma(answer), luma(truth)];
  const meanSquare = a.reduce((sum, value, i) => sum + (value - Number(b[i])) ** 2, 0) / a.length;
  return { psnrDb: 10 * Math.log10(255 ** 2 / meanSquare), ssim: ssim(a, b, answer.width, answer.height) };
}

/** The largest difference between the channels' means, in 1/255. @param {Picture} a @param {Picture} b */
export function colourShift(a, b) {
  const [left, right] = [means(a), means(b)];
  return 255 * Math.max(...left.map((mean, c) => Math.abs(mean - Number(right[c]))));
}

/** @param {Picture} picture @returns {number[]} */
function means({ planes }) {
  const size = planes.length / 3;
  return [0, 1, 2].map(
    (c) => planes.subarray(c * size, (c + 1) * size).reduce((sum, value) => sum + value, 0) / size,
  );
}

/** @param {Picture} picture @returns {Float64Array} */
function luma({ planes }) {
  const size = planes.length / 3;
  return Float64Array.from(
    { length: size },
    (_, i) =>
      16 +
      65.481 * Number(planes[i]) +
      128.553 * Number(planes[size + i]) +
      24.966 * Number(planes[2 * size + i]),
  );
}

/** @param {Float64Array} a @param {Float64Array} b @param {number} width @param {number} height @returns {number} */
function ssim(a, b, width, height) {
  const blurred = (/** @type {Float64Array} */ plane) => blur(plane, width, height);
  const [meanA, meanB] = [blurred(a), blurred(b)];
  const squareA = blurred(a.map((value) => value ** 2));
  const squareB = blurred(b.map((value) => value ** 2));
  const product = blurred(a.map((value, i) => value * Number(b[i])));
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const [ma, mb] = [Number(meanA[i]), Number(meanB[i])];
    const variances = Number(squareA[i]) - ma ** 2 + Number(squareB[i]) - mb ** 2;
    const covariance = Number(product[i]) - ma * mb;
    sum += ((2 * ma * mb + C1) * (2 * covariance + C2)) / ((ma ** 2 + mb ** 2 + C1) * (variances + C2));
  }
  return sum / meanA.length;
}

/** Where the window lies within the picture. @param {Float64Array} plane @param {number} width @param {number} height */
function blur(plane, width, height) {
  const raw = Array.from({ length: 2 * REACH + 1 }, (_, i) =>
    Math.exp(-((i - REACH) ** 2) / (2 * SIGMA ** 2)),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const window = raw.map((weight) => weight / total);
  const [w, h] = [width - 2 * REACH, height - 2 * REACH];
  const rows = Float64Array.from({ length: width * h }, (_, i) =>
    window.reduce((sum, weight, k) => sum + weight * Number(plane[i + k * width]), 0),
  );
  return Float64Array.from({ length: w * h }, (_, i) => {
    const start = Math.floor(i / w) * width + (i % w);
    return window.reduce((sum, weight, k) => sum + weight * Number(rows[start + k]), 0);
  });
}
