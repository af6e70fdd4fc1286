/** What the remaining time is told from. Milliseconds on one clock. */
export type Pace = {
  readonly sinceMs: number;
  /** Of the whole picture, what was done by then. */
  readonly fromFraction: number;
  readonly tiles: number;
  /** Null until there is enough to go by. */
  readonly countdown: Countdown | null;
};

/** A remaining time that runs down until the next tile is due, where the next one takes over. */
type Countdown = {
  readonly atMs: number;
  /** What is shown at `atMs`. */
  readonly fromMs: number;
  /** What is shown when the next tile is due, and held when it is late. */
  readonly toMs: number;
  readonly nextTileMs: number;
};

const MIN_TILES = 3;
const MIN_MS = 3000;

/** The pace when its first tile is about to start. */
export function newPace(nowMs: number, fromFraction = 0): Pace {
  return { sinceMs: nowMs, fromFraction, tiles: 0, countdown: null };
}

/**
 * The pace after one more tile; `fraction` is of the whole picture. The remaining time of one pace never jumps up:
 * where the estimate grows, what is shown runs down slower, so that both end together.
 */
export function afterTile(pace: Pace, fraction: number, nowMs: number): Pace {
  const tiles = pace.tiles + 1;
  const spent = nowMs - pace.sinceMs;
  const done = fraction - pace.fromFraction;
  if (done <= 0 || (tiles < MIN_TILES && spent < MIN_MS)) return { ...pace, tiles };
  const estimate = (spent / done) * (1 - fraction);
  const nextTileMs = spent / tiles;
  const fromMs = Math.min(estimate, remainingAt(pace, nowMs) ?? estimate);
  const share = estimate > nextTileMs ? nextTileMs / estimate : 1;
  return { ...pace, tiles, countdown: { atMs: nowMs, fromMs, toMs: fromMs * (1 - share), nextTileMs } };
}

/** The remaining time to show at `nowMs`; from one moment to a later one it never grows. */
export function remainingAt({ countdown }: Pace, nowMs: number): number | null {
  if (!countdown) return null;
  const { atMs, fromMs, toMs, nextTileMs } = countdown;
  const share = Math.min(1, Math.max(0, nowMs - atMs) / nextTileMs);
  return fromMs - (fromMs - toMs) * share;
}
