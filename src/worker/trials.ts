import { EngineFailure } from '../engine/failure.ts';
import { NetworkWorker } from '../engine/network-worker.ts';
import type { RawTensor } from '../engine/trial-session.ts';

/** How long a network may take to be read, and for one small picture: hostile ones never end. */
const LIMIT_MS = 60_000;

/** Runs networks that nobody has run before, in a worker that is started for them and ended with them. */
export class Trials {
  #worker: Promise<NetworkWorker> | null = null;
  readonly #onBegin: () => void;

  /** @param onBegin called before the first network is opened */
  constructor(onBegin: () => void) {
    this.#onBegin = onBegin;
  }

  /** Opens a network in place of the last one; gives what runs it once. Rejects with EngineFailure. */
  async open(network: Uint8Array<ArrayBuffer>): Promise<(input: RawTensor) => Promise<RawTensor>> {
    if (!this.#worker) this.#onBegin();
    this.#worker ??= NetworkWorker.start({ onRuntimeProgress: () => undefined, onNotKept: () => undefined });
    const worker = await this.#worker;
    await withinLimit(worker, worker.openTrial(network));
    return (input) => withinLimit(worker, worker.runTrial(input));
  }

  close(): void {
    void this.#worker?.then(
      (worker) => worker.terminate(),
      () => undefined,
    );
    this.#worker = null;
  }
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
