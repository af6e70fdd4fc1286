import type { OutputPx } from '../base/geometry.ts';
import type { Tile, TilePlan } from './plan.ts';
import type { Band } from './stitch.ts';

/**
 * The zone around the lower edge of the last finished row of tiles, in which the next row still has to be blended with
 * it: `height` output rows, half of them above `edge`.
 */
export type Seam = { readonly edge: OutputPx; readonly height: OutputPx };

/**
 * Takes tiles from source pixels to finished rows on one backend: reads, runs the network, verifies, blends, rounds.
 * Over typed arrays it is `ArrayRoad`; the engine has one that stays on the graphics card.
 */
export type TileRoad = {
  /** How many tiles may be under way at once, 1 or more. */
  readonly depth: number;
  /** What the rows above wait to be blended with; null where nothing does, or where it was lost with its device. */
  readonly seam: () => Seam | null;
  /** Begins a plan; its first row lies at the seam where there is one. No tile is under way. */
  readonly begin: (plan: TilePlan) => Promise<void>;
  /**
   * The next tile of the plan, in the order of their indices; gives the rows that are finished with the last tile of a
   * row. Once one was rejected all that are under way are, too, and only `begin` may follow.
   */
  readonly run: (tile: Tile) => Promise<Band | null>;
};
