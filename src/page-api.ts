import { fromWire } from './base/errors.ts';
import { shownText } from './base/shown-text.ts';
import { badArgument, type ModelsPageApi, modelsApi } from './page-api-models.ts';
import type { ModelsPort } from './worker/models-protocol.ts';
import type {
  Environment,
  JobEvent,
  JobReport,
  Stage,
  UpscaleOptions,
  UpscalePort,
} from './worker/protocol.ts';

/** How far a job is. */
export type UpscaleProgress = {
  readonly stage: Stage;
  /** Of the whole picture's tiles, 0..1; never falls. */
  readonly fraction: number;
  /** Tiles done and planned since the last change of plan; 0 before the first. */
  readonly tile: number;
  readonly tiles: number;
  /** A sentence for the person, when something happened that they should know. */
  readonly message?: string;
};

export type UpscaleResult = { readonly blob: Blob; readonly name: string; readonly report: JobReport };

/** What a page that embeds Tessera, and the command line, may call: `globalThis.tessera`. */
export type TesseraPageApi = {
  /** Resolves when jobs can be started. */
  readonly ready: Promise<void>;
  environment(): Promise<Environment>;
  /**
   * Upscales one picture. One job runs at a time, those that were started on the page included.
   *
   * @param signal aborts the job within one tile. Until the rejection arrives, the job runs: another one is `busy` till then.
   * @returns rejects with a `TesseraError` (`code`, `message`, `nextStep`, `details`); with an `AbortError` when aborted.
   */
  upscale(
    file: Blob,
    options?: UpscaleOptions,
    onProgress?: (progress: UpscaleProgress) => void,
    signal?: AbortSignal,
  ): Promise<UpscaleResult>;
  /** The person's own models. */
  readonly models: ModelsPageApi;
};

declare global {
  var tessera: TesseraPageApi;
}

/** Puts the page API in place. */
export function installPageApi(port: UpscalePort, models: ModelsPort): void {
  globalThis.tessera = {
    ready: Promise.resolve(),
    environment: () => port.environment(),
    upscale: async (file, options = {}, onProgress = () => undefined, signal) => {
      checkArguments(file, options, onProgress, signal);
      return upscale(port, file, options, onProgress, signal);
    },
    models: modelsApi(models),
  };
}

async function upscale(
  port: UpscalePort,
  file: Blob,
  options: UpscaleOptions,
  onProgress: (progress: UpscaleProgress) => void,
  signal: AbortSignal | undefined,
): Promise<UpscaleResult> {
  signal?.throwIfAborted();
  const name = file instanceof File ? shownText(file.name) : 'picture';
  const handle = port.start({ file, name, options, previewSidePx: 0 }, progressOf(onProgress));
  const abort = () => handle.cancel();
  signal?.addEventListener('abort', abort);
  const outcome = await handle.outcome;
  signal?.removeEventListener('abort', abort);
  if (outcome.kind === 'failed') throw fromWire(outcome.error);
  if (outcome.kind === 'cancelled') throw new DOMException('The job was cancelled.', 'AbortError');
  outcome.picture.close();
  return { blob: outcome.file, name: outcome.name, report: outcome.report };
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof UpscaleOptions>([
  'model',
  'scale',
  'tile',
  'context',
  'feather',
  'backend',
  'format',
  'quality',
]);

/** Callers are scripts that no compiler has seen. */
function checkArguments(file: unknown, options: unknown, onProgress: unknown, signal: unknown): void {
  if (!(file instanceof Blob)) throw badArgument('tessera.upscale', 'file', 'a File or Blob');
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw badArgument('tessera.upscale', 'options', 'an object, such as { model: "photo-4x" }');
  }
  for (const [name, value] of Object.entries(options)) {
    if (!OPTION_NAMES.has(name))
      throw badArgument('tessera.upscale', name, `one of the options ${[...OPTION_NAMES].join(', ')}`);
    if (!['string', 'number', 'undefined'].includes(typeof value))
      throw badArgument('tessera.upscale', name, 'a text or a number');
  }
  if (typeof onProgress !== 'function') throw badArgument('tessera.upscale', 'onProgress', 'a function');
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw badArgument('tessera.upscale', 'signal', 'an AbortSignal');
}

function progressOf(onProgress: (progress: UpscaleProgress) => void): (event: JobEvent) => void {
  let progress: UpscaleProgress = { stage: 'reading', fraction: 0, tile: 0, tiles: 0 };
  const tell = (news: Partial<UpscaleProgress>) => {
    const { message: _, ...before } = progress;
    progress = { ...before, ...news };
    onProgress(progress);
  };
  return (event) => {
    if (event.kind === 'stage') tell({ stage: event.stage });
    if (event.kind === 'notice') tell({ message: event.warning.message });
    if (event.kind === 'tile') {
      const fraction = Math.max(progress.fraction, event.fraction);
      tell({ fraction, tile: event.doneInPlan, tiles: event.totalInPlan });
    }
  };
}
