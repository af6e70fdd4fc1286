import { corrupt, unsupported } from './refusals.ts';
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
 * How much a pixel shuffle enlarges that makes RGB of so many channels.
 * @throws TesseraError `model-unsupported` where that is no RGB picture
 */
export function scaleOfShuffle({ architecture }: WeightReader, channels: number): number {
  const scale = Math.round(Math.sqrt(channels / 3));
  if (3 * scale ** 2 === channels && scale <= LARGEST_SCALE) return scale;
  throw unsupported(
    `This ${architecture} network ends in ${channels} channels, which are not the pixels of an RGB picture (3, 12, 27, 48 …).`,
  );
}

/** @throws TesseraError `model-unsupported` where a network takes or gives something else than RGB */
export function requireRgb({ architecture }: WeightReader, side: 'takes' | 'gives', channels: number): void {
  if (channels !== 3)
    throw unsupported(`This ${architecture} network ${side} ${channels} channels instead of the 3 of RGB.`);
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
    throw corrupt(`“${name}” has ${distances} distances, which ${architecture} knows no window for.`, [name]);
  if (height * width > LARGEST_WINDOW_PX) {
    throw unsupported(
      `This ${architecture} network has windows of ${height} × ${width} px; those that are built have ${LARGEST_WINDOW_PX} px at most.`,
    );
  }
}
