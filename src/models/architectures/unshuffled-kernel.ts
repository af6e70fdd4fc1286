/**
 * A 3 × 3 convolution of pixels that were folded into channels (PyTorch's PixelUnshuffle, channel c·r² + dy·r + dx), as
 * one convolution of the pixels themselves: kernel 3r × 3r, stride r, r zeros around. It says the same, exactly, and needs
 * no SpaceToDepth, which WebGPU lacks.
 * @param values `[outputs, channels · factor², 3, 3]`
 * @param kernels outputs · channels
 * @returns `[outputs, channels, 3 · factor, 3 · factor]`
 */
export function unshuffledKernel(
  values: Float32Array,
  kernels: number,
  factor: number,
): Float32Array<ArrayBuffer> {
  const side = 3 * factor;
  const wide = new Float32Array(values.length);
  for (let at = 0; at < kernels; at++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const channel = (y % factor) * factor + (x % factor);
        const tap = 3 * Math.floor(y / factor) + Math.floor(x / factor);
        wide[(at * side + y) * side + x] = values[(at * factor ** 2 + channel) * 9 + tap] as number;
      }
    }
  }
  return wide;
}
