import { TesseraError } from '../base/errors.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { DownloadProgress } from '../models/fetch-kept.ts';
import { EngineFailure } from './failure.ts';
import { type AdapterFacts, type GpuDevice, openGpuDevice } from './gpu-device.ts';
import { loadRuntime, runtimeUnavailable, wasmThreads } from './runtime.ts';
import type { Ort } from './runtime-build.ts';
import { ModelSession } from './session.ts';
import { answerProblem } from './verify.ts';

/** What an engine tells while it loads. */
export type EngineEvents = {
  readonly onRuntimeProgress: DownloadProgress;
  /** A file could not be kept for offline. */
  readonly onNotKept: (reason: unknown) => void;
};

/**
 * One backend of this worker: the runtime, its device, and at most one network at a time. Which of WebGPU and WASM it
 * is was decided before; it never changes over by itself.
 */
export class Engine {
  readonly backend: 'webgpu' | 'wasm';
  readonly threads: number;
  readonly #ort: Ort;
  #gpu: GpuDevice | null;
  #loaded: { model: ModelDescriptor; bytes: Uint8Array; session: ModelSession | null } | null = null;

  private constructor(backend: 'webgpu' | 'wasm', ort: Ort, gpu: GpuDevice | null) {
    this.backend = backend;
    this.threads = backend === 'wasm' ? wasmThreads() : 1;
    this.#ort = ort;
    this.#gpu = gpu;
  }

  /** @throws TesseraError `backend-unavailable` or `runtime-unavailable`. */
  static async open(backend: 'webgpu' | 'wasm', events: EngineEvents): Promise<Engine> {
    const gpu = backend === 'webgpu' ? await openGpuDevice() : null;
    const ort = await loadRuntime(backend, events.onRuntimeProgress, events.onNotKept);
    return new Engine(backend, ort, gpu);
  }

  /** Null on the processor. */
  get adapter(): AdapterFacts | null {
    return this.#gpu?.facts ?? null;
  }

  /** Whether `run` would use this model without loading anything. */
  isLoaded(model: ModelDescriptor): boolean {
    return this.#loaded?.model.sha256 === model.sha256 && this.#loaded.session !== null && !this.#gpu?.lost();
  }

  /**
   * Makes `model` the one that `run` uses.
   *
   * @throws TesseraError `model-corrupt`, `model-unsuitable` or `runtime-unavailable`; `EngineFailure` for memory.
   */
  async load(model: ModelDescriptor, bytes: Uint8Array): Promise<void> {
    await this.#loaded?.session?.close();
    this.#loaded = { model, bytes, session: null };
    if (this.#gpu?.lost()) this.#gpu = await reopenGpuDevice();
    await this.#openSession();
  }

  /**
   * One tile, checked: `[3, height, width]` in 0..1 to `[3, scale·height, scale·width]`.
   *
   * @throws EngineFailure; TesseraError `bad-output` when the answer cannot be a picture.
   */
  async run(input: Float32Array, size: { width: number; height: number }): Promise<Float32Array> {
    const session = this.#loaded?.session;
    if (!session) throw new EngineFailure(this.backend, 'No network is loaded.', this.#gpu?.lost() ?? null);
    const answer = await session.run(input, size);
    const problem = answerProblem(input, answer);
    if (problem) {
      throw new TesseraError(
        'bad-output',
        `The network’s answer for a tile of ${size.width} × ${size.height} cannot be a picture: ${problem}.`,
        'Try another backend or another model.',
        { width: size.width, height: size.height, backend: this.backend },
      );
    }
    return answer;
  }

  /** After a failed run: a new session, and a new device where the old one was lost. */
  async repair(): Promise<void> {
    await this.#loaded?.session?.close();
    if (this.#loaded) this.#loaded.session = null;
    if (this.#gpu) {
      this.#gpu.takeErrors();
      if (this.#gpu.lost() !== null) this.#gpu = await reopenGpuDevice();
    }
    await this.#openSession();
  }

  async #openSession(): Promise<void> {
    if (!this.#loaded) return;
    const { bytes, model } = this.#loaded;
    try {
      this.#loaded.session = await ModelSession.open(this.#ort, bytes, model, this.#gpu);
    } catch (error) {
      // The first session starts the runtime; one that did not start is poisoned for this worker.
      if (
        error instanceof EngineFailure &&
        /initWasm|no available backend|backend not found/i.test(error.message)
      ) {
        throw runtimeUnavailable(error);
      }
      throw error;
    }
  }
}

/** A GPU process that crashed takes a moment to come back. */
const REOPEN_TRIES = 6;
const REOPEN_WAIT_MS = 500;

async function reopenGpuDevice(): Promise<GpuDevice> {
  for (let left = REOPEN_TRIES - 1; ; left--) {
    try {
      return await openGpuDevice();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, REOPEN_WAIT_MS));
    }
  }
}
