import { finishCode, MEASURE, packCode, RESAMPLE, TALLY } from './shaders.ts';

/** One compute shader with its one bind group layout; uniforms, where it has any, are at binding 0. */
export class Kernel {
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;

  constructor(device: GPUDevice, label: string, code: string) {
    this.#device = device;
    this.#pipeline = device.createComputePipeline({
      label,
      layout: 'auto',
      compute: { module: device.createShaderModule({ label, code }), entryPoint: 'main' },
    });
  }

  bind(...buffers: readonly GPUBuffer[]): GPUBindGroup {
    return this.#device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  /** `groups`: workgroups along x, y and z. */
  run(
    pass: GPUComputePassEncoder,
    bound: GPUBindGroup,
    ...groups: readonly [number, number?, number?]
  ): void {
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, bound);
    pass.dispatchWorkgroups(...groups);
  }
}

const CODES = {
  pack8: packCode(8),
  pack16: packCode(16),
  measure: MEASURE,
  tally: TALLY,
  finish8: finishCode(8),
  finish16: finishCode(16),
  resample: RESAMPLE,
} as const;
type KernelName = keyof typeof CODES;

const made = new WeakMap<GPUDevice, Map<KernelName, Kernel>>();

/** Compiled once for each device, when it is first needed. */
export function kernelOf(device: GPUDevice, name: KernelName): Kernel {
  const kernels = made.get(device) ?? new Map<KernelName, Kernel>();
  made.set(device, kernels);
  const kernel = kernels.get(name) ?? new Kernel(device, name, CODES[name]);
  kernels.set(name, kernel);
  return kernel;
}
