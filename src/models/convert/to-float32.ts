import { fromFloat16 } from '../onnx/float16.ts';
import { shapeOf } from './element-bytes.ts';
import type { Weight } from './state-dict.ts';
import { unsupported } from './weight-errors.ts';

let table: Float32Array | null = null;

/** Every half as a float32, 256 KB: looking up is ten times as fast as computing. */
function halves(): Float32Array {
  table ??= fromFloat16(Uint16Array.from({ length: 0x10000 }, (_, half) => half));
  return table;
}

/**
 * The numbers as float32: a view where they are float32 at a multiple of four, else a copy. Halves and bfloat16 are exact,
 * float64 is rounded to the nearest.
 * @throws TesseraError `model-unsupported` for whole numbers and truth values, which no layer takes as weights
 */
export function toFloat32(weight: Weight): Float32Array {
  switch (weight.type) {
    case 'float32': {
      const { buffer, byteOffset, length } = aligned(weight.bytes, 4);
      return new Float32Array(buffer, byteOffset, length / 4);
    }
    case 'float16':
      return looked(uint16s(weight.bytes), halves());
    case 'bfloat16':
      return fromBfloat16(uint16s(weight.bytes));
    case 'float64': {
      const { buffer, byteOffset, length } = aligned(weight.bytes, 8);
      return Float32Array.from(new Float64Array(buffer, byteOffset, length / 8));
    }
    default:
      throw unsupported(
        `Weights ${shapeOf(weight.dims)} are of the type ${weight.type}; floating-point numbers are needed.`,
        'Save the weights as float16 or float32, and choose that file.',
        { type: weight.type, dims: weight.dims },
      );
  }
}

// Host order is little-endian on everything that runs WebGPU or WebAssembly.
function aligned(bytes: Uint8Array, size: number): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

function uint16s(bytes: Uint8Array): Uint16Array {
  const { buffer, byteOffset, length } = aligned(bytes, 2);
  return new Uint16Array(buffer, byteOffset, length / 2);
}

function looked(indices: Uint16Array, values: Float32Array): Float32Array {
  const result = new Float32Array(indices.length);
  for (let i = 0; i < indices.length; i++) result[i] = values[indices[i] as number] as number;
  return result;
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(values: Uint16Array): Float32Array {
  const words = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) words[i] = (values[i] as number) << 16;
  return new Float32Array(words.buffer);
}
