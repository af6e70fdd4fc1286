import { messageOf, TesseraError } from '../base/errors.ts';
import { EngineFailure } from './failure.ts';
import type { GpuDevice } from './gpu-device.ts';

/** A rejected run often says little; the device's own errors say what was wrong. `gpu` is null on the processor. */
export async function runningError(cause: unknown, gpu: GpuDevice | null): Promise<Error> {
  if (cause instanceof EngineFailure || cause instanceof TesseraError) return cause;
  await deviceNews(gpu);
  const said = [messageOf(cause), ...(gpu?.takeErrors() ?? [])].join(' | ');
  return new EngineFailure(gpu ? 'webgpu' : 'wasm', said, gpu?.lost() ?? null, cause);
}

/**
 * onnxruntime can resolve with zeros or with a dead buffer: the device is asked before an answer is believed.
 *
 * @throws EngineFailure when the device was lost or told of errors.
 */
export async function throwIfUnhealthy(gpu: GpuDevice): Promise<void> {
  await deviceNews(gpu);
  const errors = gpu.takeErrors();
  if (gpu.lost() !== null || errors.length > 0) {
    throw new EngineFailure('webgpu', errors.join(' | ') || 'The device was lost.', gpu.lost());
  }
}

/** Lets events of the device that are already on their way arrive: they come as tasks, after promises. */
async function deviceNews(gpu: GpuDevice | null): Promise<void> {
  if (gpu) await new Promise((resolve) => setTimeout(resolve, 0));
}
