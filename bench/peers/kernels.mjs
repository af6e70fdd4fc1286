/** Convolution kernels `[height, width, in, out]`, sides odd, as numbers to calculate with. */

/** @typedef {{ shape: readonly [number, number, number, number], values: Float64Array }} Kernel */

/**
 * @param {number} rows
 * @param {number} columns
 * @param {number} inputs
 * @param {number} outputs
 * @returns {Kernel}
 */
export function zeros(rows, columns, inputs, outputs) {
  return {
    shape: [rows, columns, inputs, outputs],
    values: new Float64Array(rows * columns * inputs * outputs),
  };
}

/**
 * One pixel wide: input `i` becomes output `i + offset`.
 * @param {number} inputs
 * @param {number} outputs
 * @param {number} [offset]
 */
export function placing(inputs, outputs, offset = 0) {
  const kernel = zeros(1, 1, inputs, outputs);
  for (let i = 0; i < inputs; i++) kernel.values[i * outputs + i + offset] = 1;
  return kernel;
}

/**
 * The sum, as large as the larger; both have the same inputs and outputs.
 * @param {Kernel} a
 * @param {Kernel} b
 */
export function sum(a, b) {
  const [, , inputs, outputs] = a.shape;
  const result = zeros(Math.max(a.shape[0], b.shape[0]), Math.max(a.shape[1], b.shape[1]), inputs, outputs);
  for (const { shape, values } of [a, b]) {
    const [down, right] = [(result.shape[0] - shape[0]) / 2, (result.shape[1] - shape[1]) / 2];
    for (let tap = 0; tap < shape[0] * shape[1]; tap++) {
      const [y, x] = [Math.floor(tap / shape[1]) + down, (tap % shape[1]) + right];
      addTo(
        result.values,
        (y * result.shape[1] + x) * inputs * outputs,
        values,
        tap * inputs * outputs,
        inputs * outputs,
      );
    }
  }
  return result;
}

/**
 * `first`, then `second`, as one: exact where nothing lies beyond a border.
 * @param {Kernel} first
 * @param {Kernel} second its inputs are the outputs of `first`
 */
export function product(first, second) {
  const [rows, columns, inputs, between] = first.shape;
  const [outputs, width] = [second.shape[3], columns + second.shape[1] - 1];
  const result = zeros(rows + second.shape[0] - 1, width, inputs, outputs);
  const taps = rows * columns;
  for (let tap = 0; tap < taps * second.shape[0] * second.shape[1]; tap++) {
    const [a, b] = [tap % taps, Math.floor(tap / taps)];
    const y = Math.floor(a / columns) + Math.floor(b / second.shape[1]);
    const x = (a % columns) + (b % second.shape[1]);
    for (let i = 0; i < inputs; i++) {
      const to = ((y * width + x) * inputs + i) * outputs;
      for (let m = 0; m < between; m++) {
        const gain = Number(first.values[(a * inputs + i) * between + m]);
        if (gain !== 0) addTo(result.values, to, second.values, (b * between + m) * outputs, outputs, gain);
      }
    }
  }
  return result;
}

/**
 * Side by side: the inputs of all, one after the other; all of one size and with the same outputs.
 * @param {readonly Kernel[]} kernels at least one
 */
export function stacked(kernels) {
  const [rows, columns, , outputs] = /** @type {Kernel} */ (kernels[0]).shape;
  const inputs = kernels.reduce((count, one) => count + one.shape[2], 0);
  const result = zeros(rows, columns, inputs, outputs);
  let before = 0;
  for (const { shape, values } of kernels) {
    const block = shape[2] * outputs;
    for (let tap = 0; tap < rows * columns; tap++) {
      addTo(result.values, (tap * inputs + before) * outputs, values, tap * block, block);
    }
    before += shape[2];
  }
  return result;
}

/**
 * What a constant added to the inputs becomes in the outputs.
 * @param {Float64Array} bias
 * @param {Kernel} kernel
 */
export function biasThrough(bias, { shape, values }) {
  const [rows, columns, inputs, outputs] = shape;
  const result = new Float64Array(outputs);
  for (let i = 0; i < rows * columns * inputs; i++) {
    addTo(result, 0, values, i * outputs, outputs, Number(bias[i % inputs]));
  }
  return result;
}

/**
 * @param {Float64Array} to
 * @param {number} toStart
 * @param {Float64Array} from
 * @param {number} fromStart
 * @param {number} count
 * @param {number} [gain]
 */
function addTo(to, toStart, from, fromStart, count, gain = 1) {
  for (let i = 0; i < count; i++) {
    to[toStart + i] = Number(to[toStart + i]) + gain * Number(from[fromStart + i]);
  }
}
