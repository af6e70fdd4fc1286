import { defined } from '../base/assert.ts';
import { TesseraError } from '../base/errors.ts';
import { type SourcePx, sourcePx } from '../base/geometry.ts';
import type { Engine } from '../engine/engine.ts';
import { classifyFailure, EngineFailure } from '../engine/failure.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { Tile, TilePlan } from '../tiling/plan.ts';
import type { TileFailure, TileOperation } from '../tiling/run-tiles.ts';
import type { Band } from '../tiling/stitch.ts';
import { afterLoss, type RecoveryState } from '../tiling/tile-policy.ts';
import type { JobLog } from './job-log.ts';
import { deviceRecovered, tileHalved, workerReplaced } from './notices.ts';
import type { KeptBand, Warning } from './protocol.ts';
import type { Picture } from './read-picture.ts';
import { atReducedScale } from './reduced-scale.ts';
import type { ResultCanvas } from './result-canvas.ts';

/** Thrown to say that a new worker has to go on: this one's memory is used up or bound to another backend. */
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

type Parts = {
  readonly engine: Engine;
  readonly model: ModelDescriptor;
  readonly scale: number;
  readonly picture: Picture;
  readonly canvas: ResultCanvas;
  readonly log: JobLog;
};

/** One job's tiles between the loop that drives them and the engine, the canvas and the page. */
export class TileWork {
  readonly operation: TileOperation;
  readonly #parts: Parts;
  #recovery: RecoveryState | null = null;
  /** First source row that no finished row covers. */
  #nextRow = sourcePx(0);
  #warm = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { model, scale } = parts;
    const run: TileOperation = async (input, size) => {
      const asked = performance.now();
      const answer = await this.#runTwice(input, size);
      // Counted here and not when it is stitched: a tile that is thrown away was run, too.
      this.#countRun(performance.now() - asked);
      return answer;
    };
    this.operation = atReducedScale(run, model.scale, scale);
  }

  /** Puts an earlier worker's rows back; gives the source row at which to go on. */
  async putKept(bands: readonly KeptBand[]): Promise<SourcePx> {
    let end = 0;
    for (const kept of bands) {
      await this.#preview(await this.#parts.canvas.putKept(kept));
      end = kept.y + kept.height;
    }
    this.#nextRow = sourcePx(end / this.#parts.scale);
    return this.#nextRow;
  }

  planned(plan: TilePlan, recovery: RecoveryState, failure: TileFailure | null): void {
    const { log } = this.#parts;
    const halved = this.#halved(recovery);
    if (failure?.kind === 'device-lost') log.warn(deviceRecovered(plan.fromRow));
    if (halved) log.warn(halved);
    this.#recovery = recovery;
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
    const { picture, canvas, log, scale } = this.#parts;
    picture.alpha?.writeInto(band.data, band.y);
    canvas.put(band);
    await this.#preview(band);
    const { y, height } = band;
    this.#nextRow = sourcePx((y + height) / scale);
    log.checkpoint(recovery, this.#nextRow, { y, height, rgba: band.data.buffer });
  }

  /** WebAssembly memory never shrinks, so a new worker takes over; a device or a session can be replaced in place. */
  async repair(recovery: RecoveryState): Promise<void> {
    // What was run and thrown away since the last finished row goes into the report of the worker that follows.
    this.#parts.log.checkpoint(recovery, this.#nextRow, null);
    const spent = () => new WorkerSpent(recovery, this.#halved(recovery));
    if (this.#parts.engine.backend === 'wasm') throw spent();
    await this.#repairOrReplace(spent);
  }

  /** Gives a tile whose answer cannot be a picture, or whose run failed for no known reason, one more try. */
  async #runTwice(input: Float32Array, size: { width: number; height: number }): Promise<Float32Array> {
    const { engine } = this.#parts;
    try {
      return await engine.run(input, size);
    } catch (error) {
      if (!deservesAnotherTry(error)) throw error;
      const recovery = defined(this.#recovery, 'the state of a running job');
      await this.#repairOrReplace(
        () => new WorkerSpent(afterLoss(recovery, this.#nextRow, 'worker'), workerReplaced(this.#nextRow)),
      );
      return await engine.run(input, size);
    }
  }

  /**
   * A runtime that cannot even be repaired has been damaged: Chrome throws where it cannot map a buffer for an upload,
   * and onnxruntime 1.30 then copies the tile over its own data. Only a new worker helps.
   */
  async #repairOrReplace(spent: () => WorkerSpent): Promise<void> {
    try {
      await this.#parts.engine.repair();
    } catch (error) {
      throw error instanceof TesseraError ? error : spent();
    }
  }

  #countRun(networkMs: number): void {
    const { log, engine } = this.#parts;
    const isWarmUp = !this.#warm && engine.backend === 'webgpu';
    log.tileRun(networkMs, isWarmUp);
    if (isWarmUp) log.stage('tiles');
    this.#warm = true;
  }

  #halved(next: RecoveryState): Warning | null {
    const before = this.#recovery?.tile ?? next.tile;
    return next.tile < before ? tileHalved(before, next.tile, this.#parts.engine.backend) : null;
  }

  async #preview(band: Band): Promise<void> {
    const { canvas, log } = this.#parts;
    const rows = await canvas.preview(band);
    if (rows) log.send({ kind: 'rows', jobId: log.jobId, ...rows }, [rows.preview]);
  }
}

function deservesAnotherTry(error: unknown): boolean {
  if (error instanceof TesseraError) return error.code === 'bad-output';
  return error instanceof EngineFailure && classifyFailure(error).kind === 'other';
}
