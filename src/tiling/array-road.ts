import { defined } from '../base/assert.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
import type { BitDepth } from '../base/samples.ts';
import type { Tile, TilePlan } from './plan.ts';
import { readTile, type SourcePixels } from './read-tile.ts';
import { type Band, type Carry, Stitcher } from './stitch.ts';
import type { Seam, TileRoad } from './tile-road.ts';

/**
 * One network over one tile: takes `[3, height, width]`, gives `[3, scale·height, scale·width]`, both in 0..1. Both
 * arrays change hands: the network may give the input's memory away, the road keeps the answer. The tile is for whoever
 * has to name it.
 */
export type TileOperation = (input: Float32Array, size: Size<SourcePx>, tile: Tile) => Promise<Float32Array>;

export type ArrayRoadParts = {
  readonly source: SourcePixels;
  /** Output pixels per source pixel. */
  readonly scale: number;
  /** Of the finished rows. */
  readonly bitDepth: BitDepth;
  readonly operation: TileOperation;
  /** Takes an answer back that is stitched and will not be read again. */
  readonly release?: (answer: Float32Array) => void;
  /** Tiles under way at once: with 2, the default, the next one is read and waits at the operation's door meanwhile. */
  readonly depth?: number;
};

/** The road over typed arrays. Reading and stitching take place while the operation is waited for. */
export class ArrayRoad implements TileRoad {
  readonly depth: number;
  readonly #parts: ArrayRoadParts;
  #carry: Carry | null = null;
  #stitcher: Stitcher | null = null;
  #plan: TilePlan | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ArrayRoadParts) {
    this.#parts = parts;
    this.depth = parts.depth ?? 2;
  }

  seam(): Seam | null {
    return this.#carry;
  }

  async begin(plan: TilePlan): Promise<void> {
    this.#plan = plan;
    this.#stitcher = new Stitcher(plan, this.#parts.scale, this.#carry, this.#parts.bitDepth);
    this.#last = Promise.resolve();
  }

  run(tile: Tile): Promise<Band | null> {
    const stitcher = defined(this.#stitcher, 'a plan was begun');
    const { padded } = defined(this.#plan, 'a plan was begun');
    const { source, operation, release } = this.#parts;
    const before = this.#last;
    const work = async (): Promise<Band | null> => {
      const input = new Float32Array(3 * padded.width * padded.height);
      readTile(source, tile.read, input);
      const [, answer] = await Promise.all([before, operation(input, padded, tile)]);
      const band = stitcher.add(tile, answer);
      release?.(answer);
      if (band) this.#carry = stitcher.carry;
      return band;
    };
    const done = work();
    // Whoever asked hears of a rejection; here it only ends those behind.
    done.catch(() => undefined);
    this.#last = done;
    return done;
  }
}
