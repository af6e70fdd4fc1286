import type { Weight, WeightType } from '../convert/state-dict.ts';
import { fromFloat16 } from '../onnx/float16.ts';

/** All 65536 halves as float32: sixteen million of them are looked up in a tenth of the time that converting takes. */
let halves: Float32Array | null = null;

/** Of float types, how to read one value, the little-endian bits of which begin at a byte. */
const READERS: Partial<Record<WeightType, (bytes: Uint8Array, count: number) => Float32Array<ArrayBuffer>>> =
  {
    float16: (bytes, count) => {
      halves ??= fromFloat16(Uint16Array.from({ length: 1 << 16 }, (_, i) => i));
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = halves[wordAt(bytes, 2 * i)] as number;
      return values;
    },
    bfloat16: (bytes, count) => {
      const words = new Uint32Array(count);
      for (let i = 0; i < count; i++) words[i] = wordAt(bytes, 2 * i) << 16;
      return new Float32Array(words.buffer);
    },
    float64: (bytes, count) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = view.getFloat64(8 * i, true);
      return values;
    },
  };

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) | ((bytes[at + 1] as number) << 8);

/**
 * A weight's values as the bytes of float32 in C order, little-endian: those of the file where they are float32 there,
 * else a copy. Null where they are not floats.
 */
export function float32Bytes({ type, dims, bytes }: Weight): Uint8Array | null {
  if (type === 'float32') return bytes;
  const read = READERS[type];
  const count = dims.reduce((product, side) => product * side, 1);
  return read ? new Uint8Array(read(bytes, count).buffer) : null;
}

/** As `float32Bytes`, as numbers: a view where the bytes lie at a multiple of four, else a copy. */
export function float32Of(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(buffer, byteOffset, length / 4);
}
