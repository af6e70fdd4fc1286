import { assert, defined } from '../base/assert.ts';
import { type Rect, type Size, type SourcePx, sourcePx } from '../base/geometry.ts';
import { CONTEXT_RANGE, FEATHER_RANGE, TILE_RANGE } from '../base/option-ranges.ts';
import { allowedSize, type SizeRule } from '../base/size-rule.ts';

/** How a picture is cut. All lengths are in source pixels. */
export type TilingOptions = {
  /** Largest side of the area that one tile finishes, 32 or more. */
  readonly tile: SourcePx;
  /** Read around that area on every side, given to the network and then thrown away; 4 or more. */
  readonly context: SourcePx;
  /** Width of the zone around a shared edge in which two tiles blend: even, 0..16, at most twice the context. */
  readonly feather: SourcePx;
  /** What the padded sides have to be. A fixed size leaves `fixed − 2·context` of each side to finish, if `tile` is not less. */
  readonly sizeRule: SizeRule;
  /**
   * What is read begins at whole multiples of this, counted from the picture's corner; 1 or more. A network that folds that many
   * pixels into one, or looks through windows of that many, answers differently where they begin elsewhere.
   */
  readonly alignTo: number;
};

/** The smallest `tile`: below it, context and overhead outweigh the picture. */
export const MIN_TILE = sourcePx(TILE_RANGE.min);
/** The largest `tile`. */
export const MAX_TILE = sourcePx(TILE_RANGE.max);
/** The widest `feather`: half of `MIN_TILE`, so that the zones of two edges never meet inside one tile. */
export const MAX_FEATHER = sourcePx(FEATHER_RANGE.max);
/** The narrowest and widest `context`. */
export const MIN_CONTEXT = sourcePx(CONTEXT_RANGE.min);
export const MAX_CONTEXT = sourcePx(CONTEXT_RANGE.max);

/**
 * A grid of tiles over the source rows from `fromRow` down. Tile (column, row) finishes the area between
 * `xEdges[column]`, `xEdges[column + 1]` and `yEdges[row]`, `yEdges[row + 1]`; these areas cover the rows exactly
 * once and differ in each side by at most one pixel, or as much as `alignTo` asks for. Every tile is read with the same `padded`
 * shape.
 */
export type TilePlan = {
  readonly picture: Size<SourcePx>;
  readonly fromRow: SourcePx;
  readonly options: TilingOptions;
  readonly columns: number;
  readonly rows: number;
  readonly xEdges: readonly SourcePx[];
  readonly yEdges: readonly SourcePx[];
  readonly padded: Size<SourcePx>;
};

/** One tile; `index` counts row by row, from 0. */
export type Tile = {
  readonly index: number;
  readonly column: number;
  readonly row: number;
  /** The area that this tile finishes: inside the picture. */
  readonly keep: Rect<SourcePx>;
  /** What the network is given: `keep` with its context. May reach beyond the picture, where it is mirrored. */
  readonly read: Rect<SourcePx>;
};

/**
 * Cuts the rows from `fromRow` to the bottom into tiles of equal shape, as few as `options.tile` allows and as even
 * as whole pixels allow: equal areas waste no network time on a narrow last column.
 */
export function planTiles(picture: Size<SourcePx>, fromRow: SourcePx, options: TilingOptions): TilePlan {
  checkOptions(options);
  assert(picture.width >= 1 && picture.height >= 1, 'a picture has at least one pixel');
  assert(Number.isInteger(fromRow) && fromRow >= 0 && fromRow < picture.height, `row ${fromRow} is inside`);
  const { fixed } = options.sizeRule;
  const xEdges = chooseEdges(0, picture.width, fixed?.width ?? null, options);
  const yEdges = chooseEdges(fromRow, picture.height, fixed?.height ?? null, options);
  const needed = { width: widestRead(xEdges, options), height: widestRead(yEdges, options) };
  return {
    picture,
    fromRow,
    options,
    columns: xEdges.length - 1,
    rows: yEdges.length - 1,
    xEdges,
    yEdges,
    padded: allowedSize(needed, options.sizeRule),
  };
}

/** The tile of that index, 0 to `columns * rows - 1`. */
export function tileAt(plan: TilePlan, index: number): Tile {
  const column = index % plan.columns;
  const row = Math.floor(index / plan.columns);
  const x = defined(plan.xEdges[column], `left edge of column ${column}`);
  const y = defined(plan.yEdges[row], `top edge of row ${row}`);
  const right = defined(plan.xEdges[column + 1], `right edge of column ${column}`);
  const bottom = defined(plan.yEdges[row + 1], `bottom edge of row ${row}`);
  return {
    index,
    column,
    row,
    keep: { x, y, width: sourcePx(right - x), height: sourcePx(bottom - y) },
    read: { x: readFrom(x, plan.options), y: readFrom(y, plan.options), ...plan.padded },
  };
}

/** The longer side of the area that one tile of this plan really finishes: what a smaller plan must go below. */
export function longestKeptSide(plan: TilePlan): SourcePx {
  return sourcePx(Math.max(widestGap(plan.xEdges), widestGap(plan.yEdges)));
}

/** Where a tile that finishes what begins at `edge` is read from. */
function readFrom(edge: number, { context, alignTo }: TilingOptions): SourcePx {
  return sourcePx(Math.floor((edge - context) / alignTo) * alignTo);
}

/** The longest side that one tile finishes, where the network takes only `fixedSide` (null: any). */
function longestKept(fixedSide: number | null, { tile, context, alignTo }: TilingOptions): number {
  return fixedSide === null ? tile : Math.min(tile, fixedSide - 2 * context - (alignTo - 1));
}

function checkOptions(options: TilingOptions): void {
  const { tile, context, feather, sizeRule, alignTo } = options;
  const { multipleOf, minimumPx, fixed } = sizeRule;
  const least = fixed ? 1 : MIN_TILE;
  assert(Number.isInteger(tile) && tile >= least, `tile ${tile} is a whole number from ${least}`);
  assert(
    Number.isInteger(context) && context >= MIN_CONTEXT,
    `context ${context} is at least ${MIN_CONTEXT}`,
  );
  assert(Number.isInteger(feather / 2) && feather >= 0, `feather ${feather} is an even number`);
  assert(feather <= MAX_FEATHER && feather <= 2 * context, `feather ${feather} fits in context ${context}`);
  assert(Number.isInteger(multipleOf) && multipleOf >= 1, `multiple ${multipleOf} is a whole number`);
  assert(Number.isInteger(minimumPx) && minimumPx >= 1, `shortest side ${minimumPx} is a whole number`);
  assert(Number.isInteger(alignTo) && alignTo >= 1, `alignment ${alignTo} is a whole number`);
  const kept = longestKept(fixed && Math.min(fixed.width, fixed.height), options);
  assert(
    kept >= Math.max(1, 2 * feather),
    `a fixed side leaves ${kept} pixels to finish, two feathers or more`,
  );
}

/**
 * Edges from which the next tile can be read without a pixel more than its context, where there are such; each tile is then as even
 * as that allows.
 */
function chooseEdges(from: number, to: number, fixedSide: number | null, options: TilingOptions): SourcePx[] {
  const aligned = alignedEdges(from, to, fixedSide, options);
  if (aligned) return aligned;
  const count = Math.ceil((to - from) / longestKept(fixedSide, options));
  return evenEdges(from, to, count, (edge) => Math.floor(edge));
}

function alignedEdges(
  from: number,
  to: number,
  fixedSide: number | null,
  options: TilingOptions,
): SourcePx[] | null {
  const { tile, context, feather } = options;
  const longest = fixedSide === null ? tile : Math.min(tile, fixedSide - 2 * context);
  const fewest = Math.ceil((to - from) / longest);
  // One more tile costs less than what all would read for nothing; several more do not.
  for (let count = fewest; count <= fewest + 1; count++) {
    const edges = evenEdges(from, to, count, (edge) => readFrom(edge, options) + context);
    const gaps = gapsOf(edges);
    const fits = fixedSide === null || widestRead(edges, options) <= fixedSide;
    const blends = count === 1 || Math.min(...gaps) >= Math.max(1, feather);
    if (fits && blends && Math.max(...gaps) <= longest) return edges;
  }
  return null;
}

function evenEdges(from: number, to: number, count: number, whole: (edge: number) => number): SourcePx[] {
  return Array.from({ length: count + 1 }, (_, i) => {
    if (i === 0 || i === count) return sourcePx(i === 0 ? from : to);
    return sourcePx(whole(from + (i * (to - from)) / count));
  });
}

/** What the network is given for a finished area of that size. */
export function paddedSize(
  { width, height }: Size<number>,
  { context, sizeRule }: Pick<TilingOptions, 'context' | 'sizeRule'>,
): Size<SourcePx> {
  return allowedSize({ width: width + 2 * context, height: height + 2 * context }, sizeRule);
}

/** The longest that a tile between two of the edges is read, with its context and from where it has to begin. */
function widestRead(edges: readonly SourcePx[], options: TilingOptions): number {
  const reads = edges
    .slice(1)
    .map((end, i) => end + options.context - readFrom(edges[i] as SourcePx, options));
  return Math.max(...reads);
}

function widestGap(edges: readonly SourcePx[]): number {
  return Math.max(...gapsOf(edges));
}

function gapsOf(edges: readonly SourcePx[]): number[] {
  return edges.slice(1).map((edge, i) => edge - (edges[i] as SourcePx));
}
