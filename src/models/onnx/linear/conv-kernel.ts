import { intOf, intsOf, textOf } from '../attributes.ts';
import { tensor } from '../build.ts';
import { DataType } from '../data-type.ts';
import type { Node, TensorData } from '../model.ts';
import { float32Values } from '../tensor-values.ts';
import { type Kernel, zeros } from './kernel.ts';

/** What a convolution is that keeps the sides of what it reads: stride 1, a kernel with a middle, zeros around. */
export type SameConv = {
  /** `[outputs, inputs / group, rows, columns]`. */
  readonly weight: TensorData;
  readonly bias: TensorData | null;
  readonly group: number;
};

/** Null where it is another convolution, or its weights are no float32 constants. */
export function sameConv(node: Node, constantOf: (name: string) => TensorData | undefined): SameConv | null {
  const weight = constantOf(node.inputs[1] ?? '');
  const biasName = node.inputs[2] ?? '';
  const bias = constantOf(biasName) ?? null;
  if (node.opType !== 'Conv' || !isFloat32(weight) || weight.dims.length !== 4) return null;
  if (biasName !== '' && !isFloat32(bias)) return null;
  const [, , rows, columns] = weight.dims as [number, number, number, number];
  const isOne = (side: number) => side === 1;
  const plain =
    intsOf(node, 'strides')?.every(isOne) !== false && intsOf(node, 'dilations')?.every(isOne) !== false;
  if (!plain || rows % 2 === 0 || columns % 2 === 0 || !keepsSides(node, rows, columns)) return null;
  return { weight, bias, group: intOf(node, 'group', 1) };
}

function keepsSides(node: Node, rows: number, columns: number): boolean {
  const auto = textOf(node, 'auto_pad', 'NOTSET');
  if (auto.startsWith('SAME')) return true;
  const [y, x] = [(rows - 1) / 2, (columns - 1) / 2];
  const wanted = [y, x, y, x];
  const pads = (auto === 'NOTSET' && intsOf(node, 'pads')) || [0, 0, 0, 0];
  return pads.length === 4 && pads.every((side, i) => side === wanted[i]);
}

function isFloat32(constant: TensorData | null | undefined): constant is TensorData {
  return constant?.dataType === DataType.float32;
}

/** The weights to calculate with; groups become zeros. */
export function kernelOf({ weight, group }: SameConv): Kernel {
  const [outputs, perGroup, rows, columns] = weight.dims as [number, number, number, number];
  const kernel = zeros({ rows, columns, inputs: perGroup * group, outputs });
  const given = float32Values(weight);
  const taps = rows * columns;
  given.forEach((value, i) => {
    const output = Math.floor(i / (perGroup * taps));
    const input = (Math.floor(i / taps) % perGroup) + Math.floor(output / (outputs / group)) * perGroup;
    kernel.values[((i % taps) * kernel.inputs + input) * outputs + output] = value;
  });
  return kernel;
}

/** Zeros where it has none. */
export function biasOf({ weight, bias }: SameConv): Float64Array {
  return bias ? Float64Array.from(float32Values(bias)) : new Float64Array(weight.dims[0] as number);
}

/** The weights as a file has them: `[outputs, inputs, rows, columns]`, rounded to float32 here and nowhere before. */
export function weightOf({ rows, columns, inputs, outputs, values }: Kernel): TensorData {
  const taps = rows * columns;
  const result = new Float32Array(values.length);
  values.forEach((value, i) => {
    const [output, input] = [i % outputs, Math.floor(i / outputs) % inputs];
    result[(output * inputs + input) * taps + Math.floor(i / (inputs * outputs))] = value;
  });
  return tensor('', DataType.float32, [outputs, inputs, rows, columns], result);
}
