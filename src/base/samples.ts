/** Bits of each channel of a picture, as decoded or as written. */
export type BitDepth = 8 | 16;

/** Channel values of pixels, 0..255 or 0..65535: the depth is that of the array. */
export type Samples = Uint8ClampedArray<ArrayBuffer> | Uint16Array<ArrayBuffer>;

/** The level of full light, and of full cover. */
export const WHITE = { 8: 255, 16: 65_535 } as const satisfies Readonly<Record<BitDepth, number>>;

/** Doubles from here on have no halves: adding and taking it away again rounds, half to even. */
const WHOLE_NUMBERS = 2 ** 52;

export function depthOf(samples: ArrayLike<number>): BitDepth {
  return samples instanceof Uint16Array ? 16 : 8;
}

/** All zero. Throws `RangeError` where there is no memory for so many. */
export function newSamples(depth: BitDepth, count: number): Samples {
  return depth === 16 ? new Uint16Array(count) : new Uint8ClampedArray(count);
}

/** The samples that lie in these bytes from `offset` on, in this machine's order; nothing is copied. */
export function samplesIn(bytes: ArrayBuffer, depth: BitDepth, offset = 0): Samples {
  return depth === 16 ? new Uint16Array(bytes, offset) : new Uint8ClampedArray(bytes, offset);
}

/**
 * `value` clamped to 0..`white` and rounded, half to even, as a Uint8ClampedArray stores it and as WGSL rounds: what
 * rounds in one way on every road can be compared. A NaN becomes 0 in any array of whole numbers.
 */
export function wholeLevel(value: number, white: number): number {
  if (value <= 0) return 0;
  return value >= white ? white : value + WHOLE_NUMBERS - WHOLE_NUMBERS;
}

/** In 8 bits, for what shows no more: the samples themselves where they have no more. */
export function asBytes(samples: Samples): Uint8ClampedArray<ArrayBuffer> {
  if (samples instanceof Uint8ClampedArray) return samples;
  const bytes = new Uint8ClampedArray(samples.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (samples[i] as number) / 257;
  return bytes;
}
