import type { SourcePx } from '../base/geometry.ts';
import type { BitDepth } from '../base/samples.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { DownloadProgress } from '../models/fetch-kept.ts';
import type { TileCost } from '../tiling/first-tile.ts';
import type { TilingOptions } from '../tiling/plan.ts';
import type { SourcePixels } from '../tiling/read-tile.ts';
import type { TileRoad } from '../tiling/tile-road.ts';
import type { AdapterFacts } from './gpu-device.ts';

/** What an engine tells while it loads. */
export type EngineEvents = {
  readonly onRuntimeProgress: DownloadProgress;
  /** A file could not be kept for offline. */
  readonly onNotKept: (reason: unknown) => void;
};

/** What of a tile's answer the roads keep: some forms of a network are right only away from the tile's edges. */
export type LoadOptions = {
  /** Nothing nearer to the edge of a padded tile than the network reaches. */
  readonly edgesAreCut: boolean;
};

/** What an engine may find out before the tiles. */
export type WarmUpRequest = {
  readonly source: SourcePixels;
  readonly tiling: Pick<TilingOptions, 'context' | 'sizeRule'>;
  /** Where a tile size is to be chosen: the estimate, and what memory allows; null where the person chose one. */
  readonly sizes: { readonly first: SourcePx; readonly allowed: readonly SourcePx[] } | null;
};

/** What a road is asked for. */
export type RoadRequest = {
  readonly source: SourcePixels;
  /** Output pixels per source pixel: the model's, or fewer. */
  readonly scale: number;
  /** Of the finished rows; the source has its own. */
  readonly bitDepth: BitDepth;
  /** Told of each tile that the network finished, kept or not, with its milliseconds. */
  readonly onRun: (ms: number) => void;
};

/** A road that holds memory of its engine until it is released. */
export type EngineRoad = TileRoad & { readonly release: () => Promise<void> };

/**
 * One backend: its runtime, and at most one network at a time. Which of WebGPU and WASM it is was decided before; it
 * never changes over by itself.
 */
export type Engine = {
  readonly backend: 'webgpu' | 'wasm';
  readonly threads: number;
  /** Null on the processor. */
  readonly adapter: AdapterFacts | null;
  readonly precision: 'float32' | 'float16';
  /** Why it is that precision, as half a sentence; empty where there is no choice. */
  readonly precisionReason: string;
  /** Whether a road could begin with this model, loaded so, without loading anything. */
  readonly isLoaded: (model: ModelDescriptor, how: LoadOptions) => boolean;
  /**
   * Makes `model` the one that roads run, in its quickest form.
   *
   * @throws TesseraError `model-corrupt`, `model-unsuitable` or `runtime-unavailable`; `EngineFailure` for memory.
   */
  readonly load: (model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>, how: LoadOptions) => Promise<void>;
  /** What a tile costs in the form of the loaded model that is run; null before a model is loaded. */
  readonly cost: TileCost | null;
  /** Operators of the loaded model that this backend leaves to the processor, each once. */
  readonly leftToProcessor: readonly string[];
  /**
   * Finds out, the first time on this device, what is remembered from then on: whether a known tile is computed right,
   * which precision is good enough, which tile is fastest. Gives that tile; null where there is nothing to choose.
   *
   * @throws TesseraError `bad-output` when the known tile is computed wrong; EngineFailure.
   */
  readonly warmUp: (request: WarmUpRequest) => Promise<SourcePx | null>;
  /** A tile of that size failed for lack of memory. */
  readonly noteFailedTile: (tile: number) => Promise<void>;
  /** Goes on in float32 after half precision failed a tile; false where it was float32 already. Then `repair`. */
  readonly leaveHalf: (reason: string) => Promise<boolean>;
  /** The way of tiles through the loaded model. */
  readonly road: (request: RoadRequest) => EngineRoad;
  /** After a failed run: whatever cannot be trusted any more is made anew. */
  readonly repair: () => Promise<void>;
  /** Lets go of everything that can be let go of. */
  readonly close: () => Promise<void>;
};
