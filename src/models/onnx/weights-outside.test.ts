import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { expect, it } from 'vitest';
import { readOnnx } from './read.ts';
import { noise } from './test-support.ts';
import { WEIGHTS_PATH, weightsOutside } from './weights-outside.ts';
import { writeOnnx } from './write.ts';

const DIMS = [1, 3, 12, 20];

async function answerOf(graph: Uint8Array, data: Uint8Array | null): Promise<Float32Array> {
  ort.env.wasm.numThreads = 1;
  const externalData = data ? [{ path: WEIGHTS_PATH, data }] : [];
  const session = await ort.InferenceSession.create(graph, { executionProviders: ['wasm'], externalData });
  const input = new ort.Tensor('float32', Float32Array.from(noise(3 * 12 * 20, 0.5)), DIMS);
  const results = await session.run({ [session.inputNames[0] as string]: input });
  await session.release();
  return results[session.outputNames[0] as string]?.data as Float32Array;
}

it.each(['photo-4x', 'photo-2x', 'fast-2x'])(
  '%s answers the same to the last bit, with its graph and its weights apart',
  async (id) => {
    const whole = new Uint8Array(readFileSync(`public/models/${id}.onnx`));
    // Somewhere in a buffer, as a file that was unpacked lies.
    const file = new Uint8Array(whole.length + 24).subarray(13, 13 + whole.length);
    file.set(whole);
    const graph = weightsOutside(readOnnx(file), file);
    expect(graph.length).toBeLessThan(0.5 * whole.length);
    expect(await answerOf(graph, file)).toEqual(await answerOf(whole, null));
    // What the graph refers to is really read from there.
    await expect(answerOf(graph, null)).rejects.toThrow();
  },
);

it('weights that are no part of the file stay in the graph', async () => {
  const file = new Uint8Array(readFileSync('public/models/fast-2x.onnx'));
  const model = readOnnx(file);
  expect(weightsOutside(model, new Uint8Array(file))).toEqual(writeOnnx(model));
});
