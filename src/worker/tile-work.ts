import { TesseraError } from '../base/errors.ts';
import { outputPx, type SourcePx, sourcePx } from '../base/geometry.ts';
import { depthOf, samplesIn } from '../base/samples.ts';
import type { Engine, EngineRoad } from '../engine/engine.ts';
import { classifyFailure, EngineFailure } from '../engine/failure.ts';
import type { Tile, TilePlan } from '../tiling/plan.ts';
import type { TileFailure } from '../tiling/run-tiles.ts';
import type { Band } from '../tiling/stitch.ts';
import { afterLoss, type RecoveryState } from '../tiling/tile-policy.ts';
import type { TileRoad } from '../tiling/tile-road.ts';
import { tellEngine } from './choose-engine.ts';
import { engineError, isUnavailable } from './engine-error.ts';
import type { JobLog } from './job-log.ts';
import { deviceRecovered, finishedOnProcessor, tileHalved, workerReplaced } from './notices.ts';
import type { PngFile } from './png-file.ts';
import type { KeptBand, Warning } from './protocol.ts';
import type { Picture } from './read-picture.ts';
import type { ResultCanvas } from './result-canvas.ts';

/** Thrown to say that a new worker has to go on: this one's memory is damaged. */
export class WorkerSpent extends Error {
  override readonly name = 'WorkerSpent';
  readonly recovery: RecoveryState | null;
  readonly notice: Warning | null;

  constructor(recovery: RecoveryState | null, notice: Warning | null) {
    super('this worker is spent');
    this.recovery = recovery;
    this.notice = notice;
  }
}

/** Why half precision is not used any more. */
const FAILED_TILE = 'a tile came out as no picture';

type Parts = {
  readonly engine: Engine;
  /** Gives the processor's engine with the same model loaded. */
  readonly toProcessor: () => Promise<Engine>;
  readonly scale: number;
  readonly picture: Picture;
  readonly canvas: ResultCanvas;
  /** Null where the canvas is encoded at the end. */
  readonly png: PngFile | null;
  readonly log: JobLog;
};

/** One job's tiles between the loop that drives them and the engine, the canvas and the page. */
export class TileWork {
  readonly #parts: Parts;
  #engine: Engine;
  #road: EngineRoad;
  #recovery: RecoveryState | null = null;
  #plan: TilePlan | null = null;
  /** First source row that no finished row covers. */
  #nextRow = sourcePx(0);
  #warm = false;
  /** Answers in a row, at one place, that cannot be a picture, and runs that failed for no known reason. */
  #unfit = { row: sourcePx(0), times: 0 };

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#engine = parts.engine;
    this.#road = this.#newRoad();
  }

  /** The engine that runs the tiles now. */
  get engine(): Engine {
    return this.#engine;
  }

  get road(): TileRoad {
    return this.#road;
  }

  /** Lets go of what the tiles held; tiles that are still under way are waited for. */
  release(): Promise<void> {
    return this.#road.release();
  }

  /** Puts an earlier worker's rows back; gives the source row at which to go on. */
  async putKept(bands: readonly KeptBand[]): Promise<SourcePx> {
    let end = 0;
    for (const kept of bands) {
      const band = await this.#bandOf(kept);
      await this.#parts.png?.put(band);
      await this.#show(band);
      end = kept.y + kept.height;
    }
    this.#nextRow = sourcePx(end / this.#parts.scale);
    return this.#nextRow;
  }

  planned(plan: TilePlan, recovery: RecoveryState, failure: TileFailure | null): void {
    const { log } = this.#parts;
    const halved = this.#halved(recovery);
    const isBack = failure?.kind === 'device-lost' && this.#engine.backend === 'webgpu';
    if (isBack) log.warn(deviceRecovered(plan.fromRow));
    if (halved) log.warn(halved);
    this.#recovery = recovery;
    this.#plan = plan;
    log.checkpoint(recovery, this.#nextRow, null);
    log.send({
      kind: 'plan',
      jobId: log.jobId,
      plan: {
        columns: plan.columns,
        rows: plan.rows,
        fromRow: plan.fromRow,
        tile: recovery.tile,
        paddedWidth: plan.padded.width,
        paddedHeight: plan.padded.height,
        context: plan.options.context,
      },
    });
  }

  tileDone(tile: Tile, plan: TilePlan, tileMs: number): void {
    const { log, picture } = this.#parts;
    const totalInPlan = plan.columns * plan.rows;
    const doneInPlan = tile.index + 1;
    const { height } = picture.source;
    const fraction = (plan.fromRow + ((height - plan.fromRow) * doneInPlan) / totalInPlan) / height;
    log.send({
      kind: 'tile',
      jobId: log.jobId,
      index: tile.index,
      doneInPlan,
      totalInPlan,
      fraction,
      tileMs,
    });
  }

  async bandDone(band: Band, recovery: RecoveryState): Promise<void> {
    const { picture, png, log, scale } = this.#parts;
    picture.alpha?.writeInto(band.data, band.y);
    await png?.put(band);
    await this.#show(band);
    const { y, height, data } = band;
    this.#nextRow = sourcePx((y + height) / scale);
    log.tilesKept(this.#plan?.columns ?? 0);
    log.checkpoint(recovery, this.#nextRow, {
      ...{ y, height, bitDepth: depthOf(data) },
      rgba: data.buffer,
    });
  }

  /** What a rejection of the road means; null for what no repair can help. */
  classify(error: unknown): TileFailure | null {
    const failure = classifyFailure(error);
    if (failure.kind !== 'other') return failure;
    const deservesAnotherTry =
      error instanceof TesseraError ? error.code === 'bad-output' : error instanceof EngineFailure;
    return deservesAnotherTry ? { kind: 'unfit', error } : null;
  }

  /**
   * Makes the road fit to begin again. Answers that cannot be a picture get one more try, then
   * one in float32, and then the processor.
   *
   * @throws WorkerSpent when only a new worker helps; the failure's own error when nothing does.
   */
  async repair(failure: TileFailure, recovery: RecoveryState): Promise<void> {
    // What was run and thrown away since the last finished row goes into the report of a worker that may follow.
    this.#parts.log.checkpoint(recovery, this.#nextRow, null);
    if (failure.kind === 'unfit' && this.#countUnfit() > 1) {
      if (!(await this.#engine.leaveHalf(FAILED_TILE))) return this.#leaveUnfit(failure);
      tellEngine(this.#parts.log, this.#engine);
    }
    if (failure.kind === 'out-of-memory' && this.#recovery)
      await this.#engine.noteFailedTile(Math.min(this.#recovery.tile, this.#recovery.keptSide));
    try {
      await this.#engine.repair();
    } catch (error) {
      if (isUnavailable(error) && this.#engine.backend === 'webgpu') return this.#leaveToProcessor('gone');
      // A runtime that cannot even be repaired has been damaged: Chrome throws where it cannot map a buffer for an
      // upload, and onnxruntime 1.30 then copies the tile over its own data.
      if (error instanceof TesseraError || this.#engine.backend === 'wasm') throw error;
      throw failure.kind === 'unfit'
        ? new WorkerSpent(afterLoss(recovery, this.#nextRow, 'worker'), workerReplaced(this.#nextRow))
        : new WorkerSpent(recovery, this.#halved(recovery));
    }
  }

  #countUnfit(): number {
    const isSamePlace = this.#unfit.times > 0 && this.#unfit.row === this.#nextRow;
    this.#unfit = { row: this.#nextRow, times: isSamePlace ? this.#unfit.times + 1 : 1 };
    return this.#unfit.times;
  }

  async #leaveUnfit({ error }: TileFailure & { kind: 'unfit' }): Promise<void> {
    if (this.#engine.backend === 'wasm') throw engineError(error, this.#nextRow);
    await this.#leaveToProcessor(error instanceof TesseraError ? 'unfit' : 'failed');
  }

  async #leaveToProcessor(why: Parameters<typeof finishedOnProcessor>[1]): Promise<void> {
    await this.#road.release();
    this.#parts.log.warn(finishedOnProcessor(this.#nextRow, why));
    this.#engine = await this.#parts.toProcessor();
    this.#road = this.#newRoad();
    this.#unfit.times = 0;
  }

  #newRoad(): EngineRoad {
    const { picture, scale } = this.#parts;
    return this.#engine.road({
      source: picture.source,
      scale,
      bitDepth: picture.bitDepth,
      onRun: (ms) => this.#countRun(ms),
    });
  }

  #countRun(networkMs: number): void {
    const { log } = this.#parts;
    log.tileRun(networkMs);
    // The first tile on the card still compiles shaders for its shape.
    if (!this.#warm && this.#engine.backend === 'webgpu') log.stage('tiles');
    this.#warm = true;
  }

  #halved(next: RecoveryState): Warning | null {
    const before = this.#recovery?.tile ?? next.tile;
    return next.tile < before ? tileHalved(before, next.tile, this.#engine.backend) : null;
  }

  async #bandOf({ y, height, bitDepth, rgba }: KeptBand): Promise<Band> {
    const { picture, scale } = this.#parts;
    const width = outputPx(picture.source.width * scale);
    const data = samplesIn(await rgba.arrayBuffer(), bitDepth);
    return { y: outputPx(y), width, height: outputPx(height), data };
  }

  async #show(band: Band): Promise<void> {
    const { canvas, log } = this.#parts;
    const rows = await canvas.put(band);
    if (rows) log.send({ kind: 'rows', jobId: log.jobId, ...rows }, [rows.preview]);
  }
}
