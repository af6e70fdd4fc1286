import { BandEncoder, type EncodedBand } from '../formats/png/encode-band.ts';
import type { PackedRows } from '../formats/png/pack-rows.ts';

/** A band, and the memory that its rows came in, for others. */
export type Encoded = { readonly band: EncodedBand; readonly memory: ArrayBuffer };

/** What a worker of the pool says: once that it is there, then one answer for each `PackedRows` it was sent, in their order. */
export type EncodeAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'encoded'; readonly encoded: Encoded }
  | { readonly kind: 'failed'; readonly error: Error };

type Task = {
  readonly rows: PackedRows;
  readonly resolve: (encoded: Encoded) => void;
  readonly reject: (error: unknown) => void;
};

/** A worker and what it was sent and has not answered yet. */
type Lane = { readonly worker: Worker; readonly tasks: Task[]; isReady: boolean };

/** The network needs nearly all cores: one encoder keeps up with it on few, and on many a quarter of them does no harm. */
export function encodeWorkers(cores: number): number {
  return Math.max(1, Math.min(4, Math.floor(cores / 4)));
}

/**
 * Workers that encode bands of rows. They start with the pool, so that a small picture's only band does not wait for them.
 * Where none can be started, as where workers may not start workers, bands are encoded in the calling thread, which breathes
 * between them.
 */
export class EncodePool {
  readonly size: number;
  #lanes: Lane[];
  /** Tasks for which there is no worker yet. */
  #waiting: Task[] = [];
  #isEncodingHere = false;
  #hasEnded = false;

  constructor(size: number = encodeWorkers(navigator.hardwareConcurrency)) {
    this.size = size;
    this.#lanes = this.#startAll();
  }

  /**
   * Takes the memory of `rows` over, and gives it back with the answer. Rejects with what the encoder threw (`RangeError` for want of memory), and when the
   * pool is ended.
   */
  encode(rows: PackedRows): Promise<Encoded> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) throw ended();
      this.#waiting.push({ rows, resolve, reject });
      this.#handOut();
    });
  }

  /** Whether the next job can have it: every worker that it began with is there. */
  get isWhole(): boolean {
    return !this.#hasEnded && this.#lanes.length === this.size;
  }

  /** A job that is over leaves workers without a task to the next one: their code is compiled. Busy ones are ended. */
  leave(): void {
    if (this.#open().length > 0) this.end();
  }

  /** Ends the workers; what is not encoded by then is rejected. */
  end(): void {
    this.#hasEnded = true;
    const open = this.#open();
    const lanes = this.#lanes;
    for (const { worker } of lanes) worker.terminate();
    this.#lanes = [];
    this.#waiting = [];
    for (const { reject } of open) reject(ended());
  }

  #open(): readonly Task[] {
    return [...this.#lanes.flatMap(({ tasks }) => tasks), ...this.#waiting];
  }

  #startAll(): Lane[] {
    const lanes: Lane[] = [];
    if (typeof Worker === 'undefined') return lanes;
    try {
      for (let i = 0; i < this.size; i++) lanes.push(this.#start());
    } catch {
      // Not allowed here: whoever has started does the work, or this thread.
    }
    return lanes;
  }

  #start(): Lane {
    const worker = new Worker(new URL('./encode.worker.ts', import.meta.url), {
      type: 'module',
      name: 'tessera-encode',
    });
    const lane: Lane = { worker, tasks: [], isReady: false };
    worker.addEventListener('message', ({ data }: MessageEvent<EncodeAnswer>) => this.#answered(lane, data));
    worker.addEventListener('error', (event) => this.#lost(lane, event.message));
    worker.addEventListener('messageerror', () => this.#lost(lane, 'an answer could not be read'));
    return lane;
  }

  #answered(lane: Lane, answer: EncodeAnswer): void {
    if (answer.kind === 'ready') {
      lane.isReady = true;
      this.#handOut();
      return;
    }
    const task = lane.tasks.shift();
    if (answer.kind === 'encoded') task?.resolve(answer.encoded);
    else task?.reject(answer.error);
  }

  /** A worker that never started is done without; one that fails later takes its tasks' memory with it. */
  #lost(lane: Lane, why: string): void {
    lane.worker.terminate();
    this.#lanes = this.#lanes.filter((other) => other !== lane);
    for (const { reject } of lane.tasks) reject(new Error(`the encoding worker failed: ${why}`));
    this.#handOut();
  }

  /** All at once, since this thread may soon be deep in the network and hear nothing for a while. */
  #handOut(): void {
    if (this.#lanes.length === 0) void this.#encodeHere();
    const ready = this.#lanes.filter(({ isReady }) => isReady);
    if (ready.length === 0) return;
    for (const task of this.#waiting.splice(0)) {
      const lane = ready.reduce((least, other) => (other.tasks.length < least.tasks.length ? other : least));
      lane.tasks.push(task);
      lane.worker.postMessage(task.rows, [task.rows.data.buffer]);
    }
  }

  async #encodeHere(): Promise<void> {
    if (this.#isEncodingHere) return;
    this.#isEncodingHere = true;
    const encoder = new BandEncoder();
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      try {
        task.resolve({ band: encoder.encode(task.rows), memory: task.rows.data.buffer });
      } catch (error) {
        task.reject(error);
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
    this.#isEncodingHere = false;
  }
}

function ended(): Error {
  return new Error('the encoding was ended');
}
