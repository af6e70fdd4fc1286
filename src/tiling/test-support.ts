/** Pictures, operations and references that the tests of tiling share. No product code imports this file. */
import { type Size, type SourcePx, sourcePx } from '../base/geometry.ts';
import { type BitDepth, depthOf, newSamples, type Samples, WHITE } from '../base/samples.ts';
import type { SizeRule } from '../base/size-rule.ts';
import { planTiles, type TilePlan, type TilingOptions, tileAt } from './plan.ts';
import { readTile, type SourcePixels } from './read-tile.ts';
import { type Band, type Carry, Stitcher } from './stitch.ts';

/** The same cases on every machine and every day; a failure prints the path to repeat it. */
export const runs = (numRuns: number) => ({ seed: 20261120, numRuns });

/** For a property on a machine that is busy with other things, in milliseconds. */
export const PATIENCE = 30_000;

export type Numbers = {
  tile: number;
  context: number;
  feather: number;
  multipleOf?: number;
  minimumPx?: number;
  fixed?: SizeRule['fixed'];
  alignTo?: number;
};

export const tiling = ({
  tile,
  context,
  feather,
  multipleOf = 1,
  minimumPx = 1,
  fixed = null,
  alignTo = 1,
}: Numbers): TilingOptions => ({
  tile: sourcePx(tile),
  context: sourcePx(context),
  feather: sourcePx(feather),
  sizeRule: { multipleOf, minimumPx, fixed },
  alignTo,
});

export const plan = (width: number, height: number, numbers: Numbers, fromRow = 0): TilePlan =>
  planTiles({ width: sourcePx(width), height: sourcePx(height) }, sourcePx(fromRow), tiling(numbers));

export const tilesOf = (of: TilePlan) =>
  Array.from({ length: of.columns * of.rows }, (_, i) => tileAt(of, i));

/** A picture whose byte at (x, y, channel) is what `byteAt` says; opaque. */
export function picture(
  width: number,
  height: number,
  byteAt: (x: number, y: number, channel: number) => number,
): SourcePixels {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) data[4 * i + c] = byteAt(i % width, Math.floor(i / width), c);
  return { width: sourcePx(width), height: sourcePx(height), data };
}

/** The same in 16 bits: levels are 257 times those of 8, or something in between. */
export const deepened = ({ data, ...size }: SourcePixels, between: boolean): SourcePixels => ({
  ...size,
  data: Uint16Array.from(data, (byte, i) => Math.max(0, 257 * byte - (between && i % 4 < 3 ? byte >> 1 : 0))),
});

/** Every pixel and channel different from its neighbours, without a period that a tile could share. */
export const noise = (width: number, height: number): SourcePixels =>
  picture(width, height, (x, y, c) => {
    let h = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(c + 1, 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    return (h ^ (h >>> 13)) & 255;
  });

/** A tile's operation without the promise. */
export type Operate = (input: Float32Array, size: Size<SourcePx>) => Float32Array;

/** Every pixel becomes a square of `scale` pixels. */
export const nearest =
  (scale: number): Operate =>
  (input, { width, height }) => {
    const out = new Float32Array(input.length * scale ** 2);
    for (let i = 0; i < out.length; i++) {
      const x = Math.floor((i % (width * scale)) / scale);
      const row = Math.floor(i / (width * scale));
      const channel = Math.floor(row / (height * scale));
      const y = Math.floor((row - channel * height * scale) / scale);
      out[i] = input[(channel * height + y) * width + x] as number;
    }
    return out;
  };

/** A filter that looks at most `reach` source pixels far. `gain` magnifies what differs from middle grey. */
export type Local = { reach: number; edges: boolean; scale: number; gain: number };

/**
 * A mean over a square of side 2·reach + 1 (`edges`: what a pixel differs from it, around 0.5), then enlarged with
 * another contrast for each position within the source pixel. Whatever it cannot compute from real pixels, within
 * `reach` of the border of what it is given, becomes nonsense far outside 0..1.
 */
export const local =
  ({ reach, edges, scale, gain }: Local): Operate =>
  (input, { width, height }) => {
    const out = new Float32Array(input.length * scale ** 2);
    for (let c = 0; c < 3; c++) {
      const at = (x: number, y: number) => input[(c * height + y) * width + x] as number;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const value = localValue(at, x, y, width, height, reach, edges);
          for (let dy = 0; dy < scale; dy++) {
            for (let dx = 0; dx < scale; dx++) {
              const phase = 1 - (dx + 2 * dy) / (8 * scale);
              out[((c * height + y) * scale + dy) * width * scale + x * scale + dx] =
                value === null ? NONSENSE : (value - 0.5) * phase * gain + 0.5;
            }
          }
        }
      }
    }
    return out;
  };

const NONSENSE = 1e6;

/**
 * Every square of `step` × `step` pixels, counted from the corner of what is given, becomes its mean: what a network that folds pixels
 * makes of them depends on where they begin. Looks `step − 1` pixels far.
 */
export const folded =
  (step: number): Operate =>
  (input, { width, height }) => {
    const columns = Math.ceil(width / step);
    const sums = new Float64Array(3 * columns * Math.ceil(height / step));
    const counts = new Float64Array(sums.length);
    const squareOf = (i: number) => {
      const row = Math.floor(i / width);
      const channel = Math.floor(row / height);
      const square = Math.floor((row - channel * height) / step) * columns + Math.floor((i % width) / step);
      return (channel * sums.length) / 3 + square;
    };
    input.forEach((value, i) => {
      const square = squareOf(i);
      sums[square] = (sums[square] as number) + value;
      counts[square] = (counts[square] as number) + 1;
    });
    return input.map((_, i) => (sums[squareOf(i)] as number) / (counts[squareOf(i)] as number));
  };

function localValue(
  at: (x: number, y: number) => number,
  x: number,
  y: number,
  width: number,
  height: number,
  reach: number,
  edges: boolean,
): number | null {
  if (x < reach || y < reach || x >= width - reach || y >= height - reach) return null;
  let sum = 0;
  for (let ny = y - reach; ny <= y + reach; ny++)
    for (let nx = x - reach; nx <= x + reach; nx++) sum += at(nx, ny);
  const mean = sum / (2 * reach + 1) ** 2;
  return edges ? 0.5 + (at(x, y) - mean) / 2 : mean;
}

/** `index` walked back into the picture step by step, turning round at the first and last pixel. */
export function bounced(index: number, count: number): number {
  if (count === 1) return 0;
  let at = 0;
  let step = Math.sign(index);
  for (let left = Math.abs(index); left > 0; left--) {
    if (at + step < 0 || at + step >= count) step = -step;
    at += step;
  }
  return at;
}

/**
 * The operation over the whole picture at once, mirrored by `margin` on each side and trimmed: what tiles must equal. As
 * deep as the source.
 */
export function untiled(source: SourcePixels, scale: number, margin: number, operate: Operate): Samples {
  const depth = depthOf(source.data);
  const white = WHITE[depth];
  const width = source.width + 2 * margin;
  const height = source.height + 2 * margin;
  const input = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const x = bounced((i % width) - margin, source.width);
    const y = bounced(Math.floor(i / width) - margin, source.height);
    for (let c = 0; c < 3; c++)
      input[c * width * height + i] = (source.data[4 * (y * source.width + x) + c] as number) / white;
  }
  const answer = operate(input, { width: sourcePx(width), height: sourcePx(height) });
  const out = newSamples(depth, 4 * source.width * source.height * scale ** 2).fill(white);
  for (let y = 0, p = 0; y < source.height * scale; y++) {
    for (let x = 0; x < source.width * scale; x++, p += 4) {
      const at = (y + margin * scale) * width * scale + x + margin * scale;
      for (let c = 0; c < 3; c++) {
        const value =
          Math.min(1, Math.max(0, answer[c * width * height * scale ** 2 + at] as number)) * white;
        // Halves go to the even one in the array of bytes; there are next to none among floats.
        out[p + c] = depth === 8 ? value : Math.round(value);
      }
    }
  }
  return out;
}

export type Stitched = { readonly bands: readonly Band[]; readonly carry: Carry | null };

/** All bands of a plan; `tiles` of it where not all. */
export function stitch(
  source: SourcePixels,
  of: TilePlan,
  scale: number,
  operate: (input: Float32Array, size: Size<SourcePx>, index: number) => Float32Array,
  {
    carry = null,
    tiles = of.columns * of.rows,
    depth = 8,
  }: { carry?: Carry | null; tiles?: number; depth?: BitDepth } = {},
): Stitched {
  const stitcher = new Stitcher(of, scale, carry, depth);
  const input = new Float32Array(3 * of.padded.width * of.padded.height);
  const bands: Band[] = [];
  for (const tile of tilesOf(of).slice(0, tiles)) {
    readTile(source, tile.read, input);
    const band = stitcher.add(tile, operate(input, of.padded, tile.index));
    if (band) bands.push(band);
  }
  return { bands, carry: stitcher.carry };
}

/** The pixels of bands one below the other. */
export function joined(bands: readonly Band[]): Samples {
  const depth = bands[0] ? depthOf(bands[0].data) : 8;
  const out = newSamples(
    depth,
    bands.reduce((sum, band) => sum + band.data.length, 0),
  );
  let at = 0;
  for (const band of bands) {
    out.set(band.data, at);
    at += band.data.length;
  }
  return out;
}

/** What is wrong with bands that should hold the output rows from `fromRow` to `height`; null when nothing is. */
export function bandProblem(
  bands: readonly Band[],
  width: number,
  fromRow: number,
  height: number,
): string | null {
  let next = fromRow;
  for (const band of bands) {
    if (band.y !== next) return `a band begins at ${band.y}, not at ${next}`;
    if (band.height < 1) return `the band at ${band.y} holds no row`;
    if (band.width !== width) return `the band at ${band.y} is ${band.width} wide, not ${width}`;
    if (band.data.length !== 4 * width * band.height) return `the band at ${band.y} holds other pixels`;
    next += band.height;
  }
  return next === height ? null : `the bands end at ${next}, not at ${height}`;
}

/** The largest difference between two pictures, in levels; infinite where their sizes differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}
