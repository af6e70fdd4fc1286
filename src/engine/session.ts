import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { messageOf, TesseraError } from '../base/errors.ts';
import type { Size, SourcePx } from '../base/geometry.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { GpuDevice } from './gpu-device.ts';
import type { Ort } from './runtime-build.ts';
import { runningError } from './unhealthy.ts';

/**
 * Every `create`, `run` and `release` of this worker, one after the other: two at once hang or corrupt
 * onnxruntime-web 1.30, also across sessions.
 */
const queue = new SerialQueue();

/** How long a broken session may take to let go of its memory before it is left behind. */
const RELEASE_LIMIT_MS = 5000;

/** A tile's answer, `[3, scale·height, scale·width]`, not clamped, and the milliseconds of the run alone. */
export type Answer = { readonly planes: Float32Array<ArrayBuffer>; readonly ms: number };

/** What a session is made of. */
export type SessionParts = {
  readonly ort: Ort;
  /** An ONNX network; may differ from the model's file in graph and precision, not in what it computes. */
  readonly bytes: Uint8Array;
  readonly model: ModelDescriptor;
  /** The device to run on, with tensors in its buffers; null for the processor. */
  readonly gpu: GpuDevice | null;
};

/** One network on one backend. After a failed `run` only `close` is allowed: ORT keeps the failed call's bindings. */
export class ModelSession {
  readonly #ort: Ort;
  readonly #session: InferenceSession;
  readonly #model: ModelDescriptor;
  readonly #gpu: GpuDevice | null;

  private constructor({ ort, model, gpu }: SessionParts, session: InferenceSession) {
    this.#ort = ort;
    this.#session = session;
    this.#model = model;
    this.#gpu = gpu;
  }

  /** @throws TesseraError `model-corrupt` or `model-unsuitable`; `EngineFailure` for memory and lost devices. */
  static async open(parts: SessionParts): Promise<ModelSession> {
    const { ort, bytes, model, gpu } = parts;
    const options: InferenceSession.SessionOptions = gpu
      ? {
          executionProviders: [{ name: 'webgpu', device: gpu.device }],
          preferredOutputLocation: 'gpu-buffer',
        }
      : { executionProviders: ['wasm'] };
    try {
      return new ModelSession(parts, await queue.run(() => ort.InferenceSession.create(bytes, options)));
    } catch (cause) {
      throw await openingError(cause, model, gpu);
    }
  }

  /**
   * `[3, height, width]` RGB in 0..1, on the processor.
   *
   * @throws EngineFailure when the run failed; TesseraError `model-unsuitable` when the answer has another shape.
   */
  async run(input: Float32Array, size: Size<SourcePx>): Promise<Answer> {
    const feed = new this.#ort.Tensor('float32', input, [1, 3, size.height, size.width]);
    const started = performance.now();
    const answer = await this.#runQueued(feed, null);
    const ms = performance.now() - started;
    this.#checkShape(answer.dims, size);
    return { planes: answer.data as Float32Array<ArrayBuffer>, ms };
  }

  /**
   * From buffer to buffer of the device. Resolves when the work was submitted, which is before it is done: whoever
   * reads `output` has to ask the device whether it is healthy.
   *
   * @throws EngineFailure; TesseraError `model-unsuitable`.
   */
  async runOnDevice(input: GPUBuffer, output: GPUBuffer, size: Size<SourcePx>): Promise<void> {
    const { scale } = this.#model;
    const tensor = (buffer: GPUBuffer, times: number) =>
      this.#ort.Tensor.fromGpuBuffer(buffer, {
        dataType: 'float32',
        dims: [1, 3, size.height * times, size.width * times],
      });
    const answer = await this.#runQueued(tensor(input, 1), tensor(output, scale));
    this.#checkShape(answer.dims, size);
  }

  /** Gives the memory back; never rejects, and never waits longer than a few seconds for a broken runtime. */
  async close(): Promise<void> {
    const released = queue.run(() => this.#session.release()).catch(() => undefined);
    await Promise.race([released, new Promise((resolve) => setTimeout(resolve, RELEASE_LIMIT_MS))]);
  }

  async #runQueued(input: Tensor, output: Tensor | null): Promise<Tensor> {
    const inputName = this.#session.inputNames[0] as string;
    const outputName = this.#session.outputNames[0] as string;
    const feeds = { [inputName]: input };
    try {
      const results = await queue.run(() =>
        output ? this.#session.run(feeds, { [outputName]: output }) : this.#session.run(feeds),
      );
      return results[outputName] as Tensor;
    } catch (cause) {
      // What ORT says where the network gives another shape than the buffer was made for.
      const shape = /Current shape:\s*(\{[^}]*\})|shape verification failed/i.exec(messageOf(cause));
      if (shape) throw unsuitable(this.#model.id, `it answers in another shape ${shape[1] ?? ''}`);
      throw await runningError(cause, this.#gpu);
    }
  }

  #checkShape(dims: readonly number[], size: Size<SourcePx>): void {
    const { scale, id } = this.#model;
    const wanted = [1, 3, size.height * scale, size.width * scale];
    if (dims.join() === wanted.join()) return;
    throw unsuitable(id, `it answered [${dims.join(', ')}] where [${wanted.join(', ')}] was expected`);
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

async function openingError(cause: unknown, model: ModelDescriptor, gpu: GpuDevice | null): Promise<Error> {
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
  return runningError(cause, gpu);
}
