import { DataType } from './data-type.ts';
import { toFloat16 } from './float16.ts';
import type { Attribute, Node, TensorData } from './model.ts';

/** Attribute values as they are written in code: whole numbers are `int`, and floats say so. */
export type AttributeValues = Readonly<
  Record<string, bigint | string | readonly bigint[] | { float: number } | { floats: readonly number[] }>
>;

/** A node of ONNX's own operators with one output. */
export function node(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: AttributeValues = {},
): Node {
  return {
    opType,
    domain: '',
    name: '',
    inputs,
    outputs: [output],
    attributes: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    rest: [],
  };
}

export function attribute(name: string, value: AttributeValues[string]): Attribute {
  if (typeof value === 'bigint') return { name, kind: 'int', value, rest: [] };
  if (typeof value === 'string')
    return { name, kind: 'string', value: new TextEncoder().encode(value), rest: [] };
  if ('float' in value) return { name, kind: 'float', value: value.float, rest: [] };
  if ('floats' in value) return { name, kind: 'floats', value: Float32Array.from(value.floats), rest: [] };
  return { name, kind: 'ints', value: BigInt64Array.from(value), rest: [] };
}

/**
 * A tensor of numbers.
 * @param dataType float32, float16, int32 or int64
 */
export function tensor(
  name: string,
  dataType: number,
  dims: readonly number[],
  values: ArrayLike<number>,
): TensorData {
  return { name, dims, dataType, bytes: bytesOf(dataType, values), rest: [] };
}

function bytesOf(dataType: number, values: ArrayLike<number>): Uint8Array {
  if (dataType === DataType.float16) return new Uint8Array(toFloat16(Float32Array.from(values)).buffer);
  if (dataType === DataType.float32) return new Uint8Array(Float32Array.from(values).buffer);
  if (dataType === DataType.int32) return new Uint8Array(Int32Array.from(values).buffer);
  const wide = new BigInt64Array(values.length);
  for (let i = 0; i < values.length; i++) wide[i] = BigInt(values[i] as number);
  return new Uint8Array(wide.buffer);
}
