/** Whether a converted network answers what TensorFlow.js answers: both run here, in Node, on the same pictures. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { drawPicture, randoms } from './picture.mjs';

const packages = createRequire(import.meta.url);

/**
 * @param {string} modelJson
 * @param {string} onnxPath
 * @returns {Promise<{ picture: string, difference: number }[]>} on a scale of 0..1
 */
export async function largestDifference(modelJson, onnxPath) {
  const tfjs = await openTfjs(modelJson);
  const ort = await openOrt(onnxPath);
  const results = [];
  for (const { name, picture } of pictures()) {
    const expected = await tfjs(picture);
    const actual = await ort(picture);
    results.push({ picture: name, difference: difference(expected, actual) });
  }
  return results;
}

/** @typedef {{ width: number, height: number, rgb: Float32Array }} Picture rows of R, G, B in 0..255 */

/** Not square, sides odd and small: an order of axes mixed up shows. */
function pictures() {
  const random = randoms(7);
  const noise = Float32Array.from({ length: 3 * 37 * 26 }, () => Math.round(random() * 255));
  const drawn = drawPicture(61, 48);
  return [
    { name: 'noise 37 × 26', picture: { width: 37, height: 26, rgb: noise } },
    { name: 'drawing 61 × 48', picture: { ...drawn, rgb: Float32Array.from(drawn.rgb) } },
  ];
}

/**
 * @param {string} modelJson
 * @returns {Promise<(picture: Picture) => Promise<Float32Array>>} rows of R, G, B in 0..1
 */
async function openTfjs(modelJson) {
  const tf = packages('@tensorflow/tfjs');
  await tf.setBackend('cpu');
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(modelJson, 'utf8'));
  const shards = weightsManifest.flatMap((/** @type {{ paths: string[] }} */ { paths }) => paths);
  const weights = Buffer.concat(
    shards.map((/** @type {string} */ path) => readFileSync(join(dirname(modelJson), path))),
  );
  const model = await tf.loadLayersModel({
    load: async () => ({
      modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weightData: Uint8Array.from(weights).buffer,
    }),
  });
  return async ({ width, height, rgb }) => {
    const input = tf.tensor4d(rgb, [1, height, width, 3]);
    const output = model.predict(input);
    const values = await output.data();
    input.dispose();
    output.dispose();
    return Float32Array.from(values, (/** @type {number} */ value) => value / 255);
  };
}

/**
 * @param {string} path
 * @returns {Promise<(picture: Picture) => Promise<Float32Array>>} rows of R, G, B in 0..1
 */
async function openOrt(path) {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(readFileSync(path));
  return async ({ width, height, rgb }) => {
    const planes = new Float32Array(rgb.length);
    rgb.forEach((value, i) => {
      planes[(i % 3) * width * height + Math.floor(i / 3)] = value / 255;
    });
    const feed = new ort.Tensor('float32', planes, [1, 3, height, width]);
    const answer = (await session.run({ [String(session.inputNames[0])]: feed }))[
      String(session.outputNames[0])
    ];
    const values = /** @type {Float32Array} */ (answer?.data);
    const plane = values.length / 3;
    return Float32Array.from(values, (_, i) => Number(values[(i % 3) * plane + Math.floor(i / 3)]));
  };
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function difference(a, b) {
  if (a.length !== b.length) throw new Error(`One answer has ${a.length} values, the other ${b.length}.`);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - Number(b[i]))), 0);
}
