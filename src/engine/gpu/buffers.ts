import { EngineFailure } from '../failure.ts';
import type { GpuDevice } from '../gpu-device.ts';

/** Buffers that are made together, checked together and destroyed together. */
export class BufferSet {
  readonly #gpu: GpuDevice;
  readonly #buffers: GPUBuffer[] = [];

  constructor(gpu: GpuDevice) {
    this.#gpu = gpu;
  }

  /** A storage buffer of at least one word; sizes are whole multiples of 16 bytes, as those of onnxruntime are. */
  storage(label: string, bytes: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.#add({ label, size: Math.max(16, Math.ceil(bytes / 16) * 16), usage });
  }

  uniform(label: string, words: number): GPUBuffer {
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    return this.#add({ label, size: Math.ceil((4 * words) / 16) * 16, usage });
  }

  /** For reading back. */
  staging(label: string, bytes: number): GPUBuffer {
    return this.#add({ label, size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  /** A storage buffer with content. */
  filled(label: string, content: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.storage(label, content.byteLength);
    this.#gpu.device.queue.writeBuffer(buffer, 0, content);
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.#buffers.splice(0)) buffer.destroy();
  }

  #add(descriptor: GPUBufferDescriptor): GPUBuffer {
    const buffer = this.#gpu.device.createBuffer(descriptor);
    this.#buffers.push(buffer);
    return buffer;
  }
}

/**
 * Runs `allocate` and tells at once whether the device gave all that it asked for.
 *
 * @throws EngineFailure with what the device said.
 */
export async function allocated(gpu: GpuDevice, allocate: () => void): Promise<void> {
  gpu.device.pushErrorScope('out-of-memory');
  gpu.device.pushErrorScope('validation');
  try {
    allocate();
  } finally {
    const scopes = [gpu.device.popErrorScope(), gpu.device.popErrorScope()];
    // On a lost device there is no answer; that it is lost is asked below.
    const refused = await Promise.all(scopes).catch(() => []);
    const said = refused.flatMap((error) => (error ? [`${error.constructor.name}: ${error.message}`] : []));
    throwIfRefused(gpu, said);
  }
}

function throwIfRefused(gpu: GpuDevice, said: readonly string[]): void {
  if (said.length === 0 && gpu.lost() === null) return;
  throw new EngineFailure('webgpu', said.join(' | ') || 'The device was lost.', gpu.lost());
}
