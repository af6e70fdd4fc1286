import type { Size, SourcePx } from '../../base/geometry.ts';
import type { EndForm } from '../../models/convert/onnx/found-form.ts';

/** A picture as three planes of whole numbers 0..255: red, green, blue. */
export type ProbePicture = Size<SourcePx> & {
  readonly planes: readonly [Float32Array, Float32Array, Float32Array];
};

/**
 * A drawn picture in which every channel differs from the others: warm and cool gradients, a disc, slanted stripes. As in
 * photographs there is more red than blue, edges are hard and the ground is smooth.
 */
export function drawProbe({ width, height }: Size<SourcePx>): ProbePicture {
  const planes = [0, 1, 2].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colourAt((x + 0.5) / width, (y + 0.5) / height);
      planes.forEach((plane, channel) => {
        plane[y * width + x] = Math.round(255 * (colour[channel] as number));
      });
    }
  }
  return { width, height, planes };
}

type Colour = readonly [red: number, green: number, blue: number];

/** @param u,v across and down, 0..1 */
function colourAt(u: number, v: number): Colour {
  if (Math.hypot(u - 0.32, v - 0.4) < 0.2) return [0.92 - 0.3 * v, 0.55 + 0.2 * u, 0.28];
  if (u > 0.6 && v > 0.5) return Math.floor((u + v) * 14) % 2 === 0 ? [0.16, 0.3, 0.42] : [0.78, 0.7, 0.5];
  return [0.55 + 0.35 * u - 0.1 * v, 0.38 + 0.3 * v, 0.2 + 0.35 * (1 - v) * (0.4 + u)];
}

/** Weights of red, green and blue in luminance: ITU-R BT.601-7. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** The planes that a network of so many colours is given or gives: luminance, or red, green and blue. */
export function planesOf({ planes }: ProbePicture, channels: EndForm['channels']): readonly Float32Array[] {
  const [red, green, blue] = planes;
  if (channels !== 1) return planes;
  const luma = (value: number, i: number) =>
    Math.round(LUMA[0] * value + LUMA[1] * (green[i] as number) + LUMA[2] * (blue[i] as number));
  return [red.map(luma)];
}

/** The picture as a network of that form takes it; alpha is opaque. */
export function feedOf(
  picture: ProbePicture,
  { layout, channels, white, channelOrder }: EndForm,
): Float32Array {
  const own = planesOf(picture, channels);
  const ordered = channelOrder === 'bgr' ? own.toReversed() : own;
  const opaque = new Float32Array(picture.width * picture.height).fill(255);
  const all = channels === 4 ? [...ordered, opaque] : ordered;
  const pixels = picture.width * picture.height;
  const feed = new Float32Array(channels * pixels);
  all.forEach((plane, channel) => {
    plane.forEach((value, i) => {
      feed[layout === 'nchw' ? channel * pixels + i : i * channels + channel] = (value * white) / 255;
    });
  });
  return feed;
}
