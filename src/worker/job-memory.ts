import { TesseraError } from '../base/errors.ts';
import { sourcePx } from '../base/geometry.ts';
import { afterLoss } from '../tiling/tile-policy.ts';
import type { Checkpoint, JobTally, KeptBand, Resume, Warning } from './protocol.ts';

/** Losses before the first tile was planned, after which a job gives up. */
const EARLY_LOSSES_TO_FAIL = 3;

/**
 * Rows that are kept as they came. Giving them to the browser as Blobs, which it may put on disk, costs the processor a
 * copy of each, and the network needs its cores; a picture beyond this needs the memory more.
 */
const HELD_BYTES = 512 * 2 ** 20;

type HeldBand = Omit<KeptBand, 'rgba'> & { rgba: ArrayBuffer | Blob };

/** What the page keeps of a running job, so that it outlives its worker: finished rows and the recovery state. */
export class JobMemory {
  #last: Omit<Checkpoint, 'band'> | null = null;
  readonly #bands: HeldBand[] = [];
  #heldBytes = 0;
  #notice: Warning | null = null;
  #earlyLosses = 0;
  #tilesSince = 0;
  readonly #mostHeldBytes: number;

  /** @param mostHeldBytes of rows that are kept as they came; those after them become Blobs */
  constructor(mostHeldBytes = HELD_BYTES) {
    this.#mostHeldBytes = mostHeldBytes;
  }

  note(checkpoint: Checkpoint): void {
    const { band, ...state } = checkpoint;
    this.#last = state;
    this.#tilesSince = 0;
    this.#notice = null;
    if (!band) return;
    this.#heldBytes += band.rgba.byteLength;
    this.#bands.push(this.#heldBytes > this.#mostHeldBytes ? asBlob(band) : band);
  }

  /** A tile was done that no checkpoint tells of yet. */
  noteTile(): void {
    this.#tilesSince++;
  }

  /**
   * The worker is gone.
   *
   * @throws TesseraError `worker-lost` when it went too often at the same place.
   */
  noteLoss(notice: (row: number, halvedTo: number | null) => Warning): void {
    if (!this.#last) {
      this.#earlyLosses++;
      if (this.#earlyLosses >= EARLY_LOSSES_TO_FAIL) throw lostEarly(this.#earlyLosses);
      return;
    }
    const { recovery: before, nextRow, tally } = this.#last;
    const recovery = afterLoss(before, sourcePx(nextRow), 'worker');
    this.#notice = notice(nextRow, recovery.tile < before.tile ? recovery.tile : null);
    const tilesRun = tally.tilesRun + this.#tilesSince;
    this.#tilesSince = 0;
    this.#last = { ...this.#last, recovery, tally: { ...tally, tilesRun } };
  }

  /** The worker asked to be replaced, after it had decided how to go on. */
  noteSpent(recovery: Resume['recovery'] | null, notice: Warning | null): void {
    this.#notice = notice;
    if (recovery && this.#last) this.#last = { ...this.#last, recovery };
  }

  /** Null as long as there is nothing to go on from. */
  resume(): Resume | null {
    if (!this.#last) return null;
    const { recovery } = this.#last;
    const tally: JobTally = this.#last.tally;
    return { recovery, tally, bands: this.#bands.map(asBlob), notice: this.#notice };
  }
}

function asBlob({ rgba, ...band }: HeldBand): KeptBand {
  return { ...band, rgba: rgba instanceof Blob ? rgba : new Blob([rgba]) };
}

function lostEarly(losses: number): TesseraError {
  return new TesseraError(
    'worker-lost',
    `The background worker stopped ${losses} times before the first tile was done.`,
    'Close other tabs, reload the page, and try a smaller picture.',
    { losses },
  );
}
