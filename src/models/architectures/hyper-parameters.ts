import { unsupported } from './refusals.ts';
import type { WeightReader } from './weight-reader.ts';

/** The largest enlargement that is run. */
const LARGEST_SCALE = 16;

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
