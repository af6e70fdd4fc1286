import { defined } from '../base/assert.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
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

/** The road over typed arrays. Reading and stitching take place while the operation is waited for. */
export class ArrayRoad implements TileRoad {
  readonly depth: number;
  readonly #source: SourcePixels;
  readonly #scale: number;
  readonly #operation: TileOperation;
  #carry: Carry | null = null;
  #stitcher: Stitcher | null = null;
  #plan: TilePlan | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param depth with 2 the next tile is read and waits at the operation's door while one is computed. */
  constructor(source: SourcePixels, scale: number, operation: TileOperation, depth = 2) {
    this.#source = source;
    this.#scale = scale;
    this.#operation = operation;
    this.depth = depth;
  }

  seam(): Seam | null {
    return this.#carry;
  }

  async begin(plan: TilePlan): Promise<void> {
    this.#plan = plan;
    this.#stitcher = new Stitcher(plan, this.#scale, this.#carry);
    this.#last = Promise.resolve();
  }

  run(tile: Tile): Promise<Band | null> {
    const stitcher = defined(this.#stitcher, 'a plan was begun');
    const { padded } = defined(this.#plan, 'a plan was begun');
    const before = this.#last;
    const work = async (): Promise<Band | null> => {
      const input = new Float32Array(3 * padded.width * padded.height);
      readTile(this.#source, tile.read, input);
      const [, answer] = await Promise.all([before, this.#operation(input, padded, tile)]);
      const band = stitcher.add(tile, answer);
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
