import { assert } from '../base/assert.ts';

/** What measuring tile sizes may take. */
export type CalibrationLimits = {
  /** Whole time, in milliseconds; no further size is begun after it. */
  readonly budgetMs: number;
  /** One tile, in milliseconds: screen and driver have to get their turns. */
  readonly tileMs: number;
};

export const CALIBRATION: CalibrationLimits = { budgetMs: 2000, tileMs: 400 };

/** A measured size: milliseconds of one tile of `tile` source pixels a side. */
export type Measured = { readonly tile: number; readonly ms: number };

/**
 * The tile that finishes most pixels a second, of a few that are measured: first what was estimated, then half of it
 * as long as a tile takes too long, else the next sizes up and down while there is time. A size that cannot be run counts
 * as one that takes too long.
 *
 * @param measure runs one warm tile of that size; null when it failed.
 * @param allowed sizes that memory allows, in any order; holds `first`.
 */
export async function calibrate(
  first: number,
  allowed: readonly number[],
  measure: (tile: number) => Promise<number | null>,
  now: () => number,
  limits: CalibrationLimits = CALIBRATION,
): Promise<{ readonly tile: number; readonly measured: readonly Measured[] }> {
  const started = now();
  assert(allowed.includes(first), `the size ${first} to begin with is allowed`);
  const sizes = [...allowed].sort((a, b) => a - b);
  const measured: Measured[] = [];
  let at = sizes.indexOf(first);
  const tryAt = async (index: number): Promise<boolean> => {
    const tile = sizes[index];
    if (tile === undefined) return false;
    const ms = (await measure(tile)) ?? Number.POSITIVE_INFINITY;
    measured.push({ tile, ms });
    return ms <= limits.tileMs;
  };
  const hasTime = () => now() - started < limits.budgetMs;

  while (!(await tryAt(at)) && at > 0 && hasTime()) at--;
  const isFirst = measured.length === 1;
  if (isFirst && hasTime()) await tryAt(at + 1);
  if (isFirst && hasTime()) await tryAt(at - 1);

  const fit = measured.filter(({ ms }) => ms <= limits.tileMs);
  const perPixel = ({ tile, ms }: Measured) => ms / tile ** 2;
  const best = fit.reduce<Measured | null>((a, b) => (a && perPixel(a) <= perPixel(b) ? a : b), null);
  // Where no size is quick enough within the time, the smallest that was tried comes nearest.
  const tile = best?.tile ?? Math.min(...measured.map((one) => one.tile));
  return { tile, measured };
}
