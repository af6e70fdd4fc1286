import { messageOf, TesseraError } from '../base/errors.ts';
import { EngineFailure } from './failure.ts';
import type { GpuDevice } from './gpu-device.ts';

/** A loss may be told a little after the rejection that it caused. */
const LOSS_NEWS_MS = 100;

/** A rejected run often says little; the device's own errors say what was wrong. `gpu` is null on the processor. */
export async function runningError(cause: unknown, gpu: GpuDevice | null): Promise<Error> {
  if (cause instanceof EngineFailure || cause instanceof TesseraError) return cause;
  if (gpu) await Promise.race([gpu.device.lost, later(LOSS_NEWS_MS)]);
  const said = [messageOf(cause), ...(gpu?.takeErrors() ?? [])].join(' | ');
  return new EngineFailure(gpu ? 'webgpu' : 'wasm', said, gpu?.lost() ?? null, cause);
}

/**
 * onnxruntime can resolve with zeros or with a dead buffer: the device is asked before an answer is believed.
 *
 * @throws EngineFailure when the device was lost or told of errors.
 */
export async function throwIfUnhealthy(gpu: GpuDevice): Promise<void> {
  await deviceNews();
  const errors = gpu.takeErrors();
  if (gpu.lost() !== null || errors.length > 0) {
    throw new EngineFailure('webgpu', errors.join(' | ') || 'The device was lost.', gpu.lost());
  }
}

/** Lets events of the device that are already on their way arrive: they come as tasks, after promises. */
function deviceNews(): Promise<void> {
  return later(0);
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
