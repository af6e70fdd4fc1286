import { unfilterRow } from './unfilter.ts';

/** What the header of a PNG of 16 bits a channel says about its rows. */
export type DeepLayout = {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly isInterlaced: boolean;
  /** The colour, 1 or 3 values, that is wholly transparent (tRNS); null where none is. */
  readonly clearColour: readonly number[] | null;
};

/** Where the pixels of one reduced image lie in the whole one: every `step`th from `x` and `y`. */
type Pass = { readonly x: number; readonly y: number; readonly stepX: number; readonly stepY: number };

const WHOLE: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
/** PNG (third edition) section 8.2. */
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];
const FULL = 65_535;

/** Takes the inflated bytes of a PNG of 16 bits a channel in any pieces, and puts its pixels where they belong. */
export class DeepRows {
  /** RGBA, straight alpha, 0..65535, rows from the top. */
  readonly rgba: Uint16Array<ArrayBuffer>;
  readonly #layout: DeepLayout;
  readonly #passes: readonly Pass[];
  #pass = 0;
  /** Of the pass. */
  #row = 0;
  /** The filter type and the bytes of the row that is on its way, and how many of them are there. */
  #line = new Uint8Array(0);
  #filled = 0;
  #above = new Uint8Array(0);
  #isOpaque = true;

  /** Throws `RangeError` where there is no memory for the pixels. */
  constructor(layout: DeepLayout) {
    const { width, height } = layout;
    this.#layout = layout;
    this.rgba = new Uint16Array(4 * width * height);
    const isThere = ({ x, y }: Pass) => x < width && y < height;
    this.#passes = layout.isInterlaced ? ADAM7.filter(isThere) : WHOLE;
    this.#beginPass();
  }

  /** All rows are in. */
  get isComplete(): boolean {
    return this.#pass === this.#passes.length;
  }

  /** Every alpha so far is full. */
  get isOpaque(): boolean {
    return this.#isOpaque;
  }

  /** What follows the last row is left alone. False when a row has a filter that does not exist. */
  take(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length && !this.isComplete; ) {
      const part = bytes.subarray(at, at + this.#line.length - this.#filled);
      this.#line.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#line.length && !this.#finishRow()) return false;
    }
    return true;
  }

  #beginPass(): void {
    const pass = this.#passes[this.#pass];
    if (!pass) return;
    const pixels = Math.ceil((this.#layout.width - pass.x) / pass.stepX);
    this.#line = new Uint8Array(1 + pixels * this.#pixelBytes());
    this.#above = new Uint8Array(this.#line.length);
    this.#row = 0;
    this.#filled = 0;
  }

  #finishRow(): boolean {
    const pass = this.#passes[this.#pass] as Pass;
    const row = this.#line.subarray(1);
    if (!unfilterRow(this.#line[0] as number, row, this.#above.subarray(1), this.#pixelBytes())) return false;
    const y = pass.y + this.#row * pass.stepY;
    this.#place(row, 4 * (y * this.#layout.width + pass.x), 4 * pass.stepX);
    [this.#line, this.#above] = [this.#above, this.#line];
    this.#filled = 0;
    this.#row++;
    if (y + pass.stepY >= this.#layout.height) {
      this.#pass++;
      this.#beginPass();
    }
    return true;
  }

  /** @param step values from one pixel to the next */
  #place(row: Uint8Array, from: number, step: number): void {
    const { channels, clearColour } = this.#layout;
    const { rgba } = this;
    // Grey has one value for the three colours, and alpha comes last.
    const second = channels < 3 ? 0 : 2;
    const third = channels < 3 ? 0 : 4;
    const alphaAt = channels % 2 === 0 ? 2 * (channels - 1) : null;
    for (let i = 0, to = from; i < row.length; i += 2 * channels, to += step) {
      const red = wordAt(row, i);
      const green = wordAt(row, i + second);
      const blue = wordAt(row, i + third);
      let alpha = alphaAt === null ? FULL : wordAt(row, i + alphaAt);
      if (clearColour && isColour(clearColour, red, green, blue)) alpha = 0;
      rgba[to] = red;
      rgba[to + 1] = green;
      rgba[to + 2] = blue;
      rgba[to + 3] = alpha;
      if (alpha !== FULL) this.#isOpaque = false;
    }
  }

  #pixelBytes(): number {
    return 2 * this.#layout.channels;
  }
}

/** Most significant byte first, section 7.1. */
function wordAt(row: Uint8Array, at: number): number {
  return ((row[at] as number) << 8) | (row[at + 1] as number);
}

function isColour(colour: readonly number[], red: number, green: number, blue: number): boolean {
  if (colour.length === 1) return red === colour[0];
  return red === colour[0] && green === colour[1] && blue === colour[2];
}
