import type { Backend } from '../worker/protocol.ts';

/** What one run of the suite found, as JSON carries it. Times are milliseconds, medians unless said otherwise. */
export type BenchResult = {
  readonly schema: 1;
  /** Of the begin, ISO 8601 in UTC. */
  readonly date: string;
  /** What its owner says it is; empty where nobody said. */
  readonly machine: string;
  /** Logical processor cores, as the browser tells. */
  readonly cores: number;
  readonly browser: string;
  /** The graphics adapter's name, or `none`. */
  readonly adapter: string;
  /** Whether that adapter is software: its times say nothing about graphics cards. */
  readonly softwareAdapter: boolean;
  readonly isolated: boolean;
  readonly rounds: number;
  readonly cases: readonly CaseResult[];
  readonly variants: readonly VariantResult[];
};

/** What a case is about. */
export type Case = {
  readonly backend: Backend;
  readonly model: string;
  /** Source megapixels asked for; the picture has about so many. */
  readonly megapixels: number;
};

export type CaseResult = Case & ({ readonly measured: CaseFigures } | { readonly problem: string });

export type CaseFigures = {
  readonly picture: { readonly width: number; readonly height: number };
  readonly output: { readonly width: number; readonly height: number; readonly bytes: number };
  readonly threads: number;
  readonly precision: 'float32' | 'float16';
  /** Nominal side of a tile and what the network is given for it, in source pixels. */
  readonly tile: number;
  readonly paddedTile: { readonly width: number; readonly height: number };
  readonly tiles: number;
  /** The first job in a new worker, and how much longer it took than later ones: start, shaders, trials. */
  readonly firstJobMs: number;
  readonly warmUpMs: number;
  readonly jobMs: number;
  readonly bareMs: number;
  /** Whole job ÷ bare runs of the same tiles, median of the rounds' ratios. */
  readonly overhead: number;
  readonly jobMsPerOutputMegapixel: number;
  readonly bareMsPerOutputMegapixel: number;
  readonly samples: readonly Sample[];
  /** Null on the processor. */
  readonly card: CardFigures | null;
  /** Null where it was not tried: once for each model and backend, on the smallest picture. */
  readonly halving: HalvingFigures | { readonly problem: string } | null;
};

/** One round. */
export type Sample = {
  readonly jobMs: number;
  readonly bareMs: number;
  /** Inside the job, whole milliseconds, as its report has them. */
  readonly reading: number;
  readonly loading: number;
  readonly tiles: number;
  readonly network: number;
  readonly encoding: number;
};

/** What one warm job asked of the graphics card. */
export type CardFigures = {
  /** Of all buffers that were alive at once. */
  readonly peakBytes: number;
  readonly upBytes: number;
  readonly downBytes: number;
  readonly dispatchesPerTile: number;
  readonly submitsPerTile: number;
};

/** What a shortage of memory at one tile cost. */
export type HalvingFigures = {
  /** The tile that failed, counted from 1, of so many. */
  readonly failedTile: number;
  readonly ofTiles: number;
  readonly tileSizesTried: readonly number[];
  readonly tilesRun: number;
  /** Those that were computed and thrown away. */
  readonly tilesRedone: number;
  /** Longer than an undisturbed job. */
  readonly extraMs: number;
};

/** One way to run a network on a graphics card. */
export type Variant = {
  readonly precision: 'float32' | 'float16';
  readonly layout: 'NHWC' | 'NCHW';
  readonly graphCapture: boolean;
  /** Tensors in buffers of the card, or float tensors through the processor's memory. */
  readonly tensors: 'on-card' | 'through-processor';
  /** Dispatches that the runtime collects before it submits; null for its own choice, 16. */
  readonly pendingDispatches: number | null;
};

export type VariantResult = {
  readonly model: string;
  readonly megapixels: number;
  readonly variant: Variant;
} & (
  | {
      readonly tiles: number;
      readonly openMs: number;
      readonly samplesMs: readonly number[];
      readonly msPerOutputMegapixel: number;
      /** Tells whether the number of pending dispatches was obeyed. */
      readonly submitsPerTile: number;
    }
  | { readonly problem: string }
);

/** The middle of an odd number of values, the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = sorted.length % 2 === 1 ? [sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return low === undefined ? Number.NaN : (low + (high ?? low)) / 2;
}
