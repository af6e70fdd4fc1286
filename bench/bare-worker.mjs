/**
 * The measure of what cannot be avoided: onnxruntime-web alone, in a worker of its own, running one network over the
 * same tiles of the same picture with the same settings as the product, and nothing else. Served by `run.mjs`.
 */
// @ts-expect-error served beside this file by the bench
import * as ort from './ort/ort.wasm.min.mjs';

/** @type {import('onnxruntime-web').InferenceSession} */
let session;

/**
 * @typedef {{ kind: 'open', model: ArrayBuffer, threads: number }} Open
 * @typedef {{ kind: 'run', width: number, height: number, tiles: Float32Array[] }} Run
 */

/** @param {MessageEvent<Open | Run>} event */
globalThis.onmessage = async ({ data }) => {
  if (data.kind === 'open') {
    ort.env.wasm.numThreads = data.threads;
    ort.env.wasm.wasmPaths = new URL('./ort/', import.meta.url).href;
    session = await ort.InferenceSession.create(new Uint8Array(data.model), { executionProviders: ['wasm'] });
    globalThis.postMessage({ kind: 'opened' });
    return;
  }
  let ms = 0;
  for (const tile of data.tiles) {
    const feed = new ort.Tensor('float32', tile, [1, 3, data.height, data.width]);
    const started = performance.now();
    await session.run({ [/** @type {string} */ (session.inputNames[0])]: feed });
    ms += performance.now() - started;
  }
  globalThis.postMessage({ kind: 'ran', ms });
};
