/**
 * `node bench/half.mjs [model.onnx …]`: what half precision does to each model, on the adapter that Dawn finds from Node: a
 * graphics card, or Mesa's lavapipe, which has `shader-f16` where Chromium's software adapter has not. Needs
 * `npm ci --prefix bench`. For each model: the picture of float16 against that of float32 in decibels, and the time of both.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createServer } from 'vite';
import { filesGiven, mustExist, orUsage } from '../scripts/usage.mjs';

const SIDE_PX = 64;
const MODELS = ['fast-2x', 'photo-2x', 'photo-4x'].map((id) => `public/models/${id}.onnx`);

const HELP = `node bench/half.mjs [model.onnx …]

What half precision does to each model, by default the built-in ones, on the adapter that Dawn finds from Node.`;

const given = filesGiven(HELP, () => true);
if (given === null) process.exit();
if (orUsage(HELP, () => given.forEach(mustExist)) === null) process.exit();

const gpu = await openDawn();
const ort = await import('onnxruntime-web/webgpu');
const wasm = join(
  dirname(createRequire(import.meta.url).resolve('onnxruntime-web')),
  'ort-wasm-simd-threaded.asyncify.wasm',
);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = readFileSync(wasm).buffer;
const vite = await createServer({ server: { middlewareMode: true }, logLevel: 'error', appType: 'custom' });
const product =
  /** @type {typeof import('../src/models/onnx/read.ts') & typeof import('../src/engine/network-bytes.ts') & typeof import('../src/engine/half-check.ts')} */ ({
    ...(await vite.ssrLoadModule('/src/models/onnx/read.ts')),
    ...(await vite.ssrLoadModule('/src/engine/network-bytes.ts')),
    ...(await vite.ssrLoadModule('/src/engine/half-check.ts')),
  });

const adapter = await gpu.requestAdapter();
if (!adapter?.features.has('shader-f16')) throw new Error('No adapter with shader-f16 was found.');
console.log(`${adapter.info.vendor} ${adapter.info.architecture}, ${adapter.info.description}`);
console.log(`tiles of ${SIDE_PX} × ${SIDE_PX}; the second of two runs`);
const device = await adapter.requestDevice({
  requiredFeatures: ['shader-f16'],
  requiredLimits: limitsOf(adapter),
});
// Without a timer Node ends while the device still works.
const awake = setInterval(() => undefined, 5);
for (const path of given.length > 0 ? given : MODELS) await compare(path);
clearInterval(awake);
await vite.close();
process.exit(0);

/** @param {string} path */
async function compare(path) {
  const graph = product.readOnnx(new Uint8Array(readFileSync(path)));
  const size = /** @type {Parameters<typeof product.networkFor>[1]} */ ({ width: SIDE_PX, height: SIDE_PX });
  const full = await run(product.networkFor(graph, size, 'float32'));
  const half = await run(product.networkFor(graph, size, 'float16'));
  const verdict = product.halfProblem(half.values, full.values) ?? 'good enough';
  const psnr = product.psnrDb(half.values, full.values).toFixed(1);
  console.log(
    `${path}: ${psnr} dB (${verdict}); float32 ${full.ms.toFixed(0)} ms, float16 ${half.ms.toFixed(0)} ms`,
  );
}

/** @param {Uint8Array} bytes */
async function run(bytes) {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [{ name: 'webgpu', device }],
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  });
  const input = Float32Array.from({ length: 3 * SIDE_PX ** 2 }, (_, i) => sample(i));
  const feeds = { [session.inputNames[0] ?? '']: new ort.Tensor('float32', input, [1, 3, SIDE_PX, SIDE_PX]) };
  let ms = 0;
  let values = new Float32Array();
  for (let i = 0; i < 2; i++) {
    const started = performance.now();
    const results = await session.run(feeds);
    ms = performance.now() - started;
    values = /** @type {Float32Array<ArrayBuffer>} */ (results[session.outputNames[0] ?? '']?.data);
  }
  await session.release();
  return { values, ms };
}

/**
 * Slopes, edges and texture, in 0..1.
 * @param {number} i
 */
function sample(i) {
  const x = i % SIDE_PX;
  const y = Math.floor(i / SIDE_PX) % SIDE_PX;
  const channel = Math.floor(i / SIDE_PX ** 2);
  const edge = Math.hypot(x - 30, y - 20 - 6 * channel) < 18 ? 0.35 : 0;
  return 0.1 + (0.4 * (x + channel * y)) / (3 * SIDE_PX) + edge + 0.05 * Math.sin(x * y);
}

/** WebGPU for Node, with its classes where onnxruntime looks for them. */
async function openDawn() {
  // By a name that is not resolved where only the application is installed.
  const name = 'webgpu';
  const { create, globals } = await import(name);
  Object.assign(globalThis, globals);
  // Dawn's binding refuses views of shared memory, which is what a WebAssembly heap is.
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (buffer, at, data, from = 0, count = undefined) {
    if (!(data instanceof Uint8Array)) throw new TypeError('onnxruntime writes bytes');
    const bytes = Uint8Array.from(data.subarray(from, count === undefined ? undefined : from + count));
    return writeBuffer.call(this, buffer, at, bytes);
  };
  const gpu = create([]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'Node' }, configurable: true });
  return gpu;
}

/** @param {GPUAdapter} adapter */
function limitsOf({ limits }) {
  const names = /** @type {const} */ ([
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxStorageBuffersPerShaderStage',
    'maxComputeWorkgroupStorageSize',
    'maxComputeInvocationsPerWorkgroup',
    'maxComputeWorkgroupSizeX',
    'maxComputeWorkgroupSizeY',
  ]);
  return Object.fromEntries(names.map((name) => [name, limits[name]]));
}
