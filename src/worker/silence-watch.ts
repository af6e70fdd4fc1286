/** How long a job may be silent, in milliseconds, before its worker counts as hung. */
const STAGE_LIMIT_MS = 180_000;
const SHORTEST_TILE_LIMIT_MS = 20_000;
/** A tile may take this many times as long as the slowest one before it. */
const TILE_FACTOR = 10;
const TICK_MS = 1000;

/**
 * Notices a job that has stopped telling anything. Time is counted in ticks of this page, so that a computer that
 * slept or a tab that was frozen is not taken for a worker that hangs.
 */
export class SilenceWatch {
  readonly #onSilence: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #silentMs = 0;
  #limitMs = STAGE_LIMIT_MS;
  #slowestTileMs = 0;
  #lastTick = performance.now();

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Anything was heard; between tiles the limit follows the tiles' own time. */
  heard(event: { readonly kind: string; readonly tileMs?: number }): void {
    this.#silentMs = 0;
    if (event.kind === 'tile') {
      this.#slowestTileMs = Math.max(this.#slowestTileMs, event.tileMs ?? 0);
      this.#limitMs = Math.max(SHORTEST_TILE_LIMIT_MS, TILE_FACTOR * this.#slowestTileMs);
    } else if (event.kind === 'stage' || event.kind === 'plan') {
      this.#limitMs = STAGE_LIMIT_MS;
      this.#slowestTileMs = 0;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    this.#silentMs += Math.min(now - this.#lastTick, 2 * TICK_MS);
    this.#lastTick = now;
    if (this.#silentMs <= this.#limitMs) return;
    this.stop();
    this.#onSilence();
  }
}
