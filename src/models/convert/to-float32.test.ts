import { describe, expect, it } from 'vitest';
import { toFloat16 } from '../onnx/float16.ts';
import type { Weight, WeightType } from './state-dict.ts';
import { toFloat32 } from './to-float32.ts';

const weight = (type: WeightType, bytes: Uint8Array, dims: readonly number[] = [1]): Weight => ({
  type,
  bytes,
  dims,
});
const bytesOf = ({ buffer }: { buffer: ArrayBufferLike }) => new Uint8Array(buffer);
/** The same bytes at an odd address. */
const odd = (bytes: Uint8Array) => {
  const larger = new Uint8Array(bytes.length + 1);
  larger.set(bytes, 1);
  return larger.subarray(1);
};

describe('toFloat32', () => {
  const values = Float32Array.of(0, -0, 1, -1.5, 65504, 2 ** -24, -(2 ** -14), Infinity, -Infinity, NaN);

  it('float32 is a view where its address allows, else a copy', () => {
    const bytes = bytesOf(values);
    expect(toFloat32(weight('float32', bytes)).buffer).toBe(bytes.buffer);
    expect(toFloat32(weight('float32', odd(bytes)))).toEqual(values);
  });

  it('halves, at any address', () => {
    const bytes = bytesOf(toFloat16(values));
    expect(toFloat32(weight('float16', bytes))).toEqual(values);
    expect(toFloat32(weight('float16', odd(bytes)))).toEqual(values);
  });

  it('bfloat16 is the upper half of a float32', () => {
    const halves = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80, 0x8000);
    const expected = Float32Array.of(1, -2, 2 ** -133, Infinity, -0);
    expect(toFloat32(weight('bfloat16', bytesOf(halves)))).toEqual(expected);
    expect(toFloat32(weight('bfloat16', odd(bytesOf(halves))))).toEqual(expected);
  });

  it('float64 is rounded to the nearest', () => {
    const doubles = Float64Array.of(0.1, 1e300, -1e-300, 16777217);
    const expected = Float32Array.of(Math.fround(0.1), Infinity, -0, 16777216);
    expect(toFloat32(weight('float64', odd(bytesOf(doubles))))).toEqual(expected);
  });

  it('a part of a file is that part', () => {
    const bytes = bytesOf(Float32Array.of(1, 2, 3)).subarray(4, 8);
    expect([...toFloat32(weight('float32', bytes))]).toEqual([2]);
  });

  it.each<WeightType>(['int64', 'int32', 'int16', 'int8', 'uint8', 'bool'])('%s is refused', (type) =>
    expect(() => toFloat32(weight(type, new Uint8Array(8), [8]))).toThrow(
      expect.objectContaining({
        code: 'model-unsupported',
        message: expect.stringContaining(`[8] are of the type ${type}`),
      }),
    ),
  );

  it('16 million halves take no second', () => {
    const bytes = new Uint8Array(2 ** 25).fill(0x3c);
    toFloat32(weight('float16', bytes));
    const started = process.cpuUsage();
    toFloat32(weight('float16', bytes));
    // The processor's time, which other work on the machine hardly touches: some 100 ms.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(1);
  });
});
