import type { ModelDescriptor } from '../models/descriptor.ts';
import type { DownloadProgress } from '../models/fetch-kept.ts';
import type { SourcePixels } from '../tiling/read-tile.ts';
import type { TileRoad } from '../tiling/tile-road.ts';
import type { AdapterFacts } from './gpu-device.ts';

/** What an engine tells while it loads. */
export type EngineEvents = {
  readonly onRuntimeProgress: DownloadProgress;
  /** A file could not be kept for offline. */
  readonly onNotKept: (reason: unknown) => void;
};

/** What a road is asked for. */
export type RoadRequest = {
  readonly source: SourcePixels;
  /** Output pixels per source pixel: the model's, or fewer. */
  readonly scale: number;
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
  /** Whether a road could begin with this model without loading anything. */
  readonly isLoaded: (model: ModelDescriptor) => boolean;
  /**
   * Makes `model` the one that roads run.
   *
   * @throws TesseraError `model-corrupt`, `model-unsuitable` or `runtime-unavailable`; `EngineFailure` for memory.
   */
  readonly load: (model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** The way of tiles through the loaded model. */
  readonly road: (request: RoadRequest) => EngineRoad;
  /** After a failed run: whatever cannot be trusted any more is made anew. */
  readonly repair: () => Promise<void>;
  /** Lets go of everything that can be let go of. */
  readonly close: () => Promise<void>;
};
