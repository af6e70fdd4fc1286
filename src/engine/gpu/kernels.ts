import { FINISH, MEASURE, PACK, RESAMPLE, TALLY } from './shaders.ts';

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

/** All kernels of one device. */
export type Kernels = {
  readonly pack: Kernel;
  readonly measure: Kernel;
  readonly tally: Kernel;
  readonly finish: Kernel;
  readonly resample: Kernel;
};

const made = new WeakMap<GPUDevice, Kernels>();

/** Compiled once for each device. */
export function kernelsOf(device: GPUDevice): Kernels {
  const known = made.get(device);
  if (known) return known;
  const kernels: Kernels = {
    pack: new Kernel(device, 'pack', PACK),
    measure: new Kernel(device, 'measure', MEASURE),
    tally: new Kernel(device, 'tally', TALLY),
    finish: new Kernel(device, 'finish', FINISH),
    resample: new Kernel(device, 'resample', RESAMPLE),
  };
  made.set(device, kernels);
  return kernels;
}
