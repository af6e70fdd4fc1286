import type { Channels } from '../picture-network.ts';
import { corrupt, counted, unsupported } from './refusals.ts';
import type { WeightReader } from './weight-reader.ts';

/** The largest enlargement that is run. */
const LARGEST_SCALE = 16;

/** The largest window, in pixels: what each has in common with each other makes a million numbers for each head. */
const LARGEST_WINDOW_PX = 1024;

/** How many there are of a numbered name: one more than the largest number that `pattern`'s first group finds. */
export function countOf(names: Iterable<string>, pattern: RegExp): number {
  let count = 0;
  for (const name of names) {
    const found = pattern.exec(name)?.[1];
    if (found !== undefined) count = Math.max(count, Number(found) + 1);
  }
  return count;
}

/**
 * How much a pixel shuffle enlarges that makes a picture of `channels` of so many outputs.
 * @throws TesseraError `model-unsupported` where that is no such picture
 */
export function scaleOfShuffle({ architecture }: WeightReader, outputs: number, channels: Channels): number {
  const scale = Math.round(Math.sqrt(outputs / channels));
  if (channels * scale ** 2 === outputs && scale <= LARGEST_SCALE) return scale;
  const whole = [1, 2, 3, 4].map((side) => channels * side ** 2).join(', ');
  throw unsupported(
    `This ${architecture} network takes ${counted(channels, 'channel')} and ends in ${outputs}, which do not add up to an enlarged picture of the same kind (${whole} … would).`,
  );
}

/**
 * The channels of the pictures that a network takes and gives: one for brightness, RGB, or RGB and alpha.
 * @throws TesseraError `model-unsupported` where they are others, or other ones come out than go in
 */
export function channelsOf({ architecture }: WeightReader, inputs: number, outputs = inputs): Channels {
  const isPicture = inputs === 1 || inputs === 3 || inputs === 4;
  if (isPicture && inputs === outputs) return inputs;
  throw unsupported(
    `This ${architecture} network takes ${counted(inputs, 'channel')} and gives ${outputs}; Tessera runs networks that give back what they take: 1 channel (brightness), 3 (colour) or 4 (colour and alpha).`,
  );
}

/**
 * The side of square windows, from how many distances there are between their pixels: (2 · side − 1)².
 * @throws TesseraError `model-corrupt` where they are of no window; `model-unsupported` for one of more than 1024 px
 */
export function windowSide(weights: WeightReader, name: string, distances: number): number {
  const side = (Math.sqrt(distances) + 1) / 2;
  requireWindow(weights, name, distances, [side, side]);
  return side;
}

/** @throws TesseraError as `windowSide`, for windows of any two sides */
export function requireWindow(
  { architecture }: WeightReader,
  name: string,
  distances: number,
  [height, width]: readonly [number, number],
): void {
  const isWindow = [height, width].every((side) => Number.isInteger(side) && side > 1);
  if (!isWindow || (2 * height - 1) * (2 * width - 1) !== distances)
    throw corrupt(`“${name}” has ${distances} distances, which fit no window of ${architecture}.`, [name]);
  if (height * width > LARGEST_WINDOW_PX) {
    throw unsupported(
      `This ${architecture} network has windows of ${height} × ${width} px; Tessera builds windows of at most ${LARGEST_WINDOW_PX} pixels.`,
    );
  }
}
