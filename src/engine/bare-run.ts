import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import type { Size, SourcePx } from '../base/geometry.ts';
import { readOnnx } from '../models/onnx/read.ts';
import { allocated, BufferSet } from './gpu/buffers.ts';
import { type GpuDevice, openGpuDevice } from './gpu-device.ts';
import { networkFor, type Precision } from './network-bytes.ts';
import { loadRuntime } from './runtime.ts';
import { buildFor, type Ort } from './runtime-build.ts';
import { throwIfUnhealthy } from './unhealthy.ts';

/** How a network is run on a graphics card. */
export type CardSettings = {
  readonly precision: Precision;
  readonly layout: 'NHWC' | 'NCHW';
  readonly graphCapture: boolean;
  /** Tensors in buffers of the card, or float tensors through the processor's memory. */
  readonly tensors: 'on-card' | 'through-processor';
  /** Address of a glue to start the runtime with; null for its own. */
  readonly glueUrl: ((ownGlueUrl: string) => string) | null;
};

/** What is run: a model's file, over tiles of one padded size. */
export type BareParts = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Output pixels per source pixel. */
  readonly scale: number;
  readonly size: Size<SourcePx>;
  /** Null for the processor. */
  readonly card: CardSettings | null;
};

/** Gives the input of the tile of that number, `[3, height, width]` in 0..1. */
export type InputOf = (index: number) => Float32Array<ArrayBuffer>;

/** The runtime with one network and nothing around it: what no program that uses it can avoid. For the bench only. */
export type BareNetwork = {
  /** Runs so many tiles and gives the milliseconds of the runs alone; making the inputs is not among them. */
  readonly run: (tiles: number, inputOf: InputOf) => Promise<number>;
};

/** Loads the runtime as the product does, opens the network and runs it once, so that nothing is left to compile. */
export async function openBareNetwork(parts: BareParts): Promise<BareNetwork> {
  const ort = await loadRuntime(
    parts.card ? 'webgpu' : 'wasm',
    () => undefined,
    () => undefined,
  );
  if (parts.card?.glueUrl) {
    const { glueUrl, wasmUrl } = buildFor('webgpu');
    ort.env.wasm.wasmPaths = { mjs: parts.card.glueUrl(glueUrl), wasm: wasmUrl };
  }
  const gpu = parts.card ? await openGpuDevice() : null;
  const bytes = parts.card
    ? networkFor(readOnnx(parts.bytes), parts.size, parts.card.precision)
    : parts.bytes;
  const session = await ort.InferenceSession.create(bytes, sessionOptions(parts.card, gpu));
  const opened = { ort, session, parts };
  const network =
    gpu && parts.card?.tensors === 'on-card' ? await onCard(opened, gpu) : throughMemory(opened);
  await network.run(1, () => new Float32Array(3 * parts.size.width * parts.size.height).fill(0.5));
  if (gpu) await throwIfUnhealthy(gpu);
  return network;
}

type Opened = { readonly ort: Ort; readonly session: InferenceSession; readonly parts: BareParts };

function sessionOptions(card: CardSettings | null, gpu: GpuDevice | null): InferenceSession.SessionOptions {
  if (!card || !gpu) return { executionProviders: ['wasm'] };
  return {
    executionProviders: [{ name: 'webgpu', device: gpu.device, preferredLayout: card.layout }],
    enableGraphCapture: card.graphCapture,
    preferredOutputLocation: card.tensors === 'on-card' ? 'gpu-buffer' : 'cpu',
  };
}

function throughMemory({ ort, session, parts: { size } }: Opened): BareNetwork {
  const run = async (tiles: number, inputOf: InputOf) => {
    let ms = 0;
    for (let index = 0; index < tiles; index++) {
      const input = new ort.Tensor('float32', inputOf(index), [1, 3, size.height, size.width]);
      const started = performance.now();
      await session.run({ [inputName(session)]: input });
      ms += performance.now() - started;
    }
    return ms;
  };
  return { run };
}

/** From one buffer to another, always the same: what a network takes does not depend on what is in them. */
async function onCard({ ort, session, parts }: Opened, gpu: GpuDevice): Promise<BareNetwork> {
  const { size, scale } = parts;
  const values = 3 * size.width * size.height;
  const set = new BufferSet(gpu);
  const tensors: Tensor[] = [];
  await allocated(gpu, () => {
    for (const times of [1, scale]) {
      const buffer = set.storage(`bare tensor, ${times}`, 4 * values * times ** 2);
      const dims = [1, 3, size.height * times, size.width * times];
      tensors.push(ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims }));
    }
  });
  const [input, output] = tensors as [Tensor, Tensor];
  const run = async (tiles: number, inputOf: InputOf) => {
    gpu.device.queue.writeBuffer(input.gpuBuffer, 0, inputOf(0));
    await gpu.device.queue.onSubmittedWorkDone();
    const started = performance.now();
    // Two under way, as in the product: the card is never without work, and its queue never long.
    let before: Promise<unknown> = Promise.resolve();
    for (let index = 0; index < tiles; index++) {
      await session.run({ [inputName(session)]: input }, { [session.outputNames[0] as string]: output });
      const done = gpu.device.queue.onSubmittedWorkDone();
      await before;
      before = done;
    }
    await before;
    const ms = performance.now() - started;
    await throwIfUnhealthy(gpu);
    return ms;
  };
  return { run };
}

function inputName(session: InferenceSession): string {
  return session.inputNames[0] as string;
}
