import { TesseraError } from '../base/errors.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { OnnxModel } from '../models/onnx/model.ts';
import type { TileCost } from '../tiling/first-tile.ts';
import type { Engine, EngineEvents, EngineRoad, LoadOptions, RoadRequest, WarmUpRequest } from './engine.ts';
import { EngineFailure } from './failure.ts';
import { type GpuNetwork, GpuRoad } from './gpu/gpu-road.ts';
import { type AdapterFacts, adapterKey, adapterName, type GpuDevice, openGpuDevice } from './gpu-device.ts';
import { leftToProcessor, networkFor, type Precision } from './network-bytes.ts';
import { quickModel } from './quick-model.ts';
import { loadRuntime, startedRuntime } from './runtime.ts';
import type { Ort } from './runtime-build.ts';
import { ModelSession } from './session.ts';
import { keepTuning, recallTuning, type Tuning } from './tuning.ts';
import { WarmUp } from './warm-up.ts';

type Loaded = LoadOptions & {
  readonly model: ModelDescriptor;
  readonly graph: OnnxModel;
  readonly cost: TileCost;
  readonly leftToProcessor: readonly string[];
  tuning: Tuning;
  /** The one session that is open, for tiles of one padded size. */
  open: { readonly size: Size<SourcePx>; readonly session: ModelSession } | null;
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

  get precision(): Precision {
    return this.#loaded?.tuning.precision ?? 'float32';
  }

  get precisionReason(): string {
    return this.#loaded?.tuning.precisionReason ?? '';
  }

  get cost(): TileCost | null {
    return this.#loaded?.cost ?? null;
  }

  get leftToProcessor(): readonly string[] {
    return this.#loaded?.leftToProcessor ?? [];
  }

  isLoaded(model: ModelDescriptor, { edgesAreCut }: LoadOptions): boolean {
    const loaded = this.#loaded;
    const isSame = loaded?.model.sha256 === model.sha256 && loaded.edgesAreCut === edgesAreCut;
    return isSame && this.#gpu.lost() === null;
  }

  async load(model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>, how: LoadOptions): Promise<void> {
    await this.close();
    if (this.#gpu.lost() !== null) this.#gpu = await reopenGpuDevice();
    const { graph, cost } = quickModel(bytes, model, how);
    const tuning = (await recallTuning(this.#tuningKey(model))) ?? {
      modelId: model.id,
      modelSha256: model.sha256,
      adapter: adapterName(this.#gpu.facts),
      knownTile: null,
      precision: null,
      precisionReason: '',
      tile: null,
      failedTile: null,
    };
    this.#loaded = {
      ...how,
      model,
      graph,
      cost,
      leftToProcessor: leftToProcessor(graph, model.sizeRule),
      tuning,
      open: null,
    };
  }

  async warmUp(request: WarmUpRequest): Promise<SourcePx | null> {
    const loaded = this.#current();
    const warmUp = new WarmUp({
      gpu: this.#gpu,
      model: loaded.model,
      open: async (size, precision) => {
        // One session at a time: the card's memory is for the one that is tried.
        await this.#closeSession();
        return this.#openSession(loaded, size, precision);
      },
      openOnProcessor: (size) => this.#openSession(loaded, size, 'float32', null),
    });
    const { tuning, tile } = await warmUp.run(request, loaded.tuning);
    await this.#remember(tuning);
    if (tuning.knownTile === 'wrong') throw wrongKnownTile(loaded.model.id);
    return tile;
  }

  async noteFailedTile(tile: number): Promise<void> {
    const { tuning } = this.#current();
    const failedTile = Math.min(tile, tuning.failedTile ?? tile);
    const isStillGood = tuning.tile !== null && tuning.tile < failedTile;
    await this.#remember({ ...tuning, failedTile, tile: isStillGood ? tuning.tile : null });
  }

  async leaveHalf(reason: string): Promise<boolean> {
    const { tuning } = this.#current();
    if (tuning.precision !== 'float16') return false;
    await this.#remember({ ...tuning, precision: 'float32', precisionReason: reason });
    return true;
  }

  road({ source, scale, bitDepth, onRun }: RoadRequest): EngineRoad {
    const { model } = this.#current();
    const network: GpuNetwork = {
      gpu: () => this.#gpu,
      prepare: (size) => this.#prepare(size),
      run: (input, output, size) => this.#session().runOnDevice(input, output, size),
    };
    return new GpuRoad({ source, scale, bitDepth, modelScale: model.scale, network, onRun });
  }

  /** A new session, and a new device where the old one was lost. The session opens when the next plan begins. */
  async repair(): Promise<void> {
    await this.#closeSession();
    this.#gpu.takeErrors();
    if (this.#gpu.lost() !== null) this.#gpu = await reopenGpuDevice();
  }

  async close(): Promise<void> {
    await this.#closeSession();
    this.#loaded = null;
  }

  /** A session with every side fixed to the tile's: the provider then knows all shapes beforehand. */
  async #prepare(size: Size<SourcePx>): Promise<void> {
    const loaded = this.#current();
    const { open } = loaded;
    if (open?.size.width === size.width && open.size.height === size.height) return;
    await this.#closeSession();
    loaded.open = { size, session: await this.#openSession(loaded, size, this.precision) };
  }

  #openSession(
    { model, graph }: Loaded,
    size: Size<SourcePx>,
    precision: Precision,
    gpu: GpuDevice | null = this.#gpu,
  ): Promise<ModelSession> {
    const bytes = networkFor(graph, size, precision);
    return startedRuntime('webgpu', () => ModelSession.open({ ort: this.#ort, bytes, model, gpu }));
  }

  async #closeSession(): Promise<void> {
    const open = this.#loaded?.open;
    if (this.#loaded) this.#loaded.open = null;
    await open?.session.close();
  }

  #current(): Loaded {
    if (!this.#loaded) throw new EngineFailure('webgpu', 'No network is loaded.', this.#gpu.lost());
    return this.#loaded;
  }

  #session(): ModelSession {
    const { open } = this.#current();
    if (!open) throw new EngineFailure('webgpu', 'The network is not open.', this.#gpu.lost());
    return open.session;
  }

  #tuningKey({ sha256 }: ModelDescriptor): { modelSha256: string; adapterKey: string } {
    return { modelSha256: sha256, adapterKey: adapterKey(this.#gpu.facts) };
  }

  async #remember(tuning: Tuning): Promise<void> {
    const loaded = this.#current();
    loaded.tuning = tuning;
    await keepTuning(this.#tuningKey(loaded.model), tuning);
  }
}

function wrongKnownTile(model: string): TesseraError {
  return new TesseraError(
    'bad-output',
    `The graphics card computes the model “${model}” wrong: a known tile came out unlike the processor’s.`,
    'Run it on the processor (backend WASM), or update the browser and the driver of the graphics card.',
    { model, backend: 'webgpu' },
  );
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
