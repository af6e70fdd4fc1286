import type { WeightReader } from './weight-reader.ts';

type Folded = { readonly weight: Float32Array; readonly bias: Float32Array };

/** Whether a Conv3XC is in the file as it was trained: 1 × 1, 3 × 3, 1 × 1, and a 1 × 1 beside them. */
export function hasBranches(weights: WeightReader, name: string): boolean {
  return weights.has(`${name}.sk.weight`);
}

/**
 * One 3 × 3 convolution that does what a Conv3XC's branches do, computed in double precision:
 *
 * - weight[o, i] = Σ C[o, m] · Σ B[m, j] · A[j, i], plus the direct branch at the centre;
 * - bias = C · (B · a, summed over all nine taps, + b) + c + the direct branch's.
 *
 * Training puts its zeros around the input of A, not of B, so this is exact at the edges, too.
 * @returns weight `[outputs, inputs, 3, 3]`, bias `[outputs]`
 */
export function foldedConv3xc(weights: WeightReader, name: string, outputs: number, inputs: number): Folded {
  const [inner] = weights.dims(`${name}.conv.0.weight`, 4) as [number];
  const [wide] = weights.dims(`${name}.conv.1.weight`, 4) as [number];
  const a = weights.floats(`${name}.conv.0.weight`, [inner, inputs, 1, 1]);
  const b = weights.floats(`${name}.conv.1.weight`, [wide, inner, 3, 3]);
  const c = weights.floats(`${name}.conv.2.weight`, [outputs, wide, 1, 1]);
  const direct = weights.floats(`${name}.sk.weight`, [outputs, inputs, 1, 1]);
  const bias = (of: string, count: number) => weights.floats(`${name}.${of}.bias`, [count]);

  const taps = product(Float64Array.from(c), regrouped(b, wide, inner), outputs, wide, 9 * inner);
  const summed = product(taps, Float64Array.from(a), 9 * outputs, inner, inputs);
  const weight = new Float32Array(outputs * inputs * 9);
  for (let at = 0; at < weight.length; at++) {
    const [tap, input, output] = [at % 9, Math.floor(at / 9) % inputs, Math.floor(at / (9 * inputs))];
    const beside = tap === 4 ? (direct[output * inputs + input] as number) : 0;
    weight[at] = (summed[(output * 9 + tap) * inputs + input] as number) + beside;
  }

  const moved = product(taps, Float64Array.from(bias('conv.0', inner)), 9 * outputs, inner, 1);
  const mixed = product(Float64Array.from(c), Float64Array.from(bias('conv.1', wide)), outputs, wide, 1);
  const [last, besideLast] = [bias('conv.2', outputs), bias('sk', outputs)];
  const sum = Float32Array.from({ length: outputs }, (_, output) => {
    const ofTaps = moved.subarray(9 * output, 9 * (output + 1)).reduce((total, value) => total + value, 0);
    return ofTaps + (mixed[output] as number) + (last[output] as number) + (besideLast[output] as number);
  });
  return { weight, bias: sum };
}

/** `[rows, columns, 9]` as `[rows, 9, columns]`, in double precision. */
function regrouped(values: Float32Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let tap = 0; tap < 9; tap++) {
        turned[(row * 9 + tap) * columns + column] = values[(row * columns + column) * 9 + tap] as number;
      }
    }
  }
  return turned;
}

/** `[rows, inner]` times `[inner, columns]`. */
function product(
  left: Float64Array,
  right: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const target = result.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < inner; k++) {
      const factor = left[row * inner + k] as number;
      for (let column = 0; column < columns; column++) {
        target[column] = (target[column] as number) + factor * (right[k * columns + column] as number);
      }
    }
  }
  return result;
}
