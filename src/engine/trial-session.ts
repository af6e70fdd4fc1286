import type { InferenceSession } from 'onnxruntime-web/webgpu';
import { messageOf } from '../base/errors.ts';
import type { Ort } from './runtime-build.ts';

/** A float32 tensor of any shape, in C order. */
export type RawTensor = { readonly values: Float32Array<ArrayBuffer>; readonly dims: readonly number[] };

/**
 * A network on the processor of which nothing is known yet but that it takes one float32 tensor and gives one. Whatever
 * it is given may be refused: that is how its sizes are found out.
 */
export class TrialSession {
  readonly #ort: Ort;
  readonly #session: InferenceSession;

  private constructor(ort: Ort, session: InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  /** Rejects with what the runtime says where it cannot read the network. */
  static async open(ort: Ort, bytes: Uint8Array): Promise<TrialSession> {
    return new TrialSession(ort, await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] }));
  }

  /** One run at a time. Rejects with what the runtime says where it does not take such an input. */
  async run({ values, dims }: RawTensor): Promise<RawTensor> {
    const { inputNames, outputNames } = this.#session;
    const feeds = { [inputNames[0] as string]: new this.#ort.Tensor('float32', values, dims) };
    const output = (await this.#session.run(feeds))[outputNames[0] as string];
    if (output?.type !== 'float32') throw new Error(`it answered ${output?.type ?? 'nothing'}`);
    return { values: output.data as Float32Array<ArrayBuffer>, dims: output.dims };
  }

  async close(): Promise<void> {
    await this.#session.release().catch((error: unknown) => console.warn(messageOf(error)));
  }
}
