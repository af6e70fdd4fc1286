import { expose, transfer } from 'comlink';
import { messageOf, TesseraError, toWire } from '../base/errors.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { DownloadProgress } from '../models/fetch-kept.ts';
import { holdLifeLock } from './life-lock.ts';
import type { NetworkService, Outcome } from './network-protocol.ts';
import { loadRuntime, startedRuntime } from './runtime.ts';
import type { Ort } from './runtime-build.ts';
import { type Answer, ModelSession } from './session.ts';
import { type RawTensor, TrialSession } from './trial-session.ts';

/**
 * Runs one network on the processor, in a worker of its own: a run blocks its thread, and reading, stitching and
 * encoding shall not wait for it, nor it for them. When its memory is used up the worker is replaced.
 */
class Network implements NetworkService {
  #ort: Ort | null = null;
  #session: ModelSession | null = null;
  #trial: TrialSession | null = null;

  start(
    onProgress: DownloadProgress,
    onNotKept: () => void,
    lockName: string,
  ): Promise<Outcome<{ isLocked: boolean }>> {
    return outcome(async () => {
      this.#ort = await loadRuntime('wasm', onProgress, onNotKept);
      return { isLocked: await holdLifeLock(lockName) };
    });
  }

  load(model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>): Promise<Outcome<null>> {
    return outcome(async () => {
      await this.#session?.close();
      this.#session = null;
      const ort = this.#ort;
      if (!ort) throw new Error('the runtime was not started');
      this.#session = await startedRuntime('wasm', () => ModelSession.open({ ort, bytes, model, gpu: null }));
      return null;
    });
  }

  openTrial(bytes: Uint8Array<ArrayBuffer>): Promise<Outcome<null>> {
    return outcome(async () => {
      await this.#trial?.close();
      this.#trial = null;
      const ort = this.#ort;
      if (!ort) throw new Error('the runtime was not started');
      this.#trial = await TrialSession.open(ort, bytes);
      return null;
    });
  }

  async runTrial(input: RawTensor): Promise<Outcome<RawTensor>> {
    const done = await outcome(async () => {
      if (!this.#trial) throw new Error('no network is loaded');
      return this.#trial.run(input);
    });
    return done.ok ? transfer(done, [done.value.values.buffer]) : done;
  }

  async closeTrial(): Promise<Outcome<Uint8Array<ArrayBuffer>>> {
    const done = await outcome(async () => {
      const trial = this.#trial;
      if (!trial) throw new Error('no network is loaded');
      this.#trial = null;
      return trial.close();
    });
    return done.ok ? transfer(done, [done.value.buffer]) : done;
  }

  async run(input: Float32Array, size: Size<SourcePx>): Promise<Outcome<Answer>> {
    const done = await outcome(async () => {
      if (!this.#session) throw new Error('no network is loaded');
      return this.#session.run(input, size);
    });
    return done.ok ? transfer(done, [done.value.planes.buffer]) : done;
  }
}

async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof TesseraError) return { ok: false, error: toWire(error) };
    // The name tells a RangeError from the rest, and with it a lack of memory.
    const name = error instanceof Error ? error.name : '';
    return { ok: false, said: `${name === 'EngineFailure' ? '' : `${name}: `}${messageOf(error)}` };
  }
}

expose(new Network());
