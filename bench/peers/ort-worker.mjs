/**
 * onnxruntime-web alone, in a worker of its own: one network over the whole picture as one tile. Unlike
 * `../bare-worker.mjs` it takes session options, to look for better ones.
 */
// @ts-expect-error served beside this file by the bench
import * as ort from '../ort/ort.wasm.min.mjs';

/** @type {import('onnxruntime-web').InferenceSession} */
let session;

/**
 * @typedef {{ kind: 'open', model: ArrayBuffer, threads: number, options?: object }} Open
 * @typedef {{ kind: 'run', width: number, height: number, tile: Float32Array }} Run
 */

/** @param {MessageEvent<Open | Run>} event */
globalThis.onmessage = async ({ data }) => {
  try {
    globalThis.postMessage({ ms: data.kind === 'open' ? await open(data) : await run(data) });
  } catch (error) {
    globalThis.postMessage({ problem: String(error) });
  }
};

/** @param {Open} wanted */
async function open({ model, threads, options }) {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  ort.env.wasm.wasmPaths = new URL('../ort/', import.meta.url).href;
  const started = performance.now();
  session = await ort.InferenceSession.create(new Uint8Array(model), {
    executionProviders: ['wasm'],
    ...options,
  });
  return performance.now() - started;
}

/** @param {Run} wanted */
async function run({ width, height, tile }) {
  const feed = new ort.Tensor('float32', tile, [1, 3, height, width]);
  const started = performance.now();
  await session.run({ [String(session.inputNames[0])]: feed });
  return performance.now() - started;
}
