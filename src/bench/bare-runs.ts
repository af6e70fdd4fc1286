import { wrap } from 'comlink';
import type { BareOpened, BareRequest, BareService, BareTimes } from './bare-protocol.ts';

/** A worker that runs a network bare, with the network open. */
export class BareRuns {
  readonly opened: BareOpened;
  readonly #worker: Worker;
  readonly #service: BareService;
  readonly #ended: Promise<never>;

  private constructor(worker: Worker, service: BareService, ended: Promise<never>, opened: BareOpened) {
    this.#worker = worker;
    this.#service = service;
    this.#ended = ended;
    this.opened = opened;
  }

  /** Rejects when the worker does not start or the network does not open. */
  static async open(request: BareRequest): Promise<BareRuns> {
    const worker = new Worker(new URL('./workers/bench-bare.worker.ts', import.meta.url), {
      type: 'module',
      name: 'tessera-bare',
    });
    const ended = new Promise<never>((_, reject) => {
      worker.addEventListener('error', ({ message }) => {
        reject(new Error(`The worker of the bare runs failed: ${message || 'it did not start'}.`));
      });
    });
    ended.catch(() => undefined);
    const service = wrap<BareService>(worker) as unknown as BareService;
    try {
      return new BareRuns(worker, service, ended, await Promise.race([service.open(request), ended]));
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  run(): Promise<BareTimes> {
    return Promise.race([this.#service.run(), this.#ended]);
  }

  end(): void {
    this.#worker.terminate();
  }
}
