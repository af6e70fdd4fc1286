/**
 * The weights of a stride-1 convolution as numbers to calculate with: `[rows, columns, inputs, outputs]` in C order. Rows and
 * columns are odd; the middle one meets the pixel itself.
 */
export type Kernel = {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly values: Float64Array;
};

type Sides = Omit<Kernel, 'values'>;

export function zeros(sides: Sides): Kernel {
  const { rows, columns, inputs, outputs } = sides;
  return { ...sides, values: new Float64Array(rows * columns * inputs * outputs) };
}

/** Leaves every channel as it is. */
export function identity(channels: number): Kernel {
  const kernel = zeros({ rows: 1, columns: 1, inputs: channels, outputs: channels });
  for (let i = 0; i < channels; i++) kernel.values[i * channels + i] = 1;
  return kernel;
}

/** Both at once, added up; as large as the larger. They have the same inputs and outputs. */
export function sum(a: Kernel, b: Kernel): Kernel {
  const { inputs, outputs } = a;
  const result = zeros({
    rows: Math.max(a.rows, b.rows),
    columns: Math.max(a.columns, b.columns),
    inputs,
    outputs,
  });
  const block = inputs * outputs;
  for (const { rows, columns, values } of [a, b]) {
    const [down, right] = [(result.rows - rows) / 2, (result.columns - columns) / 2];
    for (let tap = 0; tap < rows * columns; tap++) {
      const at = (Math.floor(tap / columns) + down) * result.columns + (tap % columns) + right;
      addTo(result.values, at * block, values, tap * block, block, 1);
    }
  }
  return result;
}

/** Each output times a number of its own. */
export function scaled(kernel: Kernel, gains: ArrayLike<number>): Kernel {
  const values = kernel.values.map((value, i) => value * (gains[i % kernel.outputs] as number));
  return { ...kernel, values };
}

/** Output i is what output `from[i]` was; zero where that is null. */
export function rearranged(kernel: Kernel, from: readonly (number | null)[]): Kernel {
  const result = zeros({ ...kernel, outputs: from.length });
  const rest = kernel.rows * kernel.columns * kernel.inputs;
  from.forEach((source, output) => {
    if (source === null) return;
    for (let i = 0; i < rest; i++) {
      result.values[i * from.length + output] = kernel.values[i * kernel.outputs + source] as number;
    }
  });
  return result;
}

/** Reads the inputs of all of them, one after the other. They have the same rows, columns and outputs; at least one. */
export function stacked(kernels: readonly Kernel[]): Kernel {
  const [first] = kernels as readonly [Kernel];
  const inputs = kernels.reduce((count, kernel) => count + kernel.inputs, 0);
  const result = zeros({ ...first, inputs });
  let before = 0;
  for (const { rows, columns, outputs, values, inputs: own } of kernels) {
    const block = own * outputs;
    for (let tap = 0; tap < rows * columns; tap++) {
      addTo(result.values, (tap * inputs + before) * outputs, values, tap * block, block, 1);
    }
    before += own;
  }
  return result;
}

/**
 * `first`, then `second` on a grid that is `factor` times as fine, as one kernel on the coarse grid. Both grids hold the same
 * numbers: a fine channel is `factor²` coarse ones, one for each place in the coarse pixel, row by row; all channels of a place
 * lie together. With factor 1 it is the product of two convolutions. Exact where nothing lies beyond a border.
 * @param first its outputs are `factor²` · the inputs of `second`
 */
export function through(first: Kernel, second: Kernel, factor: number): Kernel {
  const [farY, farX] = [reachOf(second.rows, factor), reachOf(second.columns, factor)];
  const [channels, outputs] = [second.inputs, second.outputs];
  const result = zeros({
    rows: first.rows + 2 * farY,
    columns: first.columns + 2 * farX,
    inputs: first.inputs,
    outputs: outputs * factor ** 2,
  });
  const taps = first.rows * first.columns;
  for (let step = 0; step < factor ** 2 * second.rows * second.columns; step++) {
    const [place, tap] = [step % factor ** 2, Math.floor(step / factor ** 2)];
    const y = Math.floor(place / factor) + Math.floor(tap / second.columns) - (second.rows - 1) / 2;
    const x = (place % factor) + (tap % second.columns) - (second.columns - 1) / 2;
    const [downBy, rightBy] = [Math.floor(y / factor), Math.floor(x / factor)];
    // Of the outputs of `first`, the channels at the place that this tap meets.
    const met = ((y - downBy * factor) * factor + x - rightBy * factor) * channels;
    for (let i = 0; i < taps * first.inputs; i++) {
      const at = Math.floor(i / first.inputs);
      const row = Math.floor(at / first.columns) + downBy + farY;
      const column = (at % first.columns) + rightBy + farX;
      const to = (row * result.columns + column) * first.inputs + (i % first.inputs);
      for (let channel = 0; channel < channels; channel++) {
        const gain = first.values[i * first.outputs + met + channel] as number;
        if (gain === 0) continue;
        const from = (tap * channels + channel) * outputs;
        addTo(result.values, to * result.outputs + place * outputs, second.values, from, outputs, gain);
      }
    }
  }
  return trimmed(result);
}

/** Without rows and columns of zeros at its edges: what sees beyond a coarse pixel at no place does not at all. */
function trimmed(kernel: Kernel): Kernel {
  const { rows, columns, values } = kernel;
  const block = kernel.inputs * kernel.outputs;
  let [farY, farX] = [0, 0];
  for (let tap = 0; tap < rows * columns; tap++) {
    const y = Math.abs(Math.floor(tap / columns) - (rows - 1) / 2);
    const x = Math.abs((tap % columns) - (columns - 1) / 2);
    if (y <= farY && x <= farX) continue;
    if (!values.subarray(tap * block, (tap + 1) * block).some((value) => value !== 0)) continue;
    [farY, farX] = [Math.max(farY, y), Math.max(farX, x)];
  }
  const result = zeros({ ...kernel, rows: 2 * farY + 1, columns: 2 * farX + 1 });
  for (let tap = 0; tap < result.rows * result.columns; tap++) {
    const row = Math.floor(tap / result.columns) + (rows - 1) / 2 - farY;
    const column = (tap % result.columns) + (columns - 1) / 2 - farX;
    const from = (row * columns + column) * block;
    result.values.set(values.subarray(from, from + block), tap * block);
  }
  return result;
}

/** What constants in the inputs of `second` become in its outputs; laid out as with `through`. */
export function constantsThrough(constants: Float64Array, second: Kernel, factor: number): Float64Array {
  // Constant over the whole picture, but not the same at every place of a coarse pixel.
  const asKernel = { rows: 1, columns: 1, inputs: 1, outputs: constants.length, values: constants };
  const { values, outputs } = through(asKernel, second, factor);
  const result = new Float64Array(outputs);
  values.forEach((value, i) => {
    result[i % outputs] = (result[i % outputs] as number) + value;
  });
  return result;
}

/** How many coarse pixels away a kernel on the fine grid may see. */
function reachOf(side: number, factor: number): number {
  return Math.ceil((side - 1) / 2 / factor);
}

function addTo(
  to: Float64Array,
  toStart: number,
  from: Float64Array,
  fromStart: number,
  count: number,
  gain: number,
): void {
  for (let i = 0; i < count; i++) {
    to[toStart + i] = (to[toStart + i] as number) + gain * (from[fromStart + i] as number);
  }
}
