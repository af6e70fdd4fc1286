/**
 * A TensorFlow.js network (`[1, height, width, 3]`, 0..255) as ONNX (`[1, 3, height, width]`, 0..1): what Tessera runs.
 */
import { modelBytes } from './onnx-bytes.mjs';

/**
 * @typedef {import('./layers-model.mjs').Layer} Layer
 * @typedef {import('./layers-model.mjs').Network} Network
 * @typedef {import('./onnx-bytes.mjs').Constant} Constant
 * @typedef {import('./onnx-bytes.mjs').Node} Node
 */

/** What the UpscalerJS model definition calls `inputRange` and `outputRange`: the weights know values up to this. */
const RANGE = 255;

/**
 * @param {Network} network
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function toOnnx({ layers, output }) {
  /** @type {Constant[]} */
  const constants = [];
  const input = layers.find((layer) => layer.kind === 'input')?.name;
  if (!input) throw new Error('The network has no input layer.');
  // The range goes into weights: of what reads the picture, and of the layer that makes the last values.
  const lastConv = layers.findLast((layer) => layer.kind === 'conv')?.name;
  const nodes = layers.flatMap((layer) => {
    if (layer.kind !== 'conv') return layerNodes(layer, constants);
    const kernelGain = (layer.from[0] === input ? RANGE : 1) / (layer.name === lastConv ? RANGE : 1);
    return convNodes(layer, constants, kernelGain, layer.name === lastConv ? 1 / RANGE : 1);
  });
  return modelBytes({
    nodes,
    constants,
    input: { name: input, sides: [1, 3, 'height', 'width'] },
    output: { name: output, sides: [1, 3, 'larger_height', 'larger_width'] },
  });
}

/**
 * @param {Extract<Layer, { kind: 'conv' }>} conv
 * @param {Constant[]} constants added to
 * @param {number} kernelGain
 * @param {number} biasGain
 * @returns {Node[]}
 */
function convNodes({ name, from, kernel, bias, padded, relu }, constants, kernelGain, biasGain) {
  const [rows = 0, columns = 0, inputs = 0, outputs = 0] = kernel.shape;
  const weight = new Float32Array(kernel.values.length);
  for (let i = 0; i < weight.length; i++) {
    const tap = Math.floor(i / (inputs * outputs));
    const input = Math.floor(i / outputs) % inputs;
    // From [height, width, in, out] to [out, in, height, width].
    weight[((i % outputs) * inputs + input) * rows * columns + tap] = Number(kernel.values[i]) * kernelGain;
  }
  constants.push({ name: `${name}/kernel`, shape: [outputs, inputs, rows, columns], values: weight });
  constants.push({
    name: `${name}/bias`,
    shape: [outputs],
    values: bias.values.map((one) => one * biasGain),
  });
  const [y, x] = padded ? [(rows - 1) / 2, (columns - 1) / 2] : [0, 0];
  const result = relu ? `${name}/linear` : name;
  const conv = {
    op: 'Conv',
    name: result,
    inputs: [...from, `${name}/kernel`, `${name}/bias`],
    attributes: { kernel_shape: [rows, columns], pads: [y, x, y, x] },
  };
  return relu ? [conv, { op: 'Relu', name, inputs: [result] }] : [conv];
}

/**
 * @param {Exclude<Layer, { kind: 'conv' }>} layer
 * @param {Constant[]} constants added to
 * @returns {Node[]}
 */
function layerNodes(layer, constants) {
  const { name, from } = layer;
  switch (layer.kind) {
    case 'input':
      return [];
    case 'relu':
      return [{ op: 'Relu', name, inputs: from }];
    case 'add':
      return [{ op: 'Add', name, inputs: from }];
    case 'concat':
      return [{ op: 'Concat', name, inputs: from, attributes: { axis: 1 } }];
    case 'upsample': {
      const scales = `${name}/scales`;
      constants.push({ name: scales, shape: [4], values: Float32Array.of(1, 1, layer.factor, layer.factor) });
      const attributes = {
        coordinate_transformation_mode: 'asymmetric',
        mode: 'nearest',
        nearest_mode: 'floor',
      };
      return [{ op: 'Resize', name, inputs: [...from, '', scales], attributes }];
    }
  }
}

/**
 * What Tessera's catalog says of a network, told from its layers.
 * @param {Network} network
 * @returns {{ scale: number, receptiveFieldPx: number, macsPerSourcePx: number, peakValuesPerSourcePx: number }}
 */
export function figures({ layers, output }) {
  /** @typedef {{ channels: number, scale: number, reach: number }} Value `reach` in source pixels */
  /** @type {Map<string, Value>} */
  const values = new Map();
  let macs = 0;
  for (const layer of layers) {
    const inputs = layer.from.map((name) => /** @type {Value} */ (values.get(name)));
    const scale = inputs[0]?.scale ?? 1;
    const reach = Math.max(0, ...inputs.map((one) => one.reach));
    const channels = inputs[0]?.channels ?? 3;
    const same = { channels, scale, reach };
    /** @type {() => Value} */
    const value = () => {
      switch (layer.kind) {
        case 'conv': {
          const [rows = 0, columns = 0, from = 0, to = 0] = layer.kernel.shape;
          macs += rows * columns * from * to * scale ** 2;
          return { channels: to, scale, reach: reach + (Math.max(rows, columns) - 1) / 2 / scale };
        }
        case 'concat':
          return { ...same, channels: inputs.reduce((sum, one) => sum + one.channels, 0) };
        case 'upsample':
          return { ...same, scale: scale * layer.factor };
        default:
          return same;
      }
    };
    values.set(layer.name, value());
  }
  const last = /** @type {Value} */ (values.get(output));
  return {
    scale: last.scale,
    receptiveFieldPx: Math.ceil(last.reach),
    macsPerSourcePx: macs,
    peakValuesPerSourcePx: Math.max(...[...values.values()].map((one) => one.channels * one.scale ** 2)),
  };
}
