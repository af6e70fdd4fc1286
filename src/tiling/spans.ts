import { defined } from '../base/assert.ts';
import type { Tile, TilePlan } from './plan.ts';

/** The output rows that one row of tiles touches; all lengths in output pixels. */
export type RowSpan = {
  /** First row that it touches. */
  readonly top: number;
  /** Rows, from `top`, that are blended with what is above. */
  readonly above: number;
  /** Rows, from `top`, that are finished when its last tile is in. */
  readonly finished: number;
  /** Rows below those that the next row of tiles blends with. */
  readonly below: number;
  /** Where the next row of tiles begins. */
  readonly nextEdge: number;
};

/** The output columns of one tile, ends exclusive: blended with the left, its own, handed on to the right. */
export type ColumnSpan = {
  readonly blendFrom: number;
  readonly ownFrom: number;
  readonly ownTo: number;
  readonly handOnTo: number;
  /** Output column of the answer's first value. */
  readonly offset: number;
};

/** @param above height of the zone that the rows above left to blend with; 0 where there is none. */
export function rowSpan(plan: TilePlan, row: number, scale: number, above: number): RowSpan {
  const half = (plan.options.feather * scale) / 2;
  const edge = defined(plan.yEdges[row], 'top edge') * scale;
  const nextEdge = defined(plan.yEdges[row + 1], 'bottom edge') * scale;
  const isLast = row === plan.rows - 1;
  const top = edge - above / 2;
  return {
    top,
    above,
    finished: nextEdge - (isLast ? 0 : half) - top,
    below: isLast ? 0 : 2 * half,
    nextEdge,
  };
}

export function columnSpan(plan: TilePlan, tile: Tile, scale: number): ColumnSpan {
  const half = (plan.options.feather * scale) / 2;
  const left = tile.keep.x * scale;
  const right = (tile.keep.x + tile.keep.width) * scale;
  const isFirst = tile.column === 0;
  const isLast = tile.column === plan.columns - 1;
  return {
    blendFrom: isFirst ? left : left - half,
    ownFrom: isFirst ? left : left + half,
    ownTo: isLast ? right : right - half,
    handOnTo: isLast ? right : right + half,
    offset: tile.read.x * scale,
  };
}
