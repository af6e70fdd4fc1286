import type { Size } from '../../base/geometry.ts';
import { LANCZOS3, type ResamplingAxis, resamplingAxis } from '../../image/resample.ts';
import type { GpuDevice } from '../gpu-device.ts';
import type { BufferSet } from './buffers.ts';
import { type Kernel, kernelOf } from './kernels.ts';

type Planes = { readonly buffer: GPUBuffer; readonly width: number; readonly height: number };

/** From the model's scale to a smaller one on the device: `PlaneResampler` with Lanczos, rows first, then columns. */
export class Reduction {
  /** `[3, scale·height, scale·width]`, float32. */
  readonly reduced: GPUBuffer;
  readonly #kernel: Kernel;
  readonly #passes: readonly { readonly bound: GPUBindGroup; readonly to: Planes }[];

  constructor(
    gpu: GpuDevice,
    set: BufferSet,
    answer: GPUBuffer,
    padded: Size<number>,
    modelScale: number,
    scale: number,
  ) {
    this.#kernel = kernelOf(gpu.device, 'resample');
    const large = { width: padded.width * modelScale, height: padded.height * modelScale };
    const small = { width: padded.width * scale, height: padded.height * scale };
    const planes = (label: string, width: number, height: number): Planes => {
      return { buffer: set.storage(label, 12 * width * height), width, height };
    };
    const given = { buffer: answer, ...large };
    const between = planes('rows reduced', large.width, small.height);
    const reduced = planes('reduced answer', small.width, small.height);
    this.reduced = reduced.buffer;
    const rows = resamplingAxis(large.height, small.height, LANCZOS3);
    const columns = resamplingAxis(large.width, small.width, LANCZOS3);
    const pass = (from: Planes, to: Planes, axis: ResamplingAxis, vertical: boolean) => {
      const words = set.uniform('reduction', 6);
      const sizes = [from.width, from.height, to.width, to.height];
      gpu.device.queue.writeBuffer(words, 0, new Uint32Array([...sizes, axis.taps, vertical ? 1 : 0]));
      const first = set.filled('reduction from', axis.first);
      const weights = set.filled('reduction weights', axis.weights);
      return { bound: this.#kernel.bind(words, from.buffer, first, weights, to.buffer), to };
    };
    this.#passes = [pass(given, between, rows, true), pass(between, reduced, columns, false)];
  }

  run(pass: GPUComputePassEncoder): void {
    for (const { bound, to } of this.#passes) {
      this.#kernel.run(pass, bound, Math.ceil(to.width / 16), Math.ceil(to.height / 16), 3);
    }
  }
}
