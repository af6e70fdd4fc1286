import type { Size, SourcePx } from '../base/geometry.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { Engine, EngineEvents, EngineRoad, RoadRequest } from './engine.ts';
import { EngineFailure } from './failure.ts';
import { type GpuNetwork, GpuRoad, type TensorPrecisions } from './gpu/gpu-road.ts';
import { type AdapterFacts, type GpuDevice, openGpuDevice } from './gpu-device.ts';
import { loadRuntime, startedRuntime } from './runtime.ts';
import type { Ort } from './runtime-build.ts';
import { ModelSession } from './session.ts';

type Loaded = {
  readonly model: ModelDescriptor;
  readonly bytes: Uint8Array;
  /** Null after a failure that was not repaired yet. */
  session: ModelSession | null;
};

/** The engine on a graphics card, with a device of its own; runtime, device and network live in this worker. */
export class GraphicsEngine implements Engine {
  readonly backend = 'webgpu';
  readonly threads = 1;
  readonly #ort: Ort;
  #gpu: GpuDevice;
  #loaded: Loaded | null = null;

  private constructor(ort: Ort, gpu: GpuDevice) {
    this.#ort = ort;
    this.#gpu = gpu;
  }

  /** @throws TesseraError `backend-unavailable` or `runtime-unavailable`. */
  static async open(events: EngineEvents): Promise<GraphicsEngine> {
    const gpu = await openGpuDevice();
    return new GraphicsEngine(await loadRuntime('webgpu', events.onRuntimeProgress, events.onNotKept), gpu);
  }

  get adapter(): AdapterFacts {
    return this.#gpu.facts;
  }

  isLoaded(model: ModelDescriptor): boolean {
    return (
      this.#loaded?.model.sha256 === model.sha256 &&
      this.#loaded.session !== null &&
      this.#gpu.lost() === null
    );
  }

  async load(model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.close();
    this.#loaded = { model, bytes, session: null };
    if (this.#gpu.lost() !== null) this.#gpu = await reopenGpuDevice();
    await this.#openSession();
  }

  road({ source, scale, onRun }: RoadRequest): EngineRoad {
    const loaded = this.#loaded;
    if (!loaded) throw new EngineFailure('webgpu', 'No network is loaded.', this.#gpu.lost());
    const network: GpuNetwork = {
      gpu: () => this.#gpu,
      prepare: async (size) => this.#prepare(size),
      run: (input, output, size) => this.#session().runOnDevice(input, output, size),
    };
    return new GpuRoad({ source, scale, modelScale: loaded.model.scale, network, onRun });
  }

  async repair(): Promise<void> {
    await this.#closeSession();
    this.#gpu.takeErrors();
    if (this.#gpu.lost() !== null) this.#gpu = await reopenGpuDevice();
    await this.#openSession();
  }

  async close(): Promise<void> {
    await this.#closeSession();
    this.#loaded = null;
  }

  #prepare(_size: Size<SourcePx>): TensorPrecisions {
    return this.#session().precisions;
  }

  #session(): ModelSession {
    const session = this.#loaded?.session;
    if (!session) throw new EngineFailure('webgpu', 'No network is loaded.', this.#gpu.lost());
    return session;
  }

  async #closeSession(): Promise<void> {
    await this.#loaded?.session?.close();
    if (this.#loaded) this.#loaded.session = null;
  }

  async #openSession(): Promise<void> {
    if (!this.#loaded) return;
    const { bytes, model } = this.#loaded;
    const parts = { ort: this.#ort, bytes, model, gpu: this.#gpu };
    this.#loaded.session = await startedRuntime(() => ModelSession.open(parts));
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
