import type { Size, SourcePx } from '../../base/geometry.ts';
import type { GpuDevice } from '../gpu-device.ts';
import type { ModelSession } from '../session.ts';
import { runningError, throwIfUnhealthy } from '../unhealthy.ts';
import { allocated, BufferSet } from './buffers.ts';

/** What a trial needs: a session that takes and gives float32, on its device. */
export type Trial = {
  readonly gpu: GpuDevice;
  readonly session: ModelSession;
  readonly size: Size<SourcePx>;
  readonly modelScale: number;
};

/**
 * One run outside of a job: `[3, height, width]` to `[3, scale·height, scale·width]`, through the processor's memory.
 *
 * @throws EngineFailure; TesseraError `model-unsuitable`.
 */
export async function trialRun(trial: Trial, input: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  return withTensors(trial, async (from, to) => {
    const { gpu, session, size } = trial;
    const { device } = gpu;
    const set = new BufferSet(gpu);
    try {
      const answerBytes = 4 * answerValues(trial);
      const staging = set.staging('answer on trial', answerBytes);
      device.queue.writeBuffer(from, 0, input);
      await session.runOnDevice(from, to, size);
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(to, 0, staging, 0, answerBytes);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      await throwIfUnhealthy(gpu);
      return new Float32Array(staging.getMappedRange().slice(0));
    } finally {
      set.destroy();
    }
  });
}

/** Milliseconds of one run whose shaders are compiled, read-back not included. */
export async function timedRun(trial: Trial): Promise<number> {
  return withTensors(trial, async (from, to) => {
    const { gpu, session, size } = trial;
    const once = async () => {
      const started = performance.now();
      await session.runOnDevice(from, to, size);
      await gpu.device.queue.onSubmittedWorkDone();
      await throwIfUnhealthy(gpu);
      return performance.now() - started;
    };
    await once();
    return once();
  });
}

async function withTensors<T>(
  trial: Trial,
  use: (input: GPUBuffer, output: GPUBuffer) => Promise<T>,
): Promise<T> {
  const set = new BufferSet(trial.gpu);
  const { width, height } = trial.size;
  const buffers: GPUBuffer[] = [];
  try {
    await allocated(trial.gpu, () => {
      buffers.push(set.storage('trial input', 12 * width * height));
      buffers.push(set.storage('trial output', 4 * answerValues(trial)));
    });
    return await use(buffers[0] as GPUBuffer, buffers[1] as GPUBuffer);
  } catch (cause) {
    throw await runningError(cause, trial.gpu);
  } finally {
    set.destroy();
  }
}

function answerValues({ size, modelScale }: Trial): number {
  return 3 * size.width * size.height * modelScale ** 2;
}
