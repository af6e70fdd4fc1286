/**
 * What crosses between the page and the worker. Types only: what cannot cross is not expressible here.
 */
import type { WireError } from '../base/errors.ts';
import type { BitDepth } from '../base/samples.ts';
import type { AdapterFacts } from '../engine/gpu-device.ts';
import type { Tuning } from '../engine/tuning.ts';
import type { FormatWarning, OutputFormat, PictureFormat } from '../formats/picture-types.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { RecoveryState } from '../tiling/tile-policy.ts';

export type { OutputFormat, PictureFormat };

/** What runs the network: the graphics card through WebGPU, or the processor through WebAssembly. */
export type Backend = 'webgpu' | 'wasm';

/** What a person may choose. A key that is left out takes the default. */
export type UpscaleOptions = {
  /** A recipe: the id of a model that is built in or in the library, or several. Default: the catalog's first. */
  readonly model?: string;
  /** Output pixels per source pixel: a whole number from 2 to the model's scale. Default: the model's scale. */
  readonly scale?: number;
  /** Side of the square that one tile finishes, in source pixels, 32..1024. Default: chosen for the device. */
  readonly tile?: number;
  /** Source pixels read around each tile and thrown away, 4..64. Default: at least 16 and enough for the model. */
  readonly context?: number;
  /** Width, in source pixels, over which neighbouring tiles blend: even, 0..16 and at most 2·context. Default 8 or less. */
  readonly feather?: number;
  /**
   * Default: WebGPU where there is an adapter, else WASM. A backend named here is used or the job fails; but tiles that the
   * card fails at or gets wrong again and again in the middle of a job, the processor finishes, with the warning `processor-took-over`.
   */
  readonly backend?: Backend;
  /** Default 'png'. */
  readonly format?: OutputFormat;
  /** JPEG and WebP quality, 1..100. Default 92. PNG has none. */
  readonly quality?: number;
};

/** Something that the person should know about a result, though the job went on. */
export type Warning = {
  readonly code:
    | FormatWarning['code']
    | 'software-adapter'
    | 'webgpu-absent'
    | 'single-thread'
    | 'context-short'
    | 'tile-halved'
    | 'device-recovered'
    | 'worker-recovered'
    | 'processor-took-over'
    | 'operators-on-processor'
    | 'offline-store-failed';
  readonly message: string;
};

/** What a file's header says, before any pixel is decoded; width and height are upright, in source pixels. */
export type Inspection = {
  readonly format: PictureFormat;
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly bytes: number;
  readonly warnings: readonly Warning[];
};

/** What this browser on this device can run. */
export type Environment = {
  /** Null where WebGPU has no adapter. */
  readonly adapter: AdapterSummary | null;
  /** Why there is no adapter, as one sentence; empty where there is one. */
  readonly adapterProblem: string;
  /** WASM threads that a job would use. */
  readonly threads: number;
  /** What `backend` unset means here. */
  readonly defaultBackend: Backend;
};

/** The adapter as far as the screen shows it. */
export type AdapterSummary = Omit<AdapterFacts, 'maxBindingBytes'>;

/** The plan of the tiles that are still to do, for the mosaic on screen; all lengths in source pixels. */
export type PlanSummary = {
  readonly columns: number;
  readonly rows: number;
  /** First source row that this plan covers: 0, or where a smaller tile took over. */
  readonly fromRow: number;
  /** Nominal tile side. */
  readonly tile: number;
  /** What the network is given: tile plus context, aligned. */
  readonly paddedWidth: number;
  readonly paddedHeight: number;
  readonly context: number;
};

/** What was found out about one model on one adapter, as far as the screen shows it. */
export type TuningSummary = Omit<Tuning, 'modelSha256'>;

export type Stage = 'reading' | 'loading-runtime' | 'loading-model' | 'warming-up' | 'tiles' | 'encoding';

/** What a running job tells; `jobId` is that of the request. Sent in order. */
export type JobEvent =
  | { readonly kind: 'stage'; readonly jobId: string; readonly stage: Stage }
  | {
      readonly kind: 'download';
      readonly jobId: string;
      readonly what: 'runtime' | 'model';
      readonly loadedBytes: number;
      readonly totalBytes: number;
    }
  | {
      readonly kind: 'engine';
      readonly jobId: string;
      readonly backend: Backend;
      readonly adapter: string;
      readonly precision: 'float32' | 'float16';
      readonly threads: number;
    }
  | { readonly kind: 'plan'; readonly jobId: string; readonly plan: PlanSummary }
  | {
      /** One more tile is done; `index` counts row by row within the last `plan`. `fraction` is of the whole picture. */
      readonly kind: 'tile';
      readonly jobId: string;
      readonly index: number;
      readonly doneInPlan: number;
      readonly totalInPlan: number;
      readonly fraction: number;
      readonly tileMs: number;
    }
  | {
      /** Finished output rows, as a preview no wider than the screen needs. The receiver closes the bitmap. */
      readonly kind: 'rows';
      readonly jobId: string;
      readonly y: number;
      readonly height: number;
      readonly outputWidth: number;
      readonly outputHeight: number;
      readonly preview: ImageBitmap;
    }
  | { readonly kind: 'notice'; readonly jobId: string; readonly warning: Warning };

/** What really happened, for the screen, the command line and `--json`. */
export type JobReport = {
  readonly input: {
    readonly name: string;
    readonly format: PictureFormat;
    readonly width: number;
    readonly height: number;
  };
  readonly output: {
    readonly format: OutputFormat;
    readonly width: number;
    readonly height: number;
    /** Of each channel: 16 for a PNG from a source whose 16 bits could be read. */
    readonly bitDepth: BitDepth;
    readonly bytes: number;
  };
  readonly model: {
    readonly id: string;
    readonly name: string;
    readonly scale: number;
    readonly sha256: string;
  };
  /** Output pixels per source pixel that was asked for. */
  readonly scale: number;
  readonly backend: Backend;
  /** The adapter's name, or 'CPU'. */
  readonly adapter: string;
  readonly precision: 'float32' | 'float16';
  /** Why that precision, as half a sentence; empty where there was no choice. */
  readonly precisionReason: string;
  readonly threads: number;
  /** Nominal tile sides in the order tried; the last one finished the picture. */
  readonly tileSizesTried: readonly number[];
  readonly context: number;
  readonly feather: number;
  /** Padded tile shape of the last plan, in source pixels. */
  readonly paddedTile: { readonly width: number; readonly height: number };
  /** Every tile that the network finished, those that were thrown away included. */
  readonly tilesRun: number;
  /** Those of `tilesRun` that were thrown away: their rows were not finished when a failure came. */
  readonly tilesRedone: number;
  readonly devicesLost: number;
  readonly workersLost: number;
  /**
   * Whole milliseconds of each stage. `warmUp`, on WebGPU, is what is found out on first use and the first tile, for
   * whose shape shaders are compiled; `tiles` the loop over the others with reading and stitching. `network`, the runs
   * alone, lies within both. What was lost with a worker, and waiting for one that hung, is in `total` only.
   */
  readonly ms: {
    readonly total: number;
    readonly reading: number;
    readonly loading: number;
    readonly warmUp: number;
    readonly tiles: number;
    readonly network: number;
    readonly encoding: number;
  };
  readonly warnings: readonly Warning[];
};

/** How a job ended. Cancelling is an outcome, not an error. */
export type JobOutcome =
  | {
      readonly kind: 'done';
      readonly file: Blob;
      /** Such as `photo_photo-4x.png`. */
      readonly name: string;
      /** The finished picture for the viewer; the receiver closes it. */
      readonly picture: ImageBitmap;
      readonly report: JobReport;
    }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: WireError };

export type JobRequest = {
  readonly jobId: string;
  readonly file: Blob;
  /** The file's name, which only names the result: bytes decide the type. */
  readonly name: string;
  readonly options: UpscaleOptions;
  /** Longest side, in device pixels, of the previews that `rows` events carry; 0 for none. */
  readonly previewSidePx: number;
};

/** A running job as the page sees it. */
export type JobHandle = {
  readonly jobId: string;
  readonly outcome: Promise<JobOutcome>;
  /** Takes effect within one tile; a worker that does not answer in two seconds is replaced. */
  cancel(): void;
};

/** What the page may ask for: implemented by the client, faked in tests of the state. */
export interface UpscalePort {
  /** Reads the header only. Rejects with a `TesseraError` (`empty-file`, `not-a-picture`, `picture-too-large`, …). */
  inspect(file: Blob): Promise<Inspection>;
  environment(): Promise<Environment>;
  /** Never throws; a second job while one runs ends `failed` with `busy`. */
  start(request: Omit<JobRequest, 'jobId'>, onEvent: (event: JobEvent) => void): JobHandle;
  /** What is remembered of models on this device's adapters; empty where nothing is, or can be. */
  tunings(): Promise<readonly TuningSummary[]>;
  /** Has all of that found out anew. Rejects with a `TesseraError` when the browser refuses. */
  forgetTunings(): Promise<void>;
  /** Fetches and keeps all that upscaling without a network needs. Resolves when it is kept. */
  prepareOffline(models: readonly ModelDescriptor[]): Promise<void>;
}

// What follows is between the client and the worker's service only.

/** What a job has cost so far, over all workers that it had. */
export type JobTally = {
  readonly tilesRun: number;
  /** Of those, the ones whose rows were finished. */
  readonly tilesKept: number;
  readonly ms: {
    readonly reading: number;
    readonly loading: number;
    readonly warmUp: number;
    readonly tiles: number;
    readonly network: number;
  };
  readonly warnings: readonly Warning[];
};

/** What a new worker needs to go on where the last one ended. */
export type Resume = {
  readonly recovery: RecoveryState;
  readonly tally: JobTally;
  /** All finished rows, top to bottom without gaps, as raw RGBA. */
  readonly bands: readonly KeptBand[];
  /** What the person is told about the change of worker; null when it was told already. */
  readonly notice: Warning | null;
};

/** Finished output rows: raw RGBA of the full output width, of 16 bits in this machine's order. */
export type KeptBand = {
  readonly y: number;
  readonly height: number;
  readonly bitDepth: BitDepth;
  readonly rgba: Blob;
};

/** Sent by the worker whenever more rows are safe or the recovery state changes; the last one is what counts. */
export type Checkpoint = {
  readonly kind: 'checkpoint';
  readonly jobId: string;
  readonly recovery: RecoveryState;
  readonly tally: JobTally;
  /** First source row that no finished row covers. */
  readonly nextRow: number;
  /** The rows that have become safe, handed over; null when only the state changed. */
  readonly band: (Omit<KeptBand, 'rgba'> & { readonly rgba: ArrayBuffer }) | null;
};

export type ServiceRequest = JobRequest & {
  readonly catalogUrl: string;
  /** `Date.now()` when the person started the job. */
  readonly startedAt: number;
  readonly resume: Resume | null;
};

export type ServiceOutcome =
  | JobOutcome
  | {
      /** This worker's memory is used up or bound to another backend: a new one has to take over. */
      readonly kind: 'worker-spent';
      readonly recovery: RecoveryState | null;
      readonly notice: Warning | null;
    };

/** What the worker exposes over comlink. Errors cross as `WireError` inside a result, never as exceptions. */
export interface UpscaleService {
  /** Resolves when the worker holds the lock of that name, for as long as it lives; false where there are no locks. */
  hello(lockName: string): Promise<boolean>;
  inspect(file: Blob): Promise<Wired<Inspection>>;
  environment(): Promise<Environment>;
  tunings(): Promise<readonly TuningSummary[]>;
  forgetTunings(): Promise<Wired<null>>;
  run(request: ServiceRequest, onEvent: (event: JobEvent | Checkpoint) => void): Promise<ServiceOutcome>;
  cancel(jobId: string): void;
  prepareOffline(models: readonly ModelDescriptor[], catalogUrl: string): Promise<Wired<null>>;
}

/** A value, or the error in its place. */
export type Wired<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: WireError };
