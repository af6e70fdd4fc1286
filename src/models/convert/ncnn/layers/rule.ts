import type { Blob } from '../blob.ts';
import type { LayerParams } from '../layer-params.ts';
import type { LayerScope } from '../layer-scope.ts';
import type { WeightSpec } from '../read-bin.ts';

/** One type of layer. */
export type LayerRule = {
  /** What it reads from the `.bin` file, in this order; nothing where it is left out. */
  readonly weights?: (params: LayerParams) => readonly WeightSpec[];
  /** The parameters that it reads as text; any other layer's are refused. */
  readonly readsText?: readonly number[];
  /** Writes its nodes; gives its outputs in their order, or one for all of them. */
  readonly convert: (scope: LayerScope) => Blob | readonly Blob[];
};

/** The most channels, values of a vector, or weights of a layer: more cannot be in a file. */
export const MAX_CHANNELS = 1 << 16;
export const MAX_WEIGHTS = 1 << 30;

/** Weights that a tag describes. */
export function tagged(role: string, count: number): WeightSpec {
  return { role, count, isTagged: true };
}

/** Plain float32 weights. */
export function bare(role: string, count: number): WeightSpec {
  return { role, count, isTagged: false };
}
