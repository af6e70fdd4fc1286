import { proxy, transfer, wrap } from 'comlink';
import { fromWire } from '../base/errors.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { EngineEvents } from './engine.ts';
import { EngineFailure } from './failure.ts';
import type { NetworkService, Outcome } from './network-protocol.ts';
import { runtimeUnavailable } from './runtime.ts';
import type { Answer } from './session.ts';
import type { RawTensor } from './trial-session.ts';

/** A running network worker as its engine sees it. Whatever is under way when it ends is rejected. */
export class NetworkWorker {
  readonly #worker: Worker;
  readonly #service: NetworkService;
  readonly #ended: Promise<never>;
  #end: (why: Error) => void = () => undefined;

  private constructor() {
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    this.#ended.catch(() => undefined);
    this.#worker = new Worker(new URL('./network.worker.ts', import.meta.url), {
      type: 'module',
      name: 'tessera-network',
    });
    // Comlink's own `Remote` type falls apart over unions.
    this.#service = wrap<NetworkService>(this.#worker) as unknown as NetworkService;
  }

  /** @throws TesseraError `runtime-unavailable`. */
  static async start({ onRuntimeProgress, onNotKept }: EngineEvents): Promise<NetworkWorker> {
    const network = new NetworkWorker();
    let isUp = false;
    network.#worker.addEventListener('error', ({ message }) => {
      const why = message || 'its worker did not start';
      network.#end(isUp ? new EngineFailure('wasm', why, null) : runtimeUnavailable(new Error(why)));
    });
    try {
      const notKept = () => onNotKept('the network’s worker could not keep it');
      const lockName = `tessera-network-${crypto.randomUUID()}`;
      const started = network.#service.start(proxy(onRuntimeProgress), proxy(notKept), lockName);
      const { isLocked } = await network.#ask(started);
      isUp = true;
      if (isLocked) network.#watch(lockName);
      return network;
    } catch (error) {
      network.terminate();
      throw error;
    }
  }

  /** The lock is granted only when the worker that holds it is gone. */
  #watch(lockName: string): void {
    void navigator.locks.request(lockName, () =>
      this.#end(new EngineFailure('wasm', 'The network’s worker ended without a word.', null)),
    );
  }

  /** @throws TesseraError `model-corrupt` or `model-unsuitable`; EngineFailure for memory. */
  async load(model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#ask(this.#service.load(model, bytes));
  }

  /**
   * Queues one run; the input's memory is handed over.
   *
   * @throws EngineFailure; TesseraError `model-unsuitable`.
   */
  run(input: Float32Array, size: Size<SourcePx>): Promise<Answer> {
    return this.#ask(this.#service.run(transfer(input, [input.buffer as ArrayBuffer]), size));
  }

  /**
   * Opens a network of which nothing is known yet; its memory is handed over. Rejects with EngineFailure where the runtime
   * cannot read it.
   */
  async openTrial(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#ask(this.#service.openTrial(transfer(bytes, [bytes.buffer])));
  }

  /** One run of that network. Rejects with EngineFailure, also for an input that it does not take. */
  runTrial(input: RawTensor): Promise<RawTensor> {
    return this.#ask(this.#service.runTrial(input));
  }

  /** Ends that network, and hands its bytes back. */
  closeTrial(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask(this.#service.closeTrial());
  }

  /** Ends it with all its memory, at once. */
  terminate(): void {
    this.#worker.terminate();
    this.#end(new EngineFailure('wasm', 'The network’s worker was ended.', null));
  }

  async #ask<T>(answer: Promise<Outcome<T>>): Promise<T> {
    const outcome = await Promise.race([answer, this.#ended]);
    if (outcome.ok) return outcome.value;
    if ('error' in outcome) throw fromWire(outcome.error);
    throw new EngineFailure('wasm', outcome.said, null);
  }
}
