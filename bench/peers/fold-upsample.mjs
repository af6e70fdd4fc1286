/**
 * The same function with less memory: a convolution after a nearest-neighbour enlargement sees every source pixel
 * `factor²` times. Its weights, added up by the source pixel that they meet, give a convolution before the enlargement,
 * and a pixel shuffle. Exact up to the rounding of those sums, at the borders too: zeros enlarged are zeros.
 */

/** @typedef {import('./layers-model.mjs').Layer} Layer */

/**
 * @param {import('./layers-model.mjs').Network} network
 * @returns {import('./layers-model.mjs').Network} its last `upsample` and `conv` replaced by `conv` and `shuffle`
 */
export function foldUpsample({ layers, output }) {
  const upsample = layers.find((layer) => layer.kind === 'upsample');
  const conv = layers.find((layer) => upsample && layer.from[0] === upsample.name);
  if (upsample?.kind !== 'upsample' || conv?.kind !== 'conv' || conv.name !== output) {
    throw new Error(
      'The network does not end in an enlargement and a convolution: there is nothing to fold.',
    );
  }
  const { factor } = upsample;
  const folded = /** @type {Layer[]} */ ([
    { ...conv, ...foldKernel(conv, factor), name: `${conv.name}_folded`, from: upsample.from },
    { name: conv.name, from: [`${conv.name}_folded`], kind: 'shuffle', factor },
  ]);
  return { layers: [...layers.filter((layer) => layer !== upsample && layer !== conv), ...folded], output };
}

/**
 * @param {Extract<Layer, { kind: 'conv' }>} conv after the enlargement
 * @param {number} factor
 */
function foldKernel({ kernel, bias }, factor) {
  const [rows = 0, columns = 0, inputs = 0, outputs = 0] = kernel.shape;
  const far = (/** @type {number} */ side) => Math.ceil((side - 1) / 2 / factor);
  const [farY, farX] = [far(rows), far(columns)];
  const [height, width] = [2 * farY + 1, 2 * farX + 1];
  const parts = factor * factor;
  const values = new Float64Array(height * width * inputs * outputs * parts);
  for (let part = 0; part < parts; part++) {
    const [y, x] = [Math.floor(part / factor), part % factor];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const toY = Math.floor((y + row - (rows - 1) / 2) / factor) + farY;
        const toX = Math.floor((x + column - (columns - 1) / 2) / factor) + farX;
        for (let input = 0; input < inputs; input++) {
          const to = ((toY * width + toX) * inputs + input) * outputs * parts + part;
          const from = ((row * columns + column) * inputs + input) * outputs;
          for (let output = 0; output < outputs; output++) {
            values[to + output * parts] =
              Number(values[to + output * parts]) + Number(kernel.values[from + output]);
          }
        }
      }
    }
  }
  return {
    kernel: { shape: [height, width, inputs, outputs * parts], values: Float32Array.from(values) },
    bias: {
      shape: [outputs * parts],
      values: Float32Array.from({ length: outputs * parts }, (_, i) =>
        Number(bias.values[Math.floor(i / parts)]),
      ),
    },
  };
}
