import { wrap } from 'comlink';

/** Why a worker is no more. */
export type WorkerEnd = 'not-started' | 'died' | 'hung' | 'dismissed';

/** How long a worker may take to answer its first call: it only has to fetch and run one script. */
const START_LIMIT_MS = 30_000;

/** What every worker answers first: whether it holds the lock of that name, for as long as it lives. */
type Greeting = { hello(lockName: string): Promise<boolean> };

/** A service as the page sees it: every answer is a promise. */
export type Remote<Service> = {
  [K in keyof Service]: Service[K] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never;
};

/** Starts the script that exposes the service. */
export type StartWorker = () => Worker;

/** The product's own worker. */
export const startUpscaleWorker: StartWorker = () =>
  new Worker(new URL('./upscale.worker.ts', import.meta.url), { type: 'module', name: 'tessera' });

/** One running worker, and the promise of its end: a dead worker sends nothing, so its end is seen from outside. */
export class LiveWorker<Service extends Greeting> {
  readonly service: Remote<Service>;
  /** Resolves once, when the worker has died, was dismissed, or never started. */
  readonly ended: Promise<WorkerEnd>;
  /** Resolves when the worker answers; never rejects (see `ended`). */
  readonly started: Promise<void>;
  readonly #worker: Worker;
  #end: (end: WorkerEnd) => void = () => undefined;

  constructor(startWorker: StartWorker) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    void this.ended.then(() => this.#worker.terminate());
    this.#worker = startWorker();
    // Comlink's own `Remote` type falls apart over unions.
    this.service = wrap(this.#worker) as unknown as Remote<Service>;
    this.started = this.#start();
  }

  /** Ends the worker now. */
  dismiss(why: 'hung' | 'dismissed'): void {
    this.#end(why);
  }

  /** The answer to a call, or the worker's end, whichever comes first. */
  async ask<T>(call: (service: Remote<Service>) => Promise<T>): Promise<{ answer: T } | { end: WorkerEnd }> {
    const end = this.ended.then((why) => ({ end: why }));
    const answer = this.started.then(() => call(this.service)).then((value) => ({ answer: value }));
    return Promise.race([answer, end]);
  }

  async #start(): Promise<void> {
    let isUp = false;
    const giveUp = setTimeout(() => this.#end('not-started'), START_LIMIT_MS);
    // Also fired for errors in a running worker; those are answered through its calls.
    this.#worker.addEventListener('error', () => {
      if (!isUp) this.#end('not-started');
    });
    const lockName = `tessera-worker-${crypto.randomUUID()}`;
    const isLocked = await (this.service as Remote<Greeting>).hello(lockName);
    isUp = true;
    clearTimeout(giveUp);
    // Granted only when the worker that holds it is gone.
    if (isLocked) void navigator.locks.request(lockName, () => this.#end('died'));
  }
}
