/** What the remaining time is told from. Milliseconds on one clock. */
export type Pace = {
  readonly sinceMs: number;
  readonly tiles: number;
  /** Null until there is enough to go by. */
  readonly remainingMs: number | null;
};

const MIN_TILES = 3;
const MIN_MS = 3000;

/** The pace when the first tile is about to start. */
export function newPace(nowMs: number): Pace {
  return { sinceMs: nowMs, tiles: 0, remainingMs: null };
}

/**
 * The pace after one more tile; `fraction` is of the whole picture and began at 0 when the pace did. The
 * remaining time never jumps up: where the estimate grows, the last one is held until the work has caught up.
 */
export function afterTile(pace: Pace, fraction: number, nowMs: number): Pace {
  const tiles = pace.tiles + 1;
  const spent = nowMs - pace.sinceMs;
  if (fraction <= 0 || (tiles < MIN_TILES && spent < MIN_MS)) return { ...pace, tiles };
  const estimate = (spent / fraction) * (1 - fraction);
  return { ...pace, tiles, remainingMs: Math.min(estimate, pace.remainingMs ?? estimate) };
}
