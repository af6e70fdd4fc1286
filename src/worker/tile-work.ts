import { TesseraError } from '../base/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { classifyFailure, EngineFailure } from '../engine/failure.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { Tile, TilePlan } from '../tiling/plan.ts';
import type { TileFailure, TileOperation } from '../tiling/run-tiles.ts';
import type { Band } from '../tiling/stitch.ts';
import type { RecoveryState } from '../tiling/tile-policy.ts';
import type { JobLog } from './job-log.ts';
import { deviceRecovered, tileHalved } from './notices.ts';
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
  #tile = 0;
  #networkMs = 0;
  #warm = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { engine, model, scale } = parts;
    const run: TileOperation = async (input, size) => {
      const asked = performance.now();
      const answer = await runTwice(engine, input, size);
      this.#networkMs = performance.now() - asked;
      return answer;
    };
    this.operation = atReducedScale(run, model.scale, scale);
  }

  /** Puts an earlier worker's rows back; gives the output row at which to go on. */
  async putKept(bands: readonly KeptBand[]): Promise<number> {
    let end = 0;
    for (const kept of bands) {
      await this.#preview(await this.#parts.canvas.putKept(kept));
      end = kept.y + kept.height;
    }
    return end;
  }

  planned(plan: TilePlan, recovery: RecoveryState, failure: TileFailure | null): void {
    const { log, engine } = this.#parts;
    if (failure?.kind === 'out-of-memory') log.warn(tileHalved(this.#tile, recovery.tile, engine.backend));
    if (failure?.kind === 'device-lost') log.warn(deviceRecovered(plan.fromRow));
    this.#tile = recovery.tile;
    log.checkpoint(recovery, plan.fromRow, null);
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
    const { log, engine, picture } = this.#parts;
    log.tileRun(this.#networkMs, !this.#warm && engine.backend === 'webgpu');
    if (!this.#warm && engine.backend === 'webgpu') log.stage('tiles');
    this.#warm = true;
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
    log.checkpoint(recovery, (y + height) / scale, { y, height, rgba: band.data.buffer });
  }

  /** WebAssembly memory never shrinks, so a new worker takes over; a device or a session can be replaced in place. */
  async repair(recovery: RecoveryState): Promise<void> {
    const { engine } = this.#parts;
    if (engine.backend === 'wasm') {
      throw new WorkerSpent(recovery, tileHalved(this.#tile, recovery.tile, engine.backend));
    }
    await engine.repair();
  }

  async #preview(band: Band): Promise<void> {
    const { canvas, log } = this.#parts;
    const rows = await canvas.preview(band);
    if (rows) log.send({ kind: 'rows', jobId: log.jobId, ...rows }, [rows.preview]);
  }
}

/** Gives a tile whose answer cannot be a picture, or whose run failed for no known reason, one more try. */
async function runTwice(
  engine: Engine,
  input: Float32Array,
  size: { width: number; height: number },
): Promise<Float32Array> {
  try {
    return await engine.run(input, size);
  } catch (error) {
    if (!deservesAnotherTry(error)) throw error;
    await engine.repair();
    return await engine.run(input, size);
  }
}

function deservesAnotherTry(error: unknown): boolean {
  if (error instanceof TesseraError) return error.code === 'bad-output';
  return error instanceof EngineFailure && classifyFailure(error).kind === 'other';
}
