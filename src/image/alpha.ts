import { depthOf, type Samples, WHITE, wholeLevel } from '../base/samples.ts';
import { MITCHELL, PlaneResampler } from './resample.ts';

/** RGBA, 8 or 16 bits a channel, straight alpha, interleaved, rows from the top. */
export type RgbaPixels = {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint16Array;
};

/** The alpha channel alone, `[height, width]`, in the levels of the picture. */
export function alphaPlane({ data }: RgbaPixels): Uint8Array | Uint16Array {
  const count = data.length / 4;
  const plane = data instanceof Uint16Array ? new Uint16Array(count) : new Uint8Array(count);
  for (let i = 0; i < plane.length; i++) plane[i] = data[4 * i + 3] as number;
  return plane;
}

/**
 * Replaces, in place, the colour of wholly transparent pixels by that of the nearest visible ones, and leaves alpha
 * alone: what hides there would otherwise bleed into the visible edge when a network looks at its surroundings.
 * Rings of `steps` pixels are filled from their neighbours' mean; what lies further in becomes the mean of all these.
 */
export function bleedColour(pixels: RgbaPixels, steps: number): void {
  const { width, height, data } = pixels;
  const known = new Uint8Array(width * height);
  for (let i = 0; i < known.length; i++) known[i] = data[4 * i + 3] === 0 ? 0 : 1;
  let ring: number[] = [];
  for (let i = 0; i < known.length; i++)
    if (known[i] === 0 && touchesKnown(i, known, width, height)) ring.push(i);
  for (let step = 0; step < steps && ring.length > 0; step++) {
    for (const i of ring) fillFromNeighbours(i, data, known, width, height);
    for (const i of ring) known[i] = 1;
    ring = nextRing(ring, known, width, height);
  }
  fillRest(data, known);
}

/** A picture's alpha, enlarged for one band of output rows at a time. */
export class AlphaEnlarger {
  readonly #plane: Uint8Array | Uint16Array;
  /** The level of full cover in it. */
  readonly #white: number;
  readonly #resampler: PlaneResampler;
  readonly #width: number;

  constructor(pixels: RgbaPixels, scale: number) {
    this.#plane = alphaPlane(pixels);
    this.#white = WHITE[depthOf(pixels.data)];
    this.#width = pixels.width * scale;
    this.#resampler = new PlaneResampler(
      pixels,
      { width: this.#width, height: pixels.height * scale },
      MITCHELL,
    );
  }

  /** Writes alpha into `rgba`, which holds the output rows from `fromRow` on, of the picture's depth or another. */
  writeInto(rgba: Samples, fromRow: number): void {
    const rows = rgba.length / (4 * this.#width);
    const alpha = new Float32Array(rows * this.#width);
    this.#resampler.rows(this.#plane, fromRow, fromRow + rows, alpha);
    const white = WHITE[depthOf(rgba)];
    const ratio = white / this.#white;
    for (let i = 0; i < alpha.length; i++) {
      rgba[4 * i + 3] = wholeLevel((alpha[i] as number) * ratio, white);
    }
  }
}

function forEachNeighbour(
  i: number,
  width: number,
  height: number,
  visit: (neighbour: number) => void,
): void {
  const x = i % width;
  const y = (i - x) / width;
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) visit(ny * width + nx);
  }
}

function touchesKnown(i: number, known: Uint8Array, width: number, height: number): boolean {
  let touches = false;
  forEachNeighbour(i, width, height, (n) => {
    touches ||= known[n] === 1;
  });
  return touches;
}

function fillFromNeighbours(
  i: number,
  data: RgbaPixels['data'],
  known: Uint8Array,
  width: number,
  height: number,
): void {
  const sum = [0, 0, 0];
  let count = 0;
  forEachNeighbour(i, width, height, (n) => {
    if (known[n] !== 1) return;
    count++;
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + (data[4 * n + c] as number);
  });
  for (let c = 0; c < 3; c++) data[4 * i + c] = wholeLevel((sum[c] as number) / count, WHITE[depthOf(data)]);
}

function nextRing(ring: readonly number[], known: Uint8Array, width: number, height: number): number[] {
  const next = new Set<number>();
  for (const i of ring) {
    forEachNeighbour(i, width, height, (n) => {
      if (known[n] === 0) next.add(n);
    });
  }
  return [...next];
}

function fillRest(data: RgbaPixels['data'], known: Uint8Array): void {
  const sum = [0, 0, 0];
  let count = 0;
  known.forEach((isKnown, i) => {
    if (isKnown !== 1) return;
    count++;
    for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + (data[4 * i + c] as number);
  });
  if (count === known.length) return;
  const mean = sum.map((s) => (count === 0 ? 0 : wholeLevel(s / count, WHITE[depthOf(data)])));
  known.forEach((isKnown, i) => {
    if (isKnown === 0) for (let c = 0; c < 3; c++) data[4 * i + c] = mean[c] as number;
  });
}
