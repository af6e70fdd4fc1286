/**
 * The same function with fewer multiplications: layers without a non-linearity between them are multiplied out, once,
 * here. What is left is a convolution for each non-linearity. Exact up to rounding, but for the pixels that are nearer to
 * the border of what the network is given than it reaches: there the zeros around are those of fewer layers. A tile's
 * context throws these away.
 */
import { biasThrough, placing, product, stacked, sum } from './kernels.mjs';

/**
 * @typedef {import('./kernels.mjs').Kernel} Kernel
 * @typedef {import('./layers-model.mjs').Layer} Layer
 * @typedef {import('./layers-model.mjs').Network} Network
 * @typedef {{ terms: ReadonlyMap<string, Kernel>, bias: Float64Array }} Linear a value as a sum of convolutions of values
 *   that the collapsed network really calculates, by their names
 */

/**
 * @param {Network} network
 * @param {readonly string[]} kept convolutions that stay on their own: multiplied into the next they would cost more
 * @returns {Network}
 */
export function collapse({ layers, output }, kept) {
  /** @type {Map<string, Linear>} */
  const values = new Map();
  /** @type {Layer[]} */
  const made = [];
  const known = (/** @type {string} */ name, /** @type {number} */ channels) =>
    values.set(name, {
      terms: new Map([[name, placing(channels, channels)]]),
      bias: new Float64Array(channels),
    });
  for (const layer of layers) {
    const inputs = layer.from.map((name) => /** @type {Linear} */ (values.get(name)));
    const [first] = inputs;
    if (!first) {
      made.push(layer);
      known(layer.name, 3);
      continue;
    }
    const channels = first.bias.length;
    if (layer.kind === 'conv') {
      const { name } = layer;
      const { shape, values: weights } = layer.kernel;
      const kernel = { shape: /** @type {Kernel['shape']} */ (shape), values: Float64Array.from(weights) };
      const value = through(first, kernel, Float64Array.from(layer.bias.values));
      values.set(name, value);
      if (!kept.includes(name) && name !== output) continue;
      made.push(...calculating(name, value));
      known(name, value.bias.length);
    } else if (layer.kind === 'add') {
      values.set(layer.name, inputs.reduce(added));
    } else if (layer.kind === 'concat') {
      values.set(layer.name, concatenated(inputs));
    } else if (layer.kind === 'relu') {
      made.push(...calculating(`${layer.name}_linear`, first), { ...layer, from: [`${layer.name}_linear`] });
      known(layer.name, channels);
    } else if (layer.kind === 'shuffle') {
      const from = String(layer.from[0]);
      made.push(...calculating(from, first), layer);
      known(layer.name, channels / layer.factor ** 2);
    } else {
      throw new Error(
        `The layer "${layer.name}" (${layer.kind}) cannot stand here in a network to be collapsed.`,
      );
    }
  }
  return { layers: made, output };
}

/**
 * @param {Linear} value
 * @param {Kernel} kernel
 * @param {Float64Array} bias
 * @returns {Linear}
 */
function through(value, kernel, bias) {
  const terms = new Map([...value.terms].map(([name, one]) => [name, product(one, kernel)]));
  const from = biasThrough(value.bias, kernel);
  return { terms, bias: bias.map((one, i) => one + Number(from[i])) };
}

/**
 * @param {Linear} a
 * @param {Linear} b
 * @returns {Linear}
 */
function added(a, b) {
  const terms = new Map(a.terms);
  for (const [name, kernel] of b.terms) {
    const other = terms.get(name);
    terms.set(name, other ? sum(other, kernel) : kernel);
  }
  return { terms, bias: a.bias.map((one, i) => one + Number(b.bias[i])) };
}

/**
 * @param {readonly Linear[]} inputs
 * @returns {Linear}
 */
function concatenated(inputs) {
  const channels = inputs.reduce((count, one) => count + one.bias.length, 0);
  let before = 0;
  return inputs
    .map((one) => {
      const placed = through(one, placing(one.bias.length, channels, before), new Float64Array(channels));
      before += one.bias.length;
      return placed;
    })
    .reduce(added);
}

/**
 * The layers that calculate a value: a convolution for each size of kernel, and their sum.
 * @param {string} name
 * @param {Linear} value
 * @returns {Layer[]}
 */
function calculating(name, { terms, bias }) {
  /** @type {Map<string, [string, Kernel][]>} */
  const bySize = new Map();
  for (const [from, kernel] of terms) {
    const size = `${kernel.shape[0]}x${kernel.shape[1]}`;
    bySize.set(size, [...(bySize.get(size) ?? []), [from, kernel]]);
  }
  const alone = bySize.size === 1;
  const layers = [...bySize].flatMap(([size, group], i) => {
    const own = alone ? name : `${name}_${size}`;
    const { shape, values } = stacked(group.map(([, kernel]) => kernel));
    const inputs = group.map(([from]) => from);
    const joined = inputs.length > 1 ? [`${own}_in`] : inputs;
    /** @type {Layer} */
    const conv = {
      name: own,
      from: joined,
      kind: 'conv',
      kernel: { shape, values: Float32Array.from(values) },
      bias: {
        shape: [bias.length],
        values: i === 0 ? Float32Array.from(bias) : new Float32Array(bias.length),
      },
      padded: true,
      relu: false,
    };
    /** @type {Layer} */
    const concat = { name: `${own}_in`, from: inputs, kind: 'concat' };
    return inputs.length > 1 ? [concat, conv] : [conv];
  });
  const parts = [...bySize.keys()].map((size) => `${name}_${size}`);
  return alone ? layers : [...layers, { name, from: parts, kind: 'add' }];
}
