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

  const taps = product(c, regrouped(b, wide, inner), outputs, wide, 9 * inner);
  const weight = new Float32Array(outputs * inputs * 9);
  const aBias = bias('conv.0', inner);
  const bBias = product(c, Float64Array.from(bias('conv.1', wide)), outputs, wide, 1);
  const [cBias, directBias] = [bias('conv.2', outputs), bias('sk', outputs)];
  const sum = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let moved = (bBias[o] as number) + (cBias[o] as number) + (directBias[o] as number);
    for (let tap = 0; tap < 9; tap++) {
      const row = taps.subarray((o * 9 + tap) * inner, (o * 9 + tap + 1) * inner);
      moved += dot(row, aBias, 0, 1);
      for (let i = 0; i < inputs; i++) {
        const centre = tap === 4 ? (direct[o * inputs + i] as number) : 0;
        weight[(o * inputs + i) * 9 + tap] = dot(row, a, i, inputs) + centre;
      }
    }
    sum[o] = moved;
  }
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
  left: Float32Array,
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

/** Σ row[k] · values[from + k · step] */
function dot(row: Float64Array, values: Float32Array, from: number, step: number): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += (row[k] as number) * (values[from + k * step] as number);
  return sum;
}
