import type { InferenceSession } from 'onnxruntime-web/webgpu';
import { messageOf } from '../base/errors.ts';
import { readOnnx } from '../models/onnx/read.ts';
import { WEIGHTS_PATH, weightsOutside } from '../models/onnx/weights-outside.ts';
import type { Ort } from './runtime-build.ts';

/** A float32 tensor of any shape, in C order. */
export type RawTensor = { readonly values: Float32Array<ArrayBuffer>; readonly dims: readonly number[] };

/**
 * A network on the processor of which nothing is known yet but that it takes one float32 tensor and gives one. Whatever
 * it is given may be refused: that is how its sizes are found out.
 */
export class TrialSession {
  readonly #ort: Ort;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  /** Null after a failed run: ORT keeps what that call had bound. */
  #session: InferenceSession | null = null;

  private constructor(ort: Ort, bytes: Uint8Array<ArrayBuffer>) {
    this.#ort = ort;
    this.#bytes = bytes;
  }

  /** Rejects with what the runtime says where it cannot read the network. */
  static async open(ort: Ort, bytes: Uint8Array<ArrayBuffer>): Promise<TrialSession> {
    const trial = new TrialSession(ort, bytes);
    await trial.#opened();
    return trial;
  }

  /** One run at a time. Rejects with what the runtime says where it does not take such an input. */
  async run({ values, dims }: RawTensor): Promise<RawTensor> {
    const session = await this.#opened();
    const feeds = { [session.inputNames[0] as string]: new this.#ort.Tensor('float32', values, dims) };
    const results = await session.run(feeds).catch(async (error: unknown) => {
      await this.close();
      throw error;
    });
    const output = results[session.outputNames[0] as string];
    if (output?.type !== 'float32') throw new Error(`it answered ${output?.type ?? 'nothing'}`);
    return { values: output.data as Float32Array<ArrayBuffer>, dims: output.dims };
  }

  /** Gives the memory back; never rejects. @returns the bytes that it was opened with */
  async close(): Promise<Uint8Array<ArrayBuffer>> {
    const session = this.#session;
    this.#session = null;
    await session?.release().catch((error: unknown) => console.warn(messageOf(error)));
    return this.#bytes;
  }

  async #opened(): Promise<InferenceSession> {
    this.#session ??= await this.#ort.InferenceSession.create(this.#graph(), {
      executionProviders: ['wasm'],
      externalData: [{ path: WEIGHTS_PATH, data: this.#bytes }],
    });
    return this.#session;
  }

  #graph(): Uint8Array {
    return weightsOutside(readOnnx(this.#bytes), this.#bytes);
  }
}
