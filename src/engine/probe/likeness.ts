import { type PictureForm, sidesOf } from '../../models/convert/onnx/ports.ts';
import type { Geometry } from './geometry.ts';
import { type ProbePicture, planesOf } from './probe-picture.ts';

/** What a network gave: its values, and the sides of the tensor. */
export type Answer = { readonly values: Float32Array; readonly dims: readonly number[] };

/**
 * How far the middle of an answer, made smaller again, is from that of the picture: near its edges a network invents what
 * lies beyond them, or repeats what it had to leave out.
 */
export type Likeness = {
  /** Mean difference as a part of white, with the answer read as 0..1 and as 0..255. */
  readonly error: { readonly 1: number; readonly 255: number };
  /** Pearson's, over all channels, each from its own mean: 1 is the same picture, 0 has nothing in common with it. */
  readonly correlation: number;
};

/** @param swaps whether the answer's first channel is held against the picture's last one */
export function likenessOf(
  answer: Answer,
  geometry: Geometry,
  picture: ProbePicture,
  swaps: boolean,
): Likeness {
  const truth = planesOf(picture, geometry.output.channels);
  const smaller = reduced(answer, geometry, picture);
  const middle = middleOf(picture);
  const sums = { one: 0, byte: 0, ab: 0, aa: 0, bb: 0, count: 0 };
  truth.forEach((plane, channel) => {
    const own = smaller[swaps ? truth.length - 1 - channel : channel] as Float32Array;
    const inside = middle.filter((i) => !Number.isNaN(own[i]));
    const mean = (values: Float32Array) =>
      inside.reduce((sum, i) => sum + (values[i] as number), 0) / inside.length;
    const [meanOwn, meanPlane] = [mean(own), mean(plane)];
    for (const i of inside) {
      const [value, wanted] = [own[i] as number, (plane[i] as number) / 255];
      sums.one += Math.abs(value - wanted);
      sums.byte += Math.abs(value / 255 - wanted);
      const [a, b] = [value - meanOwn, wanted - meanPlane / 255];
      sums.ab += a * b;
      sums.aa += a * a;
      sums.bb += b * b;
    }
    sums.count += inside.length;
  });
  const spread = Math.sqrt(sums.aa * sums.bb);
  return {
    error: { 1: sums.one / sums.count, 255: sums.byte / sums.count },
    correlation: spread > 0 ? sums.ab / spread : 0,
  };
}

/** The pixels that are farther from the edges than a quarter of the side. */
function middleOf({ width, height }: ProbePicture): readonly number[] {
  const isMiddle = (at: number, side: number) => at >= Math.floor(side / 4) && at < Math.ceil((3 * side) / 4);
  return Array.from({ length: width * height }, (_, i) => i).filter(
    (i) => isMiddle(i % width, width) && isMiddle(Math.floor(i / width), height),
  );
}

/** The answer's planes at the size of the picture, each pixel the mean of its block; NaN where the network ate it. */
function reduced(
  { values, dims }: Answer,
  { output, scale, lacking }: Geometry,
  { width, height }: ProbePicture,
) {
  const [rows, columns] = sidesOf(output.layout).map((axis) => dims[axis] as number) as [number, number];
  const at = indexOf(output, rows, columns);
  return Array.from({ length: Math.min(output.channels, 3) }, (_, channel) =>
    Float32Array.from({ length: width * height }, (_, i) => {
      const [top, left] = [Math.floor(i / width) * scale - lacking.top, (i % width) * scale - lacking.left];
      if (top < 0 || left < 0 || top + scale > rows || left + scale > columns) return Number.NaN;
      let sum = 0;
      for (let y = top; y < top + scale; y++) {
        for (let x = left; x < left + scale; x++) sum += values[at(channel, y, x)] as number;
      }
      return sum / scale ** 2;
    }),
  );
}

/** Where a value of a picture lies in its tensor. */
export function indexOf({ layout, channels }: PictureForm, rows: number, columns: number) {
  return (channel: number, y: number, x: number) =>
    layout === 'nchw' ? (channel * rows + y) * columns + x : (y * columns + x) * channels + channel;
}
