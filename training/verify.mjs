/**
 * `node training/verify.mjs MODEL.onnx FOLDER`: runs the model in onnxruntime-web, on the processor, over the inputs that
 * `verify.py` put into FOLDER, and compares with PyTorch's answers. Ends with 1 where they differ by more than rounding.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';

/** Of values in 0..1; sums of some hundred products in another order differ by about a hundredth of this. */
const TOLERANCE = 2e-5;

const [modelPath = '', folder = ''] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
const session = await ort.InferenceSession.create(readFileSync(modelPath), { executionProviders: ['wasm'] });

/** @type {{ x: string, y: string, xDims: number[], yDims: number[] }[]} */
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
if (cases.length === 0) throw new Error('There is nothing to compare with.');
const differences = [];
for (const { x, y, xDims, yDims } of cases) {
  const { output } = await session.run({ input: new ort.Tensor('float32', floats(x), xDims) });
  if (output?.dims.join() !== yDims.join())
    throw new Error(`${xDims.join('×')} gives ${output?.dims.join('×')} instead of ${yDims.join('×')}.`);
  differences.push(largestDifference(/** @type {Float32Array} */ (output.data), floats(y)));
}
await session.release();

const worst = Math.max(...differences);
console.log(
  `onnxruntime and PyTorch differ by at most ${worst.toExponential(1)} of 1, over ${cases.length} sizes`,
);
if (!(worst <= TOLERANCE)) {
  console.error(`That is more than ${TOLERANCE}.`);
  process.exitCode = 1;
}

/** @param {string} name */
function floats(name) {
  return new Float32Array(new Uint8Array(readFileSync(join(folder, name))).buffer);
}

/** @param {Float32Array} a @param {Float32Array} b @returns {number} NaN where one of them is */
function largestDifference(a, b) {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - Number(b[i]))), 0);
}
