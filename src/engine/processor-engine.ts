import { TesseraError } from '../base/errors.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { writeOnnx } from '../models/onnx/write.ts';
import { ArrayRoad } from '../tiling/array-road.ts';
import type { TileCost } from '../tiling/first-tile.ts';
import type { Tile } from '../tiling/plan.ts';
import { badOutput } from './bad-output.ts';
import type { Engine, EngineEvents, EngineRoad, LoadOptions, RoadRequest, WarmUpRequest } from './engine.ts';
import { EngineFailure } from './failure.ts';
import { letGo } from './let-go.ts';
import { NetworkWorker } from './network-worker.ts';
import { quickModel } from './quick-model.ts';
import { atReducedScale } from './reduced-scale.ts';
import { wasmThreads } from './runtime.ts';
import { answerProblem, statsOf } from './tile-stats.ts';

/** The engine on the processor: the network runs in a worker of its own, everything else here. */
export class ProcessorEngine implements Engine {
  readonly backend = 'wasm';
  readonly adapter = null;
  readonly precision = 'float32';
  readonly precisionReason = '';
  readonly leftToProcessor = [];
  readonly threads = wasmThreads();
  readonly #events: EngineEvents;
  #network: NetworkWorker | null = null;
  #loaded: {
    readonly model: ModelDescriptor;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly how: LoadOptions;
    readonly cost: TileCost;
  } | null = null;

  private constructor(events: EngineEvents) {
    this.#events = events;
  }

  /** @throws TesseraError `runtime-unavailable`. */
  static async open(events: EngineEvents): Promise<ProcessorEngine> {
    const engine = new ProcessorEngine(events);
    engine.#network = await NetworkWorker.start(events);
    return engine;
  }

  get cost(): TileCost | null {
    return this.#loaded?.cost ?? null;
  }

  isLoaded(model: ModelDescriptor, { edgesAreCut }: LoadOptions): boolean {
    const loaded = this.#loaded;
    const isSame = loaded?.model.sha256 === model.sha256 && loaded.how.edgesAreCut === edgesAreCut;
    return isSame && this.#network !== null;
  }

  async load(model: ModelDescriptor, bytes: Uint8Array<ArrayBuffer>, how: LoadOptions): Promise<void> {
    this.#loaded = null;
    const { graph, isChanged, cost } = quickModel(bytes, model, how);
    const network = isChanged ? writeOnnx(graph) : bytes;
    this.#network ??= await NetworkWorker.start(this.#events);
    try {
      await this.#network.load(model, network);
    } catch (error) {
      // What was kept of the runtime was damaged and has been thrown away: once more, with what the server gives.
      if (!(error instanceof TesseraError) || error.code !== 'runtime-unavailable') throw error;
      this.#network.terminate();
      this.#network = null;
      this.#network = await NetworkWorker.start(this.#events);
      await this.#network.load(model, network);
    }
    this.#loaded = { model, bytes, how, cost };
  }

  /** Nothing has to be found out: the tile is estimated well enough, and there is one precision. */
  async warmUp({ sizes }: WarmUpRequest): Promise<SourcePx | null> {
    return sizes?.first ?? null;
  }

  async noteFailedTile(): Promise<void> {}

  async leaveHalf(): Promise<boolean> {
    return false;
  }

  road({ source, scale, bitDepth, onRun }: RoadRequest): EngineRoad {
    const { model } = this.#loaded ?? {};
    if (!model) throw new EngineFailure('wasm', 'No network is loaded.', null);
    const operation = atReducedScale(
      (input, size, tile) => this.#run(input, size, tile, onRun),
      model.scale,
      scale,
    );
    const release = ({ buffer }: Float32Array) => letGo([buffer as ArrayBuffer]);
    const road = new ArrayRoad({ source, scale, bitDepth, operation, release });
    return Object.assign(road, { release: async () => undefined });
  }

  /** WebAssembly memory never shrinks and may be damaged: a new worker takes over. */
  async repair(): Promise<void> {
    this.#network?.terminate();
    this.#network = null;
    const loaded = this.#loaded;
    if (loaded) await this.load(loaded.model, loaded.bytes, loaded.how);
  }

  async close(): Promise<void> {
    this.#network?.terminate();
    this.#network = null;
    this.#loaded = null;
  }

  async #run(
    input: Float32Array,
    size: Size<SourcePx>,
    tile: Tile,
    onRun: (ms: number) => void,
  ): Promise<Float32Array> {
    if (!this.#network) throw new EngineFailure('wasm', 'No network is loaded.', null);
    const given = statsOf(input);
    const { planes, ms } = await this.#network.run(input, size);
    onRun(ms);
    const problem = answerProblem(given, statsOf(planes));
    if (problem) throw badOutput(problem, tile, 'wasm');
    return planes;
  }
}
