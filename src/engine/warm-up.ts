import { type Size, type SourcePx, sourcePx } from '../base/geometry.ts';
import { allowedSize } from '../base/size-rule.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { paddedSize, type TilingOptions } from '../tiling/plan.ts';
import { readTile, type SourcePixels } from '../tiling/read-tile.ts';
import { calibrate } from './calibrate.ts';
import type { WarmUpRequest } from './engine.ts';
import { classifyFailure } from './failure.ts';
import { timedRun, trialRun } from './gpu/trial-run.ts';
import type { GpuDevice } from './gpu-device.ts';
import { halfPraise, halfProblem } from './half-check.ts';
import { KNOWN_TILE_PX, knownTile, knownTileProblem } from './known-tile.ts';
import type { Precision } from './network-bytes.ts';
import type { ModelSession } from './session.ts';
import type { Tuning } from './tuning.ts';

/** Side of the real tile on which half precision is judged. */
const SELF_CHECK_PX = 128;

export type WarmUpParts = {
  readonly gpu: GpuDevice;
  readonly model: ModelDescriptor;
  /** A session of its own on the card, for tiles of that size. */
  readonly open: (size: Size<SourcePx>, precision: Precision) => Promise<ModelSession>;
  readonly openOnProcessor: (size: Size<SourcePx>) => Promise<ModelSession>;
};

/** Finds out what is not known yet of one model on one adapter. */
export class WarmUp {
  readonly #parts: WarmUpParts;

  constructor(parts: WarmUpParts) {
    this.#parts = parts;
  }

  /** @throws EngineFailure when the card fails at what it is tried with; the tuning is then as it was. */
  async run(request: WarmUpRequest, known: Tuning): Promise<{ tuning: Tuning; tile: SourcePx | null }> {
    const knownTile = known.knownTile ?? (await this.#checkKnownTile());
    if (knownTile === 'wrong') return { tuning: { ...known, knownTile }, tile: null };
    const half =
      known.precision === null
        ? await this.#choosePrecision(request.source)
        : { precision: known.precision, precisionReason: known.precisionReason };
    const tuning = { ...known, ...half, knownTile };
    const { sizes } = request;
    if (!sizes) return { tuning, tile: null };
    const isBelow = (tile: number) => tuning.failedTile === null || tile < tuning.failedTile;
    const allowed = sizes.allowed.filter(isBelow);
    const smallest = Math.min(...sizes.allowed);
    const first = isBelow(sizes.first) ? sizes.first : sourcePx(Math.max(smallest, ...allowed));
    if (tuning.tile !== null) return { tuning, tile: sourcePx(tuning.tile) };
    // One tile holds such a picture: there is nothing to choose, and nothing is measured for it.
    if (Math.max(request.source.width, request.source.height) <= first) return { tuning, tile: first };
    // Every size failed once: there is nothing to compare, and the smallest is what is left.
    if (allowed.length === 0) return { tuning, tile: first };
    return this.#chooseTile(first, allowed, request.tiling, tuning);
  }

  /** Against the processor: the same runtime, the same network, the same tile. */
  async #checkKnownTile(): Promise<'right' | 'wrong'> {
    const size = this.#allowed(KNOWN_TILE_PX);
    const reference = await this.#parts.openOnProcessor(size);
    try {
      const { planes } = await reference.run(knownTile(size), size);
      const answer = await this.#trial(size, 'float32', knownTile(size));
      return knownTileProblem(answer, planes) === null ? 'right' : 'wrong';
    } finally {
      await reference.close();
    }
  }

  /** On a tile from the middle of the person's own picture. */
  async #choosePrecision(source: SourcePixels): Promise<Pick<Tuning, 'precision' | 'precisionReason'>> {
    const { facts } = this.#parts.gpu;
    if (!facts.halfPrecision)
      return {
        precision: 'float32',
        precisionReason: 'the graphics card does not offer it (shader-f16)',
      };
    const size = this.#allowed(SELF_CHECK_PX);
    const input = new Float32Array(3 * size.width * size.height);
    const middle = (length: number, side: number) => sourcePx(Math.floor((length - side) / 2));
    const x = middle(source.width, size.width);
    const y = middle(source.height, size.height);
    readTile(source, { x, y, ...size }, input);
    const full = await this.#trial(size, 'float32', input);
    try {
      const half = await this.#trial(size, 'float16', input);
      const problem = halfProblem(half, full);
      if (problem !== null) return { precision: 'float32', precisionReason: problem };
      return { precision: 'float16', precisionReason: halfPraise(half, full) };
    } catch (error) {
      if (classifyFailure(error).kind !== 'other') throw error;
      return { precision: 'float32', precisionReason: 'the graphics card rejected it in half precision' };
    }
  }

  async #chooseTile(
    first: SourcePx,
    allowed: readonly SourcePx[],
    tiling: Pick<TilingOptions, 'context' | 'sizeRule'>,
    tuning: Tuning,
  ): Promise<{ tuning: Tuning; tile: SourcePx }> {
    const { gpu, model } = this.#parts;
    let failedTile = tuning.failedTile;
    const measure = async (tile: number): Promise<number | null> => {
      const size = paddedSize(square(tile), tiling);
      try {
        const session = await this.#parts.open(size, tuning.precision ?? 'float32');
        return await this.#use(session, () => timedRun({ gpu, session, size, modelScale: model.scale }));
      } catch (error) {
        if (classifyFailure(error).kind !== 'out-of-memory') throw error;
        failedTile = Math.min(tile, failedTile ?? tile);
        return null;
      }
    };
    const { tile } = await calibrate(first, allowed, measure, () => performance.now());
    return { tuning: { ...tuning, tile, failedTile }, tile: sourcePx(tile) };
  }

  async #trial(
    size: Size<SourcePx>,
    precision: Precision,
    input: Float32Array<ArrayBuffer>,
  ): Promise<Float32Array> {
    const { gpu, model } = this.#parts;
    const session = await this.#parts.open(size, precision);
    return this.#use(session, () => trialRun({ gpu, session, size, modelScale: model.scale }, input));
  }

  /** The tile of that side, or what the network takes in its place. */
  #allowed(side: number): Size<SourcePx> {
    return allowedSize({ width: side, height: side }, this.#parts.model.sizeRule);
  }

  async #use<T>(session: ModelSession, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      await session.close();
    }
  }
}

function square(side: number): Size<SourcePx> {
  return { width: sourcePx(side), height: sourcePx(side) };
}
