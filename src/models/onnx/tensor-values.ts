import { DataType } from './data-type.ts';
import { fromFloat16 } from './float16.ts';
import type { TensorData } from './model.ts';

/** The values of a float32 tensor: a view where its bytes lie at a multiple of four, else a copy. */
export function float32Values({ bytes }: TensorData): Float32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(buffer, byteOffset, length / 4);
}

/**
 * The values of a small tensor as numbers; null for types that are not listed here. Those of 64 bits are exact up to
 * 2⁵³.
 */
export function numbersOf(tensor: TensorData): readonly number[] | null {
  const { buffer, byteLength } = new Uint8Array(tensor.bytes);
  switch (tensor.dataType) {
    case DataType.float32:
      return [...float32Values(tensor)];
    case DataType.float16:
      return [...fromFloat16(new Uint16Array(buffer, 0, byteLength / 2))];
    case DataType.int32:
      return [...new Int32Array(buffer, 0, byteLength / 4)];
    case DataType.int64:
      return Array.from(new BigInt64Array(buffer, 0, byteLength / 8), Number);
    case DataType.bool:
      return [...tensor.bytes];
    default:
      return null;
  }
}
