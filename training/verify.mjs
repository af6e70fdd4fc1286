/**
 * Runs an exported model in onnxruntime-web, on the processor, over the inputs that `verify.py` put into a folder, and
 * compares with PyTorch's answers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web/wasm';
import { filesGiven } from '../scripts/usage.mjs';

const HELP = `node training/verify.mjs MODEL.onnx FOLDER

Runs the model in onnxruntime-web over the inputs in FOLDER, which training/verify.py writes (cases.json and float32
files), and compares with the answers there. Ends with 1 where they differ by more than rounding or cannot be read.`;

/** Of values in 0..1; sums of some hundred products in another order differ by about a hundredth of this. */
const TOLERANCE = 2e-5;

const given = filesGiven(HELP, (count) => count === 2);
if (given) await verify(String(given[0]), String(given[1])).catch(refuse);

/** What cannot be compared is one sentence, too. @param {unknown} error */
function refuse(error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {string} modelPath @param {string} folder */
async function verify(modelPath, folder) {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(readFileSync(modelPath), {
    executionProviders: ['wasm'],
  });

  /** @type {{ x: string, y: string, xDims: number[], yDims: number[] }[]} */
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
  if (cases.length === 0) throw new Error('There is nothing to compare with.');
  const differences = [];
  for (const { x, y, xDims, yDims } of cases) {
    const input = new ort.Tensor('float32', floats(join(folder, x)), xDims);
    const { output } = await session.run({ input });
    if (output?.dims.join() !== yDims.join())
      throw new Error(`${xDims.join('×')} gives ${output?.dims.join('×')} instead of ${yDims.join('×')}.`);
    differences.push(largestDifference(/** @type {Float32Array} */ (output.data), floats(join(folder, y))));
  }
  await session.release();

  const worst = Math.max(...differences);
  console.log(
    `onnxruntime and PyTorch differ by at most ${worst.toExponential(1)} of 1, over ${cases.length} sizes`,
  );
  if (!(worst <= TOLERANCE)) throw new Error(`That is more than ${TOLERANCE}.`);
}

/** @param {string} path */
function floats(path) {
  return new Float32Array(new Uint8Array(readFileSync(path)).buffer);
}

/** @param {Float32Array} a @param {Float32Array} b @returns {number} NaN where one of them is */
function largestDifference(a, b) {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - Number(b[i]))), 0);
}
