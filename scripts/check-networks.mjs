/**
 * What catalog, card and MODELS.md say of a built-in network, held to what the product's own code reads out of its file.
 * `check-models.mjs` asks.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'vite';

/**
 * @typedef {typeof import('../src/models/onnx/read.ts') & typeof import('../src/models/onnx/dimensions.ts')
 *   & typeof import('../src/models/onnx/network-cost.ts') & typeof import('../src/models/onnx/receptive-field.ts')
 *   & typeof import('../src/models/onnx/rewrites/fix-dimensions.ts')} Reading
 */

const READING = [
  'read.ts',
  'dimensions.ts',
  'network-cost.ts',
  'receptive-field.ts',
  'rewrites/fix-dimensions.ts',
];
/** Of the picture for which the facts are told: far more than any built-in network sees. */
const SIDE_PX = 64;

/** @returns {Promise<{ reading: Reading, close: () => Promise<void> }>} */
export async function openReading() {
  const vite = await createServer({ server: { middlewareMode: true }, logLevel: 'error', appType: 'custom' });
  const modules = await Promise.all(READING.map((path) => vite.ssrLoadModule(`/src/models/onnx/${path}`)));
  return { reading: Object.assign({}, ...modules), close: () => vite.close() };
}

/**
 * Every broken promise, one sentence each.
 * @param {string} publicFolder with a catalog that `checkModels` finds sound
 * @param {Reading} reading
 * @returns {string[]}
 */
export function checkNetworks(publicFolder, reading) {
  const folder = join(publicFolder, 'models');
  /** @type {{ models: Record<string, unknown>[] }} */
  const { models } = JSON.parse(readFileSync(join(folder, 'catalog.json'), 'utf8'));
  return models.flatMap((model) => checkNetwork(model, folder, reading));
}

/** @param {Record<string, unknown>} model @param {string} folder @param {Reading} reading @returns {string[]} */
function checkNetwork(model, folder, reading) {
  const name = `model "${model['id']}"`;
  const bytes = readFileSync(join(folder, String(model['file'])));
  /** @type {Facts} */
  let facts;
  try {
    facts = factsOf(bytes, reading);
  } catch (error) {
    return [`${name}: ${model['file']} cannot be read: ${error instanceof Error ? error.message : error}`];
  }
  const { parameters, ...fields } = facts;
  const wrong = Object.entries(fields)
    .filter(([key, value]) => model[key] !== value)
    .map(([key, value]) => `${name}: by its graph ${key} is ${value}, the catalog says ${model[key]}.`);
  return [...wrong, ...checkTexts(name, model, folder, { ...facts, bytes: bytes.length })];
}

/**
 * Those of a catalog's entry that its graph tells, and how many weights and biases it has.
 * @typedef {object} Facts
 * @property {number} scale
 * @property {number | null} receptiveFieldPx
 * @property {number} macsPerSourcePx
 * @property {number} peakValuesPerSourcePx
 * @property {number} parameters
 */

/** @param {Uint8Array} bytes @param {Reading} reading @returns {Facts} throws where the file is no such network */
function factsOf(bytes, { readOnnx, fixDimensions, inferDimensions, networkCost, receptiveField }) {
  const model = readOnnx(bytes);
  const inputDims = [1, 3, SIDE_PX, SIDE_PX];
  const graph = fixDimensions(model.graph, inputDims);
  const outputDims = inferDimensions(graph).dims.get(graph.outputs[0]?.name ?? '');
  const scale = Number(outputDims?.[2]) / SIDE_PX;
  const { macsPerSourcePx, peakValuesPerSourcePx, isComplete } = networkCost(model, inputDims);
  if (!isComplete) throw new Error('not every size in it can be told.');
  const ofConvolutions = new Set(
    graph.nodes.filter(({ opType }) => opType === 'Conv').flatMap(({ inputs }) => inputs.slice(1)),
  );
  const parameters = graph.initializers
    .filter((tensor) => ofConvolutions.has(tensor.name))
    .reduce((sum, { dims }) => sum + dims.reduce((product, side) => product * side, 1), 0);
  return {
    scale,
    receptiveFieldPx: receptiveField(graph, scale),
    macsPerSourcePx,
    peakValuesPerSourcePx,
    parameters,
  };
}

/**
 * @param {string} name @param {Record<string, unknown>} model @param {string} folder
 * @param {Facts & { bytes: number }} facts
 * @returns {string[]}
 */
function checkTexts(name, model, folder, { scale, receptiveFieldPx, macsPerSourcePx, parameters, bytes }) {
  const [weights, size] = [parameters.toLocaleString('en-US'), bytes.toLocaleString('en-US')];
  const sentences = {
    [`${model['id']}.md`]: [
      `| \`${model['file']}\`, ${size} bytes |`,
      ` ${weights} parameters |`,
      `| receptive field | ${receptiveFieldPx} source pixels on each side |`,
      `| cost | ${(macsPerSourcePx / 1000).toFixed(1)} billion multiplications for a megapixel of input |`,
    ],
    'MODELS.md': [
      `| \`${model['file']}\` | ${scale} | ${weights} | ${size} | ${receptiveFieldPx} input px |`,
    ],
  };
  return Object.entries(sentences).flatMap(([file, wanted]) => {
    const path = join(folder, file);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return wanted
      .filter((sentence) => !text.includes(sentence))
      .map((sentence) => `${name}: models/${file} does not say "${sentence.trim()}", which its graph does.`);
  });
}
