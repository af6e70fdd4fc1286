import { TesseraError } from '../base/errors.ts';
import { classifyFailure } from '../engine/failure.ts';
import { NetworkWorker } from '../engine/network-worker.ts';
import { runtimeWords } from '../engine/runtime-words.ts';
import { engineError } from './engine-error.ts';
import type { Trial } from './import-model.ts';

/** How long a network may take to be read, and for one small picture: hostile ones never end. */
const LIMIT_MS = 60_000;
/**
 * A run of more multiply-accumulates than this, going by weights times pixels, may take longer in proportion: half a milliard of
 * them in a second is what a telephone with one thread does.
 */
const MACS_WITHIN_LIMIT = 30e9;
/** All of one import together may take so many limits, and so may one run. */
const MOST_LIMITS = 10;

/** Runs networks that nobody has run before, in a worker that is started for them and ended with them. */
export class Trials {
  #worker: Promise<NetworkWorker> | null = null;
  #hasBegun = false;
  readonly #onBegin: () => void;
  readonly #limitMs: number;
  /** Of all that may still be run. */
  #leftMs: number;

  /**
   * @param onBegin called before the first network is opened
   * @param limitMs for reading a network, and for a run on a small picture
   */
  constructor(onBegin: () => void, limitMs = LIMIT_MS) {
    this.#onBegin = onBegin;
    this.#limitMs = limitMs;
    this.#leftMs = MOST_LIMITS * limitMs;
  }

  /**
   * Opens a network in place of the last one; its memory is handed over. A run rejects with EngineFailure for an input that
   * the network does not take, and with a TesseraError `model-unsupported` where it does not end: all is over then.
   * @throws TesseraError `model-unsupported` where the runtime cannot open it, or not in time; `out-of-memory`
   */
  async open(network: Uint8Array<ArrayBuffer>): Promise<Trial> {
    if (!this.#hasBegun) this.#onBegin();
    this.#hasBegun = true;
    const worker = await this.#started();
    const weights = network.length / 4;
    const opening = () => worker.openTrial(network);
    await this.#withinLimit(worker, opening, { limits: 1, what: 'was not read' }).catch((error: unknown) => {
      if (error instanceof TesseraError) throw error;
      throw classifyFailure(error).kind === 'other' ? notOpened(error) : engineError(error);
    });
    return {
      run: (input) => {
        const limits = (weights * input.values.length) / 3 / MACS_WITHIN_LIMIT;
        const what = `had not answered a picture of [${input.dims.join(', ')}]`;
        return this.#withinLimit(worker, () => worker.runTrial(input), { limits, what });
      },
      close: () =>
        this.#withinLimit(worker, () => worker.closeTrial(), { limits: 1, what: 'was not closed' }),
    };
  }

  /** Starts the runtime, which takes as long as converting does: the one may run beside the other. */
  prepare(): void {
    // Whoever opens a network is told.
    this.#started().catch(() => undefined);
  }

  #started(): Promise<NetworkWorker> {
    this.#worker ??= NetworkWorker.start({ onRuntimeProgress: () => undefined, onNotKept: () => undefined });
    return this.#worker;
  }

  /** @param limits how many of them the work may take; between one and what is left of all */
  async #withinLimit<T>(
    worker: NetworkWorker,
    work: () => Promise<T>,
    { limits, what }: { readonly limits: number; readonly what: string },
  ): Promise<T> {
    const ms = Math.min(this.#limitMs * Math.max(1, Math.min(limits, MOST_LIMITS)), this.#leftMs);
    const started = performance.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(tooSlow(what, performance.now() - started));
        worker.terminate();
      }, ms);
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
      this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - started));
    }
  }

  close(): void {
    void this.#worker?.then(
      (worker) => worker.terminate(),
      () => undefined,
    );
    this.#worker = null;
  }
}

function tooSlow(what: string, waitedMs: number): TesseraError {
  const seconds = Math.round(waitedMs / 1000);
  return new TesseraError(
    'model-unsupported',
    `The network ${what} after ${seconds} seconds, and was ended.`,
    'It may never end, or be too slow for this device: close other programs, or choose a smaller model.',
    { seconds },
  );
}

function notOpened(cause: unknown): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `The runtime in the browser cannot open this network: ${runtimeWords(cause)}.`,
    'Export the model again, with ONNX’s own operators and a common opset such as 17, or choose another one.',
    {},
    { cause },
  );
}
