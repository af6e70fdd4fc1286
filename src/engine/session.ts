import type { InferenceSession } from 'onnxruntime-web/webgpu';
import { messageOf, TesseraError } from '../base/errors.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import { EngineFailure } from './failure.ts';
import type { GpuDevice } from './gpu-device.ts';
import type { Ort } from './runtime-build.ts';

/**
 * Every `create`, `run` and `release` of this worker, one after the other: two at once hang or corrupt
 * onnxruntime-web 1.30, also across sessions.
 */
const queue = new SerialQueue();

/** How long a broken session may take to let go of its memory before it is left behind. */
const RELEASE_LIMIT_MS = 5000;

/** One network on one backend. After a failed `run` only `close` is allowed: ORT keeps the failed call's bindings. */
export class ModelSession {
  readonly #ort: Ort;
  readonly #session: InferenceSession;
  readonly #model: ModelDescriptor;
  readonly #gpu: GpuDevice | null;

  private constructor(ort: Ort, session: InferenceSession, model: ModelDescriptor, gpu: GpuDevice | null) {
    this.#ort = ort;
    this.#session = session;
    this.#model = model;
    this.#gpu = gpu;
  }

  /**
   * @param gpu the device to run on; null for the processor.
   * @throws TesseraError `model-corrupt` or `model-unsuitable`; `EngineFailure` for memory and lost devices.
   */
  static async open(
    ort: Ort,
    bytes: Uint8Array,
    model: ModelDescriptor,
    gpu: GpuDevice | null,
  ): Promise<ModelSession> {
    const providers: InferenceSession.ExecutionProviderConfig[] = gpu
      ? [{ name: 'webgpu', device: gpu.device }]
      : ['wasm'];
    let session: InferenceSession;
    try {
      session = await queue.run(() => ort.InferenceSession.create(bytes, { executionProviders: providers }));
    } catch (cause) {
      throw openingError(cause, model, gpu);
    }
    try {
      checkSignature(session, model);
    } catch (error) {
      await session.release();
      throw error;
    }
    return new ModelSession(ort, session, model, gpu);
  }

  /**
   * `[3, height, width]` RGB in 0..1 to `[3, scale·height, scale·width]`, not clamped.
   *
   * @throws EngineFailure when the run failed or the device gave errors or was lost;
   * TesseraError `model-unsuitable` when the answer has another shape.
   */
  async run(input: Float32Array, size: { width: number; height: number }): Promise<Float32Array> {
    const feed = new this.#ort.Tensor('float32', input, [1, 3, size.height, size.width]);
    const inputName = this.#session.inputNames[0] as string;
    const outputName = this.#session.outputNames[0] as string;
    let results: InferenceSession.ReturnType;
    try {
      results = await queue.run(() => this.#session.run({ [inputName]: feed }));
    } catch (cause) {
      throw await runningError(cause, this.#gpu);
    }
    await throwIfUnhealthy(this.#gpu);
    const answer = results[outputName];
    const { scale, id } = this.#model;
    const wanted = [1, 3, size.height * scale, size.width * scale];
    if (answer?.dims.join() !== wanted.join() || !(answer.data instanceof Float32Array)) {
      throw unsuitable(
        id,
        `it answered ${answer?.type} [${answer?.dims.join(', ')}] where [${wanted.join(', ')}] was expected`,
      );
    }
    return answer.data;
  }

  /** Gives the memory back; never rejects, and never waits longer than a few seconds for a broken runtime. */
  async close(): Promise<void> {
    const released = queue.run(() => this.#session.release()).catch(() => undefined);
    await Promise.race([released, new Promise((resolve) => setTimeout(resolve, RELEASE_LIMIT_MS))]);
  }
}

function checkSignature(session: InferenceSession, model: ModelDescriptor): void {
  const { inputMetadata: inputs, outputMetadata: outputs } = session;
  for (const [what, all] of [
    ['input', inputs],
    ['output', outputs],
  ] as const) {
    const value = all[0];
    if (all.length !== 1 || !value?.isTensor || value.type !== 'float32' || value.shape.length !== 4) {
      const seen = all
        .map((v) => (v.isTensor ? `${v.name}: ${v.type} [${v.shape.join(', ')}]` : v.name))
        .join('; ');
      throw unsuitable(
        model.id,
        `it has the ${what}s (${seen}) where one float32 [1, 3, height, width] was expected`,
      );
    }
    const channels = value.shape[1];
    if (typeof channels === 'number' && channels !== 3) {
      throw unsuitable(model.id, `its ${what} has ${channels} channels where 3 (RGB) were expected`);
    }
  }
}

function unsuitable(id: string, why: string): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `The model “${id}” does not turn a picture into a larger picture: ${why}.`,
    'Choose another model.',
    { model: id },
  );
}

function openingError(cause: unknown, model: ModelDescriptor, gpu: GpuDevice | null): Error {
  const message = messageOf(cause);
  if (/protobuf parsing failed|INVALID_PROTOBUF|ERROR_CODE: 7\b|INVALID_GRAPH|ModelProto/i.test(message)) {
    return new TesseraError(
      'model-corrupt',
      `The file of the model “${model.id}” is not a readable ONNX network.`,
      'Choose another model.',
      { model: model.id, runtime: message },
      { cause },
    );
  }
  return new EngineFailure(gpu ? 'webgpu' : 'wasm', message, gpu?.lost() ?? null, cause);
}

/** A rejected run often says little; the device's own errors say what was wrong. */
async function runningError(cause: unknown, gpu: GpuDevice | null): Promise<EngineFailure> {
  await deviceNews(gpu);
  const said = [messageOf(cause), ...(gpu?.takeErrors() ?? [])].join(' | ');
  return new EngineFailure(gpu ? 'webgpu' : 'wasm', said, gpu?.lost() ?? null, cause);
}

/** ORT can resolve with zeros or with a dead buffer: the device is asked before an answer is believed. */
async function throwIfUnhealthy(gpu: GpuDevice | null): Promise<void> {
  if (!gpu) return;
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
