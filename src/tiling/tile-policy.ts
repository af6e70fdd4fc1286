import { TesseraError } from '../base/errors.ts';
import type { SourcePx } from '../base/geometry.ts';
import { MIN_TILE } from './plan.ts';

/** What is known about a job's failures so far: plain data, so that a new worker can take it over. */
export type RecoveryState = {
  /** The tile size in force, in source pixels. */
  readonly tile: number;
  /** No smaller size is tried: `MIN_TILE`, or `tile` where the network takes only one size. */
  readonly smallest: number;
  /** Longest side that a tile of the plan in force really finishes: less than `tile` where the picture is small. */
  readonly keptSide: number;
  /** Every size that was put to work, in order; the last is `tile`. */
  readonly tried: readonly number[];
  /** First unfinished source row at the last loss of a device or worker; null before the first. */
  readonly lossRow: number | null;
  /** Losses in a row at `lossRow`. */
  readonly lossesThere: number;
  readonly devicesLost: number;
  readonly workersLost: number;
};

/** What was lost: the graphics device, or the worker with everything in it. */
export type LostThing = 'device' | 'worker';

/** Losses at one place after which the job gives up. */
const LOSSES_TO_FAIL = 3;

export function startingState(tile: SourcePx, smallest: SourcePx = MIN_TILE): RecoveryState {
  return {
    tile,
    smallest,
    keptSide: tile,
    tried: [tile],
    lossRow: null,
    lossesThere: 0,
    devicesLost: 0,
    workersLost: 0,
  };
}

/**
 * The state after memory ran out: the size is halved, and again while that would change nothing because no tile of
 * the failed plan was that large.
 *
 * @throws TesseraError `out-of-memory` below the smallest size, naming the sizes tried and the limit that was met.
 */
export function afterOutOfMemory(state: RecoveryState, limit: string): RecoveryState {
  const smaller = withSmallerTile(state);
  if (!smaller) throw outOfMemory(state, limit);
  return smaller;
}

/**
 * The state after the device or the worker was lost while `row` was the first unfinished source row: the first loss
 * at a row is only counted, the second also halves the tile where that is possible.
 *
 * @throws TesseraError `device-lost` or `worker-lost` at the third loss at the same row.
 */
export function afterLoss(state: RecoveryState, row: SourcePx, lost: LostThing): RecoveryState {
  const lossesThere = state.lossRow === row ? state.lossesThere + 1 : 1;
  const counted: RecoveryState = {
    ...state,
    lossRow: row,
    lossesThere,
    devicesLost: state.devicesLost + (lost === 'device' ? 1 : 0),
    workersLost: state.workersLost + (lost === 'worker' ? 1 : 0),
  };
  if (lossesThere >= LOSSES_TO_FAIL) throw lostForGood(counted, lost);
  return (lossesThere > 1 && withSmallerTile(counted)) || counted;
}

/** Half the tile, or the quarter …, that is really smaller than what the plan used; null where there is none. */
function withSmallerTile(state: RecoveryState): RecoveryState | null {
  const used = Math.min(state.tile, state.keptSide);
  if (used <= state.smallest) return null;
  let tile = Math.floor(state.tile / 2);
  while (tile >= used) tile = Math.floor(tile / 2);
  tile = Math.max(tile, state.smallest);
  return { ...state, tile, keptSide: tile, tried: [...state.tried, tile] };
}

function outOfMemory(state: RecoveryState, limit: string): TesseraError {
  return new TesseraError(
    'out-of-memory',
    `There was not enough memory for this picture (tile sizes tried: ${state.tried.join(', ')} pixels). ${limit}`,
    'Close other tabs and programs, choose a smaller model or a smaller picture, and try again.',
    { tileSizesTried: state.tried, limit },
  );
}

function lostForGood(state: RecoveryState, lost: LostThing): TesseraError {
  const what = lost === 'device' ? 'The graphics device' : 'The background worker';
  return new TesseraError(
    lost === 'device' ? 'device-lost' : 'worker-lost',
    `${what} stopped ${state.lossesThere} times at source row ${state.lossRow} (tile sizes tried: ${state.tried.join(', ')}).`,
    lost === 'device'
      ? 'Run it on the processor instead (backend WASM), or restart the browser and try again.'
      : 'Reload the page and try again with a smaller tile, or on the processor (backend WASM).',
    { row: state.lossRow ?? 0, losses: state.lossesThere, tileSizesTried: state.tried },
  );
}
