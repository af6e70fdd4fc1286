/** Half precision is believed from this on, on a real tile. */
export const LEAST_PSNR_DB = 50;

/**
 * Peak signal-to-noise ratio in decibels of two answers in 0..1 (clamped, as they are written): `10·log10(1 / mse)`;
 * infinite where they are equal, NaN where either holds a NaN.
 */
export function psnrDb(a: Float32Array, b: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    squares += (clamp(a[i] as number) - clamp(b[i] as number)) ** 2;
  }
  return 10 * Math.log10(a.length / squares);
}

/** Why half precision is not used, as half a sentence; null when its answer is good enough. */
export function halfProblem(half: Float32Array, full: Float32Array): string | null {
  if (!half.every(Number.isFinite)) return 'its answer holds values that are not numbers';
  const psnr = psnrDb(half, full);
  return psnr >= LEAST_PSNR_DB ? null : `its answer is too far from float32’s (${psnr.toFixed(1)} dB)`;
}

/** Why half precision is used, as half a sentence. */
export function halfPraise(half: Float32Array, full: Float32Array): string {
  const psnr = psnrDb(half, full);
  return Number.isFinite(psnr)
    ? `its answer matches float32’s (${psnr.toFixed(1)} dB)`
    : 'its answer equals float32’s';
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
