import type { Size } from '../base/geometry.ts';

/** Side of the known tile, where the network takes it: small enough for software adapters, large enough for every kernel to do something. */
export const KNOWN_TILE_PX = 16;

/** How far two backends may be apart, of a range of 1: two levels of 255. Float32 in another order differs by 1e-5. */
const LARGEST_DIFFERENCE = 2 / 255;

/**
 * A drawn tile `[3, height, width]` in 0..1 with what networks react to: an edge, a slope, fine texture, and another
 * pattern in each channel.
 */
export function knownTile({ width, height }: Size<number>): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    const channel = Math.floor(i / (width * height));
    const slope = (x / width + (channel * y) / height) / 3;
    const edge = x + (channel + 1) * y > width * 1.5 ? 0.4 : 0;
    return 0.5 * slope + edge + ((x * 7 + y * 13 + channel * 5) % 4) * 0.03;
  });
}

/** What is wrong with a card's answer for the known tile, as half a sentence; null when it is the processor's. */
export function knownTileProblem(fromCard: Float32Array, fromProcessor: Float32Array): string | null {
  if (fromCard.length !== fromProcessor.length) return 'it answers in another shape than the processor';
  // A network that gives no numbers on the processor either is at fault itself; its tiles will tell.
  if (!fromProcessor.every(Number.isFinite)) return null;
  let largest = 0;
  for (let i = 0; i < fromCard.length; i++) {
    const difference = Math.abs((fromCard[i] as number) - (fromProcessor[i] as number));
    if (!Number.isFinite(difference)) return `it holds ${fromCard[i]}`;
    largest = Math.max(largest, difference);
  }
  return largest <= LARGEST_DIFFERENCE ? null : `it differs from the processor by ${largest.toFixed(3)}`;
}
