import { type SourcePx, sourcePx } from '../base/geometry.ts';
import { MIN_TILE } from './plan.ts';

/** What one tile may take of the device. */
export type TileBudget = {
  /** The largest single tensor, in bytes. */
  readonly maxTensorBytes: number;
  /** Multiply-accumulates of one tile: keeps it well under a second, so that screen and cancel stay responsive. */
  readonly maxMacs: number;
};

/** What a network takes for each pixel that it is given. */
export type TileCost = {
  readonly scale: number;
  readonly macsPerSourcePx: number;
  readonly peakValuesPerSourcePx: number;
};

/** The sizes that are proposed, largest first; each is half of the one before. */
const LADDER = [512, 256, 128, 64, 32].map(sourcePx);

/** The largest size of the ladder whose padded tile stays within the budget; the smallest when none does. */
export function firstTile(budget: TileBudget, cost: TileCost, context: SourcePx): SourcePx {
  const isQuick = (tile: number) => cost.macsPerSourcePx * (tile + 2 * context) ** 2 <= budget.maxMacs;
  return allowedTiles(budget, cost, context).find(isQuick) ?? MIN_TILE;
}

/** The sizes of the ladder that memory allows, largest first; the smallest always, for want of anything smaller. */
export function allowedTiles(
  budget: TileBudget,
  cost: TileCost,
  context: SourcePx,
): readonly [...SourcePx[], SourcePx] {
  const valuesPerPx = Math.max(cost.peakValuesPerSourcePx, 3 * cost.scale ** 2);
  const fits = (tile: number) => 4 * valuesPerPx * (tile + 2 * context) ** 2 <= budget.maxTensorBytes;
  return [...LADDER.filter((tile) => tile > MIN_TILE && fits(tile)), MIN_TILE];
}
