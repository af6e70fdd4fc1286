import { assert } from '../base/assert.ts';

/** A resampling kernel: its weight at a distance in source pixels, and the distance from which it is zero. */
export type Kernel = { readonly radius: number; readonly weight: (distance: number) => number };

/** Windowed sinc with three lobes: keeps detail when reducing. */
export const LANCZOS3: Kernel = {
  radius: 3,
  weight: (d) =>
    d === 0 ? 1 : (3 * Math.sin(Math.PI * d) * Math.sin((Math.PI * d) / 3)) / (Math.PI * d) ** 2,
};

/** The cubic of Mitchell and Netravali (SIGGRAPH 1988) with B = C = 1/3: nearly no ringing when enlarging. */
export const MITCHELL: Kernel = {
  radius: 2,
  weight: (d) => {
    const x = Math.abs(d);
    return x < 1
      ? (7 * x ** 3 - 12 * x ** 2 + 16 / 3) / 6
      : ((-7 / 3) * x ** 3 + 12 * x ** 2 - 20 * x + 32 / 3) / 6;
  },
};

/** For each destination pixel of one axis: `taps` neighbouring source pixels from `first`, with weights that sum to one. */
export type ResamplingAxis = {
  readonly taps: number;
  readonly first: Int32Array<ArrayBuffer>;
  readonly weights: Float32Array<ArrayBuffer>;
};

/**
 * Resamples one plane of floats between two sizes with pixel centres at ½, both axes apart, the edge pixel repeated
 * beyond the edge. When reducing, the kernel is widened by the ratio (antialiased). Not clamped.
 */
export class PlaneResampler {
  readonly #srcWidth: number;
  readonly #srcHeight: number;
  readonly #dstWidth: number;
  readonly #columns: ResamplingAxis;
  readonly #rows: ResamplingAxis;

  constructor(
    src: { readonly width: number; readonly height: number },
    dst: { readonly width: number; readonly height: number },
    kernel: Kernel,
  ) {
    this.#srcWidth = src.width;
    this.#srcHeight = src.height;
    this.#dstWidth = dst.width;
    this.#columns = resamplingAxis(src.width, dst.width, kernel);
    this.#rows = resamplingAxis(src.height, dst.height, kernel);
  }

  /** Destination rows `fromRow` (inclusive) to `toRow` (exclusive) of the resampled `plane`, written to `out`. */
  rows(plane: ArrayLike<number>, fromRow: number, toRow: number, out: Float32Array): void {
    assert(plane.length === this.#srcWidth * this.#srcHeight, 'the plane has the source size');
    assert(out.length === this.#dstWidth * (toRow - fromRow), 'the output holds the rows');
    const line = new Float32Array(this.#srcWidth);
    for (let y = fromRow; y < toRow; y++) {
      this.#mixRows(plane, y, line);
      this.#resampleLine(line, out, (y - fromRow) * this.#dstWidth);
    }
  }

  #mixRows(plane: ArrayLike<number>, y: number, line: Float32Array): void {
    const { taps, first, weights } = this.#rows;
    line.fill(0);
    for (let t = 0; t < taps; t++) {
      const weight = weights[y * taps + t] as number;
      if (weight === 0) continue;
      const start = clampIndex((first[y] as number) + t, this.#srcHeight) * this.#srcWidth;
      for (let x = 0; x < line.length; x++)
        line[x] = (line[x] as number) + weight * (plane[start + x] as number);
    }
  }

  #resampleLine(line: Float32Array, out: Float32Array, outStart: number): void {
    const { taps, first, weights } = this.#columns;
    for (let x = 0; x < this.#dstWidth; x++) {
      let sum = 0;
      const from = first[x] as number;
      for (let t = 0, w = x * taps; t < taps; t++, w++) {
        sum += (weights[w] as number) * (line[clampIndex(from + t, this.#srcWidth)] as number);
      }
      out[outStart + x] = sum;
    }
  }
}

/** The table for one axis, for whoever resamples elsewhere; beyond the edge the edge pixel is meant. */
export function resamplingAxis(srcLength: number, dstLength: number, kernel: Kernel): ResamplingAxis {
  const ratio = srcLength / dstLength;
  const widen = Math.max(1, ratio);
  const reach = kernel.radius * widen;
  const taps = Math.ceil(2 * reach) + 1;
  const first = new Int32Array(dstLength);
  const weights = new Float32Array(dstLength * taps);
  for (let i = 0; i < dstLength; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const from = Math.ceil(centre - reach);
    first[i] = from;
    const row = Array.from({ length: taps }, (_, t) => {
      const distance = (from + t - centre) / widen;
      return Math.abs(distance) < kernel.radius ? kernel.weight(distance) : 0;
    });
    const sum = row.reduce((a, b) => a + b, 0);
    row.forEach((weight, t) => {
      weights[i * taps + t] = weight / sum;
    });
  }
  return { taps, first, weights };
}

function clampIndex(index: number, count: number): number {
  return Math.min(Math.max(index, 0), count - 1);
}
