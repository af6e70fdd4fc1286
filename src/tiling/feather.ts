/**
 * The rising half of a raised cosine over `length` output pixels, sampled at pixel centres:
 * `w[k] = (1 - cos(π·(k + ½) / length)) / 2`. `w[k] + w[length - 1 - k]` is 1, so a tile that rises and a neighbour
 * that falls by `1 - w` always sum to one.
 */
export function risingWeights(length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, k) => (1 - Math.cos((Math.PI * (k + 0.5)) / length)) / 2);
}
