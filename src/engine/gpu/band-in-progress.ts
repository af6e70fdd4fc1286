import { type BitDepth, newSamples, type Samples } from '../../base/samples.ts';
import type { ColumnSpan } from '../../tiling/spans.ts';

/** Finished rows that are put together from the finished pixels of their tiles. */
export class BandInProgress {
  /** RGBA, `width` the whole picture's. */
  readonly data: Samples;
  readonly #width: number;
  readonly #height: number;

  /** @throws RangeError when there is no memory for it. */
  constructor(width: number, height: number, depth: BitDepth) {
    this.#width = width;
    this.#height = height;
    this.data = newSamples(depth, 4 * width * height);
  }

  /** `pixels`: RGBA, of the band's depth, of the columns from `blendFrom` to `ownTo`, without a gap between rows. */
  put(pixels: Samples, { blendFrom, ownTo }: ColumnSpan): void {
    const pitch = 4 * (ownTo - blendFrom);
    for (let y = 0; y < this.#height; y++) {
      this.data.set(pixels.subarray(y * pitch, (y + 1) * pitch), 4 * (y * this.#width + blendFrom));
    }
  }
}
