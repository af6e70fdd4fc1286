import { defined } from '../../base/assert.ts';
import { outputPx, type Size, type SourcePx } from '../../base/geometry.ts';
import { type BitDepth, depthOf, samplesIn } from '../../base/samples.ts';
import type { Tile, TilePlan } from '../../tiling/plan.ts';
import type { SourcePixels } from '../../tiling/read-tile.ts';
import { columnSpan, type RowSpan, rowSpan } from '../../tiling/spans.ts';
import type { Band } from '../../tiling/stitch.ts';
import type { Seam, TileRoad } from '../../tiling/tile-road.ts';
import { badOutput } from '../bad-output.ts';
import type { GpuDevice } from '../gpu-device.ts';
import { answerProblem } from '../tile-stats.ts';
import { runningError, throwIfUnhealthy } from '../unhealthy.ts';
import { BandInProgress } from './band-in-progress.ts';
import { allocated } from './buffers.ts';
import { Carries } from './carries.ts';
import { clipOf, copyClip } from './clip.ts';
import { PlanBuffers, type ReadBack } from './plan-buffers.ts';
import { parseStats, STATS_BYTES } from './stats-words.ts';

/** The network as the road needs it: on one device, from buffer to buffer, in float32 whatever it computes in. */
export type GpuNetwork = {
  /** The device in use; another one after a repair. */
  readonly gpu: () => GpuDevice;
  /** Makes the network ready for tiles of that padded size. */
  readonly prepare: (size: Size<SourcePx>) => Promise<void>;
  /** Queues one run; resolves when all its work was submitted, not when it is done. */
  readonly run: (input: GPUBuffer, output: GPUBuffer, size: Size<SourcePx>) => Promise<void>;
};

export type GpuRoadParts = {
  readonly source: SourcePixels;
  /** Output pixels per source pixel: the model's, or fewer. */
  readonly scale: number;
  readonly modelScale: number;
  /** Of the finished rows. */
  readonly bitDepth: BitDepth;
  readonly network: GpuNetwork;
  /** Told of each tile that the network finished, with the milliseconds since the one before. */
  readonly onRun: (ms: number) => void;
};

/**
 * The road on which pixels stay on the graphics card: a tile goes up as RGBA of the source's depth and comes back as
 * finished RGBA of the result's with the figures that verify it. One tile computes while the next is already queued
 * behind it and the pixels of the one before are copied into their rows. The queue's order is what makes one set of
 * buffers enough.
 */
export class GpuRoad implements TileRoad {
  readonly depth = 2;
  readonly #parts: GpuRoadParts;
  #plan: TilePlan | null = null;
  #buffers: PlanBuffers | null = null;
  #carries: Carries | null = null;
  #band: BandInProgress | null = null;
  /** Ends when the last tile's work was submitted. */
  #submitted: Promise<unknown> = Promise.resolve();
  /** Ends when the last tile was read back. */
  #finished: Promise<unknown> = Promise.resolve();
  #lastFinished = 0;

  constructor(parts: GpuRoadParts) {
    this.#parts = parts;
  }

  seam(): Seam | null {
    const carries = this.#carries;
    return carries && carries.gpu === this.#parts.network.gpu() && carries.gpu.lost() === null
      ? carries.seam
      : null;
  }

  async begin(plan: TilePlan): Promise<void> {
    const { network, source, scale, modelScale, bitDepth } = this.#parts;
    this.#buffers?.destroy();
    this.#buffers = null;
    this.#band = null;
    await network.prepare(plan.padded);
    const gpu = network.gpu();
    if (this.#carries?.gpu !== gpu) {
      this.#carries?.destroy();
      this.#carries = null;
    }
    const kept = this.#carries;
    try {
      await allocated(gpu, () => {
        const carries = kept ?? new Carries(gpu, plan.options.feather * scale, source.width * scale);
        this.#carries = carries;
        this.#buffers = new PlanBuffers(gpu, plan, carries, {
          ...{ scale, modelScale, bitDepth },
          sourceDepth: depthOf(source.data),
        });
      });
    } catch (cause) {
      // New ones may be what was refused.
      if (!kept) {
        this.#carries?.destroy();
        this.#carries = null;
      }
      throw await runningError(cause, gpu);
    }
    this.#carries?.beginPlan();
    this.#plan = plan;
    this.#submitted = Promise.resolve();
    this.#finished = Promise.resolve();
    this.#lastFinished = performance.now();
  }

  run(tile: Tile): Promise<Band | null> {
    const before = this.#finished;
    const submitted = this.#submitted.then(() => this.#submit(tile));
    this.#submitted = submitted;
    const finished = this.#finish(tile, before, submitted);
    // Whoever asked hears of a rejection; here it only ends those behind.
    submitted.catch(() => undefined);
    finished.catch(() => undefined);
    this.#finished = finished;
    return finished;
  }

  /** Lets go of all buffers once nothing uses them any more. */
  async release(): Promise<void> {
    await this.#finished.catch(() => undefined);
    this.#buffers?.destroy();
    this.#carries?.destroy();
    this.#buffers = this.#carries = null;
  }

  /** Up, through the network, and on the way back; gives the staging buffer that the result will be in. */
  async #submit(tile: Tile): Promise<ReadBack> {
    const plan = defined(this.#plan, 'a plan was begun');
    const buffers = defined(this.#buffers, 'a plan was begun');
    const { network, source } = this.#parts;
    const gpu = network.gpu();
    try {
      const clip = clipOf(tile.read, source);
      buffers.upload(tile.read, clip, copyClip(source, clip), source);
      await network.run(buffers.input, buffers.output, plan.padded);
      return buffers.download(tile, columnSpan(plan, tile, this.#parts.scale), this.#rowSpan(tile));
    } catch (cause) {
      throw await runningError(cause, gpu);
    }
  }

  async #finish(tile: Tile, before: Promise<unknown>, submitted: Promise<ReadBack>): Promise<Band | null> {
    const { staging, bytes } = await submitted;
    const gpu = this.#parts.network.gpu();
    const buffers = defined(this.#buffers, 'a plan was begun');
    try {
      // Only what is needed: all that is mapped comes over the bus.
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    } catch (cause) {
      throw await runningError(cause, gpu);
    }
    try {
      await throwIfUnhealthy(gpu);
      const now = performance.now();
      this.#parts.onRun(now - this.#lastFinished);
      this.#lastFinished = now;
      await before;
      return this.#take(tile, new Uint8Array(staging.getMappedRange(0, bytes)));
    } catch (cause) {
      // A device that is lost between the two may have unmapped what it gave.
      throw await runningError(cause, gpu);
    } finally {
      staging.unmap();
      buffers.giveBack(staging);
    }
  }

  /** Verifies what came back and copies it into its rows. */
  #take(tile: Tile, words: Uint8Array<ArrayBuffer>): Band | null {
    const plan = defined(this.#plan, 'a plan was begun');
    const { scale, source, modelScale, bitDepth } = this.#parts;
    const count = 3 * plan.padded.width * plan.padded.height;
    const { input, answer } = parseStats(words, count, count * modelScale ** 2);
    const problem = answerProblem(input, answer);
    if (problem) throw badOutput(problem, tile, 'webgpu');
    const row = this.#rowSpan(tile);
    if (tile.column === 0) this.#band = new BandInProgress(source.width * scale, row.finished, bitDepth);
    const band = defined(this.#band, 'a row in progress');
    band.put(
      samplesIn(words.buffer, bitDepth, words.byteOffset + STATS_BYTES),
      columnSpan(plan, tile, scale),
    );
    if (tile.column < plan.columns - 1) return null;
    this.#band = null;
    const isLast = tile.row === plan.rows - 1;
    this.#carries?.rowFinished(
      tile.row,
      isLast ? null : { edge: outputPx(row.nextEdge), height: outputPx(row.below) },
    );
    return {
      y: outputPx(row.top),
      width: outputPx(source.width * scale),
      height: outputPx(row.finished),
      data: band.data,
    };
  }

  #rowSpan(tile: Tile): RowSpan {
    const plan = defined(this.#plan, 'a plan was begun');
    const carries = defined(this.#carries, 'a plan was begun');
    const above = tile.row > 0 || carries.hasStart ? carries.zone : 0;
    return rowSpan(plan, tile.row, this.#parts.scale, above);
  }
}
