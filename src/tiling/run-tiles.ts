import { type Size, type SourcePx, sourcePx } from '../base/geometry.ts';
import { longestKeptSide, planTiles, type Tile, type TilePlan, type TilingOptions, tileAt } from './plan.ts';
import { readTile, type SourcePixels } from './read-tile.ts';
import { type Band, type Carry, Stitcher } from './stitch.ts';
import { afterLoss, afterOutOfMemory, type RecoveryState } from './tile-policy.ts';

/**
 * One network over one tile: takes `[3, height, width]`, gives `[3, scale·height, scale·width]`, both in 0..1. The
 * input is only lent for the call; the answer is only valid until the next call.
 */
export type TileOperation = (input: Float32Array, size: Size<SourcePx>) => Promise<Float32Array>;

/** What the loop may do about a failed operation; anything that is neither is thrown on. */
export type TileFailure =
  | {
      readonly kind: 'out-of-memory';
      /** One sentence that names the limit that was met. */
      readonly limit: string;
    }
  | { readonly kind: 'device-lost' };

/** What the loop needs from its surroundings; it knows neither network nor screen. */
export type TileJob = {
  readonly source: SourcePixels;
  /** Output pixels per source pixel. */
  readonly scale: number;
  readonly tiling: Omit<TilingOptions, 'tile'>;
  /** Where to begin: 0, or the first row that an earlier worker had not finished. */
  readonly fromRow: SourcePx;
  readonly recovery: RecoveryState;
  readonly operation: TileOperation;
  readonly classify: (error: unknown) => TileFailure | null;
  /** Told of every failure, with the tiles of the broken row that are thrown away. */
  readonly onFailure: (failure: TileFailure, tilesRedone: number) => void;
  /** Puts the operation back in order after a failure, before it is called again with what `recovery` says. */
  readonly repair: (failure: TileFailure, recovery: RecoveryState) => Promise<void>;
  /** Asked before each tile; must let waiting messages in. */
  readonly shouldStop: () => Promise<boolean>;
  readonly onPlan: (plan: TilePlan, recovery: RecoveryState, failure: TileFailure | null) => void;
  readonly onTile: (tile: Tile, plan: TilePlan, tileMs: number) => void;
  /** Finished rows, top to bottom without gaps; the receiver owns the pixels. */
  readonly onBand: (band: Band, recovery: RecoveryState) => Promise<void>;
  /** A clock in milliseconds. */
  readonly now: () => number;
};

/** How the loop ended. */
export type TileRun = {
  readonly kind: 'finished' | 'stopped';
  readonly recovery: RecoveryState;
  readonly lastPlan: TilePlan;
};

/**
 * Drives `operation` over every tile and hands on finished rows. When memory runs out the rest of the picture is
 * planned again in smaller tiles; when the device is lost the rest is run again on a new one. Rows that were handed
 * on are never run again, and the zone below them is still blended with the tile that was computed above.
 *
 * @throws TesseraError from the policy when it gives up; whatever `operation` threw when `classify` gives null.
 */
export async function runTiles(job: TileJob): Promise<TileRun> {
  let recovery = job.recovery;
  let place: Place = { row: job.fromRow, carry: null };
  let failure: TileFailure | null = null;
  for (;;) {
    const plan = planTiles(job.source, place.row, { ...job.tiling, tile: sourcePx(recovery.tile) });
    recovery = { ...recovery, keptSide: longestKeptSide(plan) };
    job.onPlan(plan, recovery, failure);
    const end = await runPlan(job, plan, recovery, place.carry);
    if (end.kind !== 'failed') return { kind: end.kind, recovery, lastPlan: plan };
    failure = end.failure;
    place = end.place;
    recovery =
      failure.kind === 'out-of-memory'
        ? afterOutOfMemory(recovery, failure.limit)
        : afterLoss(recovery, firstUnfinished(place, job.scale), 'device');
    await job.repair(failure, recovery);
  }
}

/** The first source row that no finished tile covers, and what the rows above left to blend with. */
type Place = { readonly row: SourcePx; readonly carry: Carry | null };

type PlanEnd =
  | { readonly kind: 'finished' | 'stopped' }
  | { readonly kind: 'failed'; readonly failure: TileFailure; readonly place: Place };

async function runPlan(
  job: TileJob,
  plan: TilePlan,
  recovery: RecoveryState,
  carry: Carry | null,
): Promise<PlanEnd> {
  const stitcher = new Stitcher(plan, job.scale, carry);
  const input = new Float32Array(3 * plan.padded.width * plan.padded.height);
  let doneInRow = 0;
  for (let index = 0; index < plan.columns * plan.rows; index++) {
    if (await job.shouldStop()) return { kind: 'stopped' };
    const tile = tileAt(plan, index);
    const started = job.now();
    let band: Band | null;
    try {
      readTile(job.source, tile.read, input);
      const answer = await job.operation(input, plan.padded);
      doneInRow = tile.column + 1;
      band = stitcher.add(tile, answer);
      if (band) doneInRow = 0;
    } catch (error) {
      const failure = job.classify(error);
      if (!failure) throw error;
      job.onFailure(failure, doneInRow);
      return { kind: 'failed', failure, place: placeOf(stitcher.carry, plan, job.scale) };
    }
    job.onTile(tile, plan, job.now() - started);
    if (band) await job.onBand(band, recovery);
  }
  return { kind: 'finished' };
}

/** Where the next plan begins; without a carry nothing of this plan was finished, or nothing blends. */
function placeOf(carry: Carry | null, plan: TilePlan, scale: number): Place {
  return carry ? { row: sourcePx(carry.edge / scale), carry } : { row: plan.fromRow, carry: null };
}

/** The first source row that was not handed on: above the zone that is still to be blended. */
function firstUnfinished({ row, carry }: Place, scale: number): SourcePx {
  return carry ? sourcePx((carry.edge - carry.height / 2) / scale) : row;
}
