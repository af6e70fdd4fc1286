import { messageOf, TesseraError } from '../base/errors.ts';
import { classifyFailure, EngineFailure } from '../engine/failure.ts';
import { NetworkWorker } from '../engine/network-worker.ts';
import { engineError } from './engine-error.ts';
import type { Trial } from './import-model.ts';

/** How long a network may take to be read, and for one small picture: hostile ones never end. */
const LIMIT_MS = 60_000;

/** Runs networks that nobody has run before, in a worker that is started for them and ended with them. */
export class Trials {
  #worker: Promise<NetworkWorker> | null = null;
  #hasBegun = false;
  readonly #onBegin: () => void;

  /** @param onBegin called before the first network is opened */
  constructor(onBegin: () => void) {
    this.#onBegin = onBegin;
  }

  /**
   * Opens a network in place of the last one; its memory is handed over. A run rejects with EngineFailure for an input that
   * the network does not take.
   * @throws TesseraError `model-unsupported` where the runtime cannot open it, `out-of-memory`
   */
  async open(network: Uint8Array<ArrayBuffer>): Promise<Trial> {
    if (!this.#hasBegun) this.#onBegin();
    this.#hasBegun = true;
    const worker = await this.#started();
    await withinLimit(worker, worker.openTrial(network)).catch((error: unknown) => {
      throw classifyFailure(error).kind === 'other' ? notOpened(error) : engineError(error);
    });
    return {
      run: (input) => withinLimit(worker, worker.runTrial(input)),
      close: () => withinLimit(worker, worker.closeTrial()),
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

  close(): void {
    void this.#worker?.then(
      (worker) => worker.terminate(),
      () => undefined,
    );
    this.#worker = null;
  }
}

function notOpened(cause: unknown): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `The runtime in the browser cannot open this network: ${messageOf(cause)}`,
    'Export the model again, with ONNX’s own operators and a common opset such as 17, or choose another one.',
    {},
    { cause },
  );
}

async function withinLimit<T>(worker: NetworkWorker, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new EngineFailure('wasm', `It was not done after ${LIMIT_MS / 1000} seconds.`, null));
      worker.terminate();
    }, LIMIT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
