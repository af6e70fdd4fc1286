import { defined } from '../base/assert.ts';
import { type SourcePx, sourcePx } from '../base/geometry.ts';
import { longestKeptSide, planTiles, type Tile, type TilePlan, type TilingOptions, tileAt } from './plan.ts';
import type { SourcePixels } from './read-tile.ts';
import type { Band } from './stitch.ts';
import { afterLoss, afterOutOfMemory, type RecoveryState } from './tile-policy.ts';
import type { TileRoad } from './tile-road.ts';

/** What the loop may do about a failed tile; anything else is thrown on. */
export type TileFailure =
  | {
      readonly kind: 'out-of-memory';
      /** One sentence that names the limit that was met. */
      readonly limit: string;
    }
  | { readonly kind: 'device-lost' }
  | {
      /** An answer that cannot be a picture, or a run that failed for no known reason. */
      readonly kind: 'unfit';
      readonly error: unknown;
    };

/** What the loop needs from its surroundings; it knows neither network nor screen. */
export type TileJob = {
  readonly source: Pick<SourcePixels, 'width' | 'height'>;
  /** Output pixels per source pixel. */
  readonly scale: number;
  readonly tiling: Omit<TilingOptions, 'tile'>;
  /** Where to begin: 0, or the first row that an earlier worker had not finished. */
  readonly fromRow: SourcePx;
  readonly recovery: RecoveryState;
  /** Asked at the beginning of each plan: a repair may have put another one in its place. */
  readonly road: () => TileRoad;
  readonly classify: (error: unknown) => TileFailure | null;
  /**
   * Puts the road back in order after a failure, before it begins again with what `recovery` says.
   *
   * @throws whatever shall end the job.
   */
  readonly repair: (failure: TileFailure, recovery: RecoveryState) => Promise<void>;
  /** Asked before each tile is started; must let waiting messages in. */
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
 * Drives a road over every tile and hands on finished rows, with as many tiles under way as the road takes. When memory
 * runs out the rest of the picture is planned again in smaller tiles; after other failures the rest is run again once
 * the job has repaired what was broken. Rows that were handed on are never run again, and where the road still has the
 * zone below them, it is blended with the tile that was computed above.
 *
 * @throws TesseraError from the policy when it gives up; whatever a tile threw when `classify` gives null.
 */
export async function runTiles(job: TileJob): Promise<TileRun> {
  let recovery = job.recovery;
  let failure: TileFailure | null = null;
  // First source row that was not handed on.
  let nextRow = job.fromRow;
  for (;;) {
    const road = job.road();
    const seam = road.seam();
    const fromRow = seam ? sourcePx(seam.edge / job.scale) : nextRow;
    const plan = planTiles(job.source, fromRow, { ...job.tiling, tile: sourcePx(recovery.tile) });
    recovery = { ...recovery, keptSide: longestKeptSide(plan) };
    job.onPlan(plan, recovery, failure);
    const end = await runPlan(job, road, plan, recovery, nextRow);
    if (end.kind !== 'failed') return { kind: end.kind, recovery, lastPlan: plan };
    failure = end.failure;
    nextRow = end.nextRow;
    recovery = afterFailure(recovery, failure, nextRow);
    await job.repair(failure, recovery);
  }
}

function afterFailure(recovery: RecoveryState, failure: TileFailure, nextRow: SourcePx): RecoveryState {
  if (failure.kind === 'out-of-memory') return afterOutOfMemory(recovery, failure.limit);
  return failure.kind === 'device-lost' ? afterLoss(recovery, nextRow, 'device') : recovery;
}

type PlanEnd =
  | { readonly kind: 'finished' | 'stopped' }
  | { readonly kind: 'failed'; readonly failure: TileFailure; readonly nextRow: SourcePx };

async function runPlan(
  job: TileJob,
  road: TileRoad,
  plan: TilePlan,
  recovery: RecoveryState,
  fromRow: SourcePx,
): Promise<PlanEnd> {
  const underWay: { readonly tile: Tile; readonly result: Promise<Band | null> }[] = [];
  let nextRow = fromRow;
  let lastDone = job.now();
  const settleOldest = async (): Promise<void> => {
    const { tile, result } = defined(underWay[0], 'a tile under way');
    const band = await asTileError(result);
    underWay.shift();
    const now = job.now();
    // From one to the next: their own times overlap.
    job.onTile(tile, plan, now - lastDone);
    lastDone = now;
    if (!band) return;
    await job.onBand(band, recovery);
    nextRow = sourcePx((band.y + band.height) / job.scale);
  };
  try {
    await asTileError(road.begin(plan));
    for (let index = 0; index < plan.columns * plan.rows; index++) {
      if (await job.shouldStop()) return { kind: 'stopped' };
      const tile = tileAt(plan, index);
      underWay.push({ tile, result: road.run(tile) });
      if (underWay.length >= road.depth) await settleOldest();
    }
    while (underWay.length > 0) await settleOldest();
    return { kind: 'finished' };
  } catch (error) {
    const failure = error instanceof TileError ? job.classify(error.cause) : null;
    if (!failure) throw error instanceof TileError ? error.cause : error;
    await Promise.allSettled(underWay.map(({ result }) => result));
    return { kind: 'failed', failure, nextRow };
  }
}

/** Tells what a road rejected from what its surroundings threw: only the former may be recovered from. */
class TileError extends Error {
  override readonly name = 'TileError';
}

async function asTileError<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    throw new TileError('a tile failed', { cause });
  }
}
