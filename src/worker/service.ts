import { transfer } from 'comlink';
import { assert } from '../base/assert.ts';
import type { Engine, EngineEvents } from '../engine/engine.ts';
import { type AdapterFacts, describeAdapter } from '../engine/gpu-device.ts';
import { GraphicsEngine } from '../engine/graphics-engine.ts';
import { holdLifeLock } from '../engine/life-lock.ts';
import { ProcessorEngine } from '../engine/processor-engine.ts';
import { wasmThreads } from '../engine/runtime.ts';
import { buildFor } from '../engine/runtime-build.ts';
import { forgetTunings, listTunings } from '../engine/tuning.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { keep } from '../models/fetch-kept.ts';
import { modelUrl } from '../models/model-file.ts';
import { EncodePool } from './encode-pool.ts';
import { isUnavailable } from './engine-error.ts';
import type { JobLog, SendEvent } from './job-log.ts';
import { notKept, onProcessor, singleThread, softwareAdapter } from './notices.ts';
import type {
  Backend,
  Checkpoint,
  Environment,
  Inspection,
  JobEvent,
  ServiceOutcome,
  ServiceRequest,
  TuningSummary,
  UpscaleService,
  Wired,
} from './protocol.ts';
import { inspectPicture } from './read-picture.ts';
import { runJob } from './upscale-job.ts';
import { wired } from './wired.ts';

/** The worker's side of the protocol: an engine for each backend that was used, one job at a time. */
export class Service implements UpscaleService {
  readonly #engines = new Map<Backend, Engine>();
  #encoders: EncodePool | null = null;
  #runningJob: string | null = null;
  readonly #cancelled = new Set<string>();

  hello(lockName: string): Promise<boolean> {
    return holdLifeLock(lockName);
  }

  inspect(file: Blob): Promise<Wired<Inspection>> {
    return wired(() => inspectPicture(file));
  }

  async environment(): Promise<Environment> {
    const adapter = await describeAdapter();
    return {
      adapter: typeof adapter === 'string' ? null : adapter,
      adapterProblem: typeof adapter === 'string' ? adapter : '',
      threads: wasmThreads(),
      defaultBackend: defaultBackend(adapter),
    };
  }

  tunings(): Promise<readonly TuningSummary[]> {
    return listTunings();
  }

  forgetTunings(): Promise<Wired<null>> {
    return wired(async () => {
      await forgetTunings();
      // What a loaded engine knows came from there; a running job keeps to it.
      if (this.#runningJob === null) for (const engine of this.#engines.values()) await engine.close();
      return null;
    });
  }

  async run(
    request: ServiceRequest,
    onEvent: (event: JobEvent | Checkpoint) => void,
  ): Promise<ServiceOutcome> {
    assert(this.#runningJob === null, 'the client starts one job at a time');
    this.#runningJob = request.jobId;
    // Over comlink the listener is remote, and answers when it has heard.
    let heard: unknown;
    const send: SendEvent = (event, list = []) => {
      heard = onEvent(transfer(event, list));
    };
    try {
      const outcome = await runJob(request, {
        send,
        shouldStop: async () => {
          await letMessagesIn();
          return this.#cancelled.has(request.jobId);
        },
        engine: (backend, log) => this.#openEngine(backend, log),
        encoders: () => this.#openEncoders(),
      });
      // Events and outcome go over different ports: without this the outcome can overtake the last finished rows.
      await heard;
      return outcome.kind === 'done' ? transfer(outcome, [outcome.picture]) : outcome;
    } finally {
      this.#runningJob = null;
      this.#cancelled.delete(request.jobId);
    }
  }

  cancel(jobId: string): void {
    this.#cancelled.add(jobId);
  }

  prepareOffline(models: readonly ModelDescriptor[], catalogUrl: string): Promise<Wired<null>> {
    return wired(async () => {
      const build = buildFor(defaultBackend(await describeAdapter()));
      const modelUrls = models.map((model) => modelUrl(model, catalogUrl));
      for (const url of [build.glueUrl, build.wasmUrl, ...modelUrls]) await keep(url);
      return null;
    });
  }

  #openEncoders(): EncodePool {
    if (!this.#encoders?.isWhole) {
      this.#encoders?.end();
      this.#encoders = new EncodePool();
    }
    return this.#encoders;
  }

  async #openEngine(asked: Backend | null, log: JobLog): Promise<Engine> {
    if (asked !== null) return this.#open(asked, log);
    const adapter = await describeAdapter();
    if (defaultBackend(adapter) === 'wasm') {
      log.warn(onProcessor(adapter));
      return this.#open('wasm', log);
    }
    try {
      return await this.#open('webgpu', log);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      log.warn(onProcessor(error.message));
      return this.#open('wasm', log);
    }
  }

  async #open(backend: Backend, log: JobLog): Promise<Engine> {
    if (backend === 'wasm' && !crossOriginIsolated) log.warn(singleThread());
    for (const other of this.#engines.values()) if (other.backend !== backend) await other.close();
    const engine = this.#engines.get(backend) ?? (await openBackend(backend, log));
    this.#engines.set(backend, engine);
    if (engine.adapter?.software) log.warn(softwareAdapter());
    return engine;
  }
}

function openBackend(backend: Backend, log: JobLog): Promise<Engine> {
  const events: EngineEvents = {
    onRuntimeProgress: (loadedBytes, totalBytes) => {
      log.send({ kind: 'download', jobId: log.jobId, what: 'runtime', loadedBytes, totalBytes });
    },
    onNotKept: () => log.warn(notKept()),
  };
  return backend === 'webgpu' ? GraphicsEngine.open(events) : ProcessorEngine.open(events);
}

/** Software that plays a graphics card is slower than the processor used directly. */
function defaultBackend(adapter: AdapterFacts | string): Backend {
  return typeof adapter === 'string' || adapter.software ? 'wasm' : 'webgpu';
}

/** Gives the event loop one turn, so that a cancel that has arrived is seen; unlike a timer it is never held back. */
function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
