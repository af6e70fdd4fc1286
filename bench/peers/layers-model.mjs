/**
 * Reads a network as TensorFlow.js keeps it (`model.json` with Keras layers, weights in shards beside it), as far as the
 * networks of `@upscalerjs/esrgan-slim` go. What it does not know, it refuses: a bench must not compare with a guess.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * @typedef {{ shape: readonly number[], values: Float32Array }} Weight
 * @typedef {{ name: string, from: readonly string[] } & (
 *   | { kind: 'input' }
 *   | { kind: 'conv', kernel: Weight, bias: Weight, padded: boolean, relu: boolean }
 *   | { kind: 'relu' } | { kind: 'concat' } | { kind: 'add' }
 *   | { kind: 'upsample', factor: number }
 * )} Layer in running order; `kernel` is `[height, width, in, out]`, `padded` means that the size stays
 * @typedef {{ layers: readonly Layer[], output: string }} Network
 */

/** @typedef {{ class_name: string, name: string, config: Record<string, unknown>, inbound_nodes: [string][][] }} KerasLayer */

/** Where the bench's own packages are resolved from. */
const packages = createRequire(import.meta.url);

/**
 * @param {2 | 4} scale
 * @returns {string} the path of the package's `model.json`
 */
export function packagedModel(scale) {
  const entry = packages.resolve(`@upscalerjs/esrgan-slim/${scale}x`);
  const root = entry.slice(0, entry.lastIndexOf(`${join('esrgan-slim', 'dist')}`) + 'esrgan-slim'.length);
  return join(root, 'models', `x${scale}`, 'model.json');
}

/**
 * @param {string} path of a `model.json`
 * @returns {Network}
 */
export function readLayersModel(path) {
  const { format, modelTopology, weightsManifest } = JSON.parse(readFileSync(path, 'utf8'));
  if (format !== 'layers-model') throw new Error(`${path} is "${format}", not a layers-model.`);
  const weights = readWeights(dirname(path), weightsManifest);
  const { layers, output_layers: outputs } = modelTopology.model_config.config;
  return {
    layers: layers.map((/** @type {KerasLayer} */ layer) => readLayer(layer, weights)),
    output: outputs[0][0],
  };
}

/**
 * @param {string} folder
 * @param {readonly { paths: string[], weights: { name: string, shape: number[], dtype: string, quantization?: unknown }[] }[]} manifest
 * @returns {Map<string, Weight>}
 */
function readWeights(folder, manifest) {
  /** @type {Map<string, Weight>} */
  const all = new Map();
  for (const group of manifest) {
    const bytes = Buffer.concat(group.paths.map((path) => readFileSync(join(folder, path))));
    let at = 0;
    for (const { name, shape, dtype, quantization } of group.weights) {
      if (dtype !== 'float32' || quantization) throw new Error(`The weight "${name}" is not plain float32.`);
      const length = shape.reduce((product, side) => product * side, 1);
      // Copied: a shard's offset need not be a multiple of four in Node's pool.
      const values = new Float32Array(Uint8Array.from(bytes.subarray(at, at + 4 * length)).buffer);
      all.set(name, { shape, values });
      at += 4 * length;
    }
  }
  return all;
}

/**
 * @param {KerasLayer} layer
 * @param {Map<string, Weight>} weights
 * @returns {Layer}
 */
function readLayer({ class_name: type, name, config, inbound_nodes: inbound }, weights) {
  const from = (inbound[0] ?? []).map(([input]) => input);
  const refuse = () =>
    new Error(`The layer "${name}" (${type}) is of a form that this bench does not convert.`);
  switch (type) {
    case 'InputLayer':
      return { name, from, kind: 'input' };
    case 'Conv2D': {
      const kernel = weights.get(`${name}/kernel`);
      const bias = weights.get(`${name}/bias`);
      const plain = `${config['strides']}|${config['dilation_rate']}|${config['groups']}` === '1,1|1,1|1';
      const known = ['linear', 'relu'].includes(String(config['activation']));
      if (!kernel || !bias || !plain || !known || Number(kernel.shape[0]) % 2 !== 1) throw refuse();
      const padded = config['padding'] === 'same' || kernel.shape[0] === 1;
      return { name, from, kind: 'conv', kernel, bias, padded, relu: config['activation'] === 'relu' };
    }
    case 'Activation':
      if (config['activation'] !== 'relu') throw refuse();
      return { name, from, kind: 'relu' };
    case 'Concatenate':
      if (config['axis'] !== 3) throw refuse();
      return { name, from, kind: 'concat' };
    case 'Add':
      return { name, from, kind: 'add' };
    case 'UpSampling2D': {
      const [factor, other] = /** @type {number[]} */ (config['size']);
      if (!factor || factor !== other || config['interpolation'] !== 'nearest') throw refuse();
      return { name, from, kind: 'upsample', factor };
    }
    default:
      throw refuse();
  }
}
