import { assert, defined } from '../base/assert.ts';
import { type OutputPx, outputPx } from '../base/geometry.ts';
import { type BitDepth, newSamples, type Samples, WHITE, wholeLevel } from '../base/samples.ts';
import { risingWeights } from './feather.ts';
import type { Tile, TilePlan } from './plan.ts';
import { type ColumnSpan, columnSpan, rowSpan } from './spans.ts';

/** Finished output rows: RGBA, 8 or 16 bits a channel, interleaved, opaque, `width` the whole picture's. */
export type Band = {
  readonly y: OutputPx;
  readonly width: OutputPx;
  readonly height: OutputPx;
  readonly data: Samples;
};

/**
 * The zone below the last finished row in which the next row of tiles still has to be blended: the upper tiles'
 * colours times their falling weight, `[3, height, width]` in 0..1. Outlives a plan: a smaller tile size takes it over.
 */
export type Carry = {
  /** The source edge, times scale, that the zone lies around; the zone starts `height / 2` above. */
  readonly edge: OutputPx;
  readonly height: OutputPx;
  readonly planes: Float32Array;
};

/**
 * Joins the network's answers for the tiles of one plan into bands of finished rows. Colours stay in float until the one
 * rounding to whole levels. Where tiles meet, each falls over the feather while its neighbour rises; all other pixels come
 * from one tile. Beyond the band itself it holds only the feather zones: O(width × feather) floats.
 *
 * Tiles come in index order. A row of tiles that was not completed leaves no trace in `carry`.
 */
export class Stitcher {
  readonly #plan: TilePlan;
  readonly #scale: number;
  readonly #depth: BitDepth;
  readonly #width: number;
  readonly #half: number;
  readonly #rising: Float32Array;
  #carry: Carry | null;
  #band: RowInProgress | null = null;

  /** `carry` is that of the plan above, where there is one; its edge is this plan's first row. `depth` is the bands'. */
  constructor(plan: TilePlan, scale: number, carry: Carry | null, depth: BitDepth) {
    assert(
      carry === null || carry.edge === plan.fromRow * scale,
      'the carry lies at the first row of the plan',
    );
    this.#plan = plan;
    this.#scale = scale;
    this.#depth = depth;
    this.#width = plan.picture.width * scale;
    this.#half = (plan.options.feather * scale) / 2;
    this.#rising = risingWeights(2 * this.#half);
    this.#carry = carry;
  }

  /** What the next plan has to blend with if this one is given up now. */
  get carry(): Carry | null {
    return this.#carry;
  }

  /**
   * Adds the answer for `tile`: `[3, scale·padded.height, scale·padded.width]` in 0..1, not necessarily clamped.
   * Gives the rows that are finished once the last tile of a row is in.
   */
  add(tile: Tile, answer: Float32Array): Band | null {
    const padded = this.#plan.padded;
    assert(
      answer.length === 3 * padded.width * padded.height * this.#scale ** 2,
      'the answer has the padded shape',
    );
    if (tile.column === 0) this.#band = this.#startRow(tile.row);
    const row = defined(this.#band, 'a row in progress');
    this.#addColumns(tile, answer, row);
    if (tile.column < this.#plan.columns - 1) return null;
    this.#band = null;
    this.#carry = row.next;
    return {
      y: outputPx(row.top),
      width: outputPx(this.#width),
      height: outputPx(row.finished),
      data: row.data,
    };
  }

  #startRow(row: number): RowInProgress {
    const above = this.#carry;
    const { top, finished, below, nextEdge } = rowSpan(this.#plan, row, this.#scale, above?.height ?? 0);
    const isLast = row === this.#plan.rows - 1;
    return {
      top,
      finished,
      height: finished + below,
      above,
      aboveWeights: above ? risingWeights(above.height) : new Float32Array(0),
      next: isLast
        ? null
        : {
            edge: outputPx(nextEdge),
            height: outputPx(below),
            planes: new Float32Array(3 * below * this.#width),
          },
      side: new Float32Array(3 * 2 * this.#half * (finished + below)),
      data: newSamples(this.#depth, 4 * this.#width * finished),
    };
  }

  #addColumns(tile: Tile, answer: Float32Array, row: RowInProgress): void {
    const span = columnSpan(this.#plan, tile, this.#scale);
    const stride = this.#plan.padded.width * this.#scale;
    // Blended columns alone, and with the tile's own: `[3, columns]`.
    const edge = new Float32Array(3 * (span.ownFrom - span.blendFrom));
    const line = new Float32Array(3 * (span.ownTo - span.blendFrom));
    for (let y = 0; y < row.height; y++) {
      // Where the picture's column 0 would lie in the answer's first plane.
      const start = (row.top + y - tile.read.y * this.#scale) * stride - span.offset;
      if (y >= (row.above?.height ?? 0) && y < row.finished) {
        this.#blendLeft(answer, start, span, row, y, edge);
        this.#put(edge, 0, edge.length / 3, row, y, span.blendFrom);
        this.#put(answer, start + span.ownFrom, start + span.ownTo, row, y, span.ownFrom);
      } else {
        this.#blendLeft(answer, start, span, row, y, line);
        if (y < row.finished) this.#finishBelowCarry(line, span, row, y);
        else this.#keepForNext(line, span, row, y - row.finished);
      }
      this.#keepForRight(answer, start, span, row, y);
    }
  }

  /** Fills `line` from the first blended column on; takes the left neighbour's share out of `row.side`. */
  #blendLeft(
    answer: Float32Array,
    start: number,
    { blendFrom, ownFrom }: ColumnSpan,
    row: RowInProgress,
    y: number,
    line: Float32Array,
  ): void {
    const plane = answer.length / 3;
    const columns = line.length / 3;
    const blended = ownFrom - blendFrom;
    for (let channel = 0; channel < 3; channel++) {
      const from = channel * plane + start + blendFrom;
      const to = channel * columns;
      const side = this.#sideOf(row, channel, y);
      for (let k = 0; k < blended; k++) {
        const own = (this.#rising[k] as number) * (answer[from + k] as number);
        line[to + k] = (row.side[side + k] as number) + own;
      }
      for (let k = blended; k < columns; k++) line[to + k] = answer[from + k] as number;
    }
  }

  /** Puts this tile's share of the columns around its right edge into `row.side`. */
  #keepForRight(
    answer: Float32Array,
    start: number,
    { ownTo, handOnTo }: ColumnSpan,
    row: RowInProgress,
    y: number,
  ): void {
    const plane = answer.length / 3;
    for (let channel = 0; channel < 3; channel++) {
      const from = channel * plane + start + ownTo;
      const side = this.#sideOf(row, channel, y);
      for (let k = 0; k < handOnTo - ownTo; k++)
        row.side[side + k] = (1 - (this.#rising[k] as number)) * (answer[from + k] as number);
    }
  }

  #sideOf(row: RowInProgress, channel: number, y: number): number {
    return (channel * row.height + y) * 2 * this.#half;
  }

  #finishBelowCarry(line: Float32Array, { blendFrom }: ColumnSpan, row: RowInProgress, y: number): void {
    const above = defined(row.above, 'the carry above');
    const weight = row.aboveWeights[y] as number;
    const columns = line.length / 3;
    for (let channel = 0; channel < 3; channel++) {
      const from = (channel * above.height + y) * this.#width + blendFrom;
      const to = channel * columns;
      for (let k = 0; k < columns; k++)
        line[to + k] = (above.planes[from + k] as number) + weight * (line[to + k] as number);
    }
    this.#put(line, 0, columns, row, y, blendFrom);
  }

  #keepForNext(line: Float32Array, { blendFrom }: ColumnSpan, row: RowInProgress, zoneRow: number): void {
    const next = defined(row.next, 'the carry below');
    const weight = 1 - (this.#rising[zoneRow] as number);
    const columns = line.length / 3;
    for (let channel = 0; channel < 3; channel++) {
      const to = (channel * next.height + zoneRow) * this.#width + blendFrom;
      for (let k = 0; k < columns; k++)
        next.planes[to + k] = weight * (line[channel * columns + k] as number);
    }
  }

  /** Values `from` to `to` (exclusive) of each plane become finished pixels from column `x` on. */
  #put(planes: Float32Array, from: number, to: number, { data }: RowInProgress, y: number, x: number): void {
    const at = 4 * (y * this.#width + x);
    if (data instanceof Uint16Array) putWords(planes, from, to, data, at);
    else putBytes(planes, from, to, data, at);
  }
}

/** Values `from` to `to` (exclusive) of each plane, opaque, from `at` on in `data`, which clamps and rounds half to even. */
function putBytes(answer: Float32Array, from: number, to: number, data: Uint8ClampedArray, at: number): void {
  const plane = answer.length / 3;
  for (let i = from, p = at; i < to; i++, p += 4) {
    data[p] = (answer[i] as number) * 255;
    data[p + 1] = (answer[plane + i] as number) * 255;
    data[p + 2] = (answer[2 * plane + i] as number) * 255;
    data[p + 3] = 255;
  }
}

/** The same in 16 bits. A loop of its own, because one that meets both kinds of arrays is slower for both. */
function putWords(answer: Float32Array, from: number, to: number, data: Uint16Array, at: number): void {
  const plane = answer.length / 3;
  const white = WHITE[16];
  for (let i = from, p = at; i < to; i++, p += 4) {
    data[p] = wholeLevel((answer[i] as number) * white, white);
    data[p + 1] = wholeLevel((answer[plane + i] as number) * white, white);
    data[p + 2] = wholeLevel((answer[2 * plane + i] as number) * white, white);
    data[p + 3] = white;
  }
}

/** A row of tiles on its way; all lengths in output pixels. */
type RowInProgress = {
  /** First output row that it touches. */
  readonly top: number;
  /** Rows that are finished when the last tile is in. */
  readonly finished: number;
  /** Those and the feather zone below. */
  readonly height: number;
  readonly above: Carry | null;
  readonly aboveWeights: Float32Array;
  readonly next: Carry | null;
  /** The left neighbour's weighted share of the columns around the edge, `[3, height, feather]`. */
  readonly side: Float32Array;
  readonly data: Samples;
};
