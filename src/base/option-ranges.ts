/** A range of whole numbers, both ends allowed. */
type Range = { readonly min: number; readonly max: number };

/** What a person may choose for the tiles, in source pixels: the screen offers it, the address and the worker hold it. */
export const TILE_RANGE: Range = { min: 32, max: 1024 };
export const CONTEXT_RANGE: Range = { min: 4, max: 64 };
/** Even numbers. Half of the smallest tile at most, so that the blend zones of two edges never meet inside one tile. */
export const FEATHER_RANGE: Range = { min: 0, max: 16 };
