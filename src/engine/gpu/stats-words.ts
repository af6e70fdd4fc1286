import type { TileStats } from '../tile-stats.ts';

/** What the tally of a tile takes at the head of its read-back: four float32 each for the input and the answer. */
export const STATS_BYTES = 32;

/** The figures at the head of a read-back; the counts are those of all values of each tensor. */
export function parseStats(
  readBack: Uint8Array<ArrayBuffer>,
  inputCount: number,
  answerCount: number,
): { input: TileStats; answer: TileStats } {
  const words = new Float32Array(readBack.buffer, readBack.byteOffset, STATS_BYTES / 4);
  return {
    input: figures(words.subarray(0, 4), inputCount),
    answer: figures(words.subarray(4), answerCount),
  };
}

function figures([nonFinite = 0, min = 0, max = 0, sum = 0]: Float32Array, count: number): TileStats {
  return {
    nonFinite,
    isZero: nonFinite === 0 && min === 0 && max === 0,
    mean: count > nonFinite ? sum / (count - nonFinite) : 0,
  };
}
