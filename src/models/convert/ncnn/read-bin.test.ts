import { describe, expect, it } from 'vitest';
import { toFloat16 } from '../../onnx/float16.ts';
import { noise } from '../../onnx/test-support.ts';
import { BinReader, TAG } from './read-bin.ts';
import { readParam } from './read-param.ts';
import { textBytes } from './test-support.ts';

const [layer] = readParam(textBytes('7767517\n1 1\nConvolution first 0 1 blob'));

function joined(...parts: readonly ArrayBufferView[]): Uint8Array {
  const bytes = parts.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const whole = new Uint8Array(1 + bytes.reduce((sum, part) => sum + part.length, 0));
  // Begins at an odd address, as a part of another file may.
  let at = 1;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.subarray(1);
}

function read(bytes: Uint8Array, count: number, isTagged = true): readonly number[] {
  if (!layer) throw new Error('no layer');
  const reader = new BinReader(bytes);
  const weight = reader.read({ role: 'weight', count, isTagged }, layer);
  reader.finish();
  return [...new Float32Array(new Uint8Array(weight.bytes).buffer)];
}

const VALUES = noise(5, 1, 3);

describe('.bin files', () => {
  it.each([TAG.float32, TAG.bare])('have float32 after the tag %i', (tag) => {
    expect(read(joined(Uint32Array.of(tag), Float32Array.from(VALUES)), 5)).toEqual(VALUES);
  });

  it('have float32 without a tag where the layer says so', () => {
    expect(read(joined(Float32Array.from(VALUES)), 5, false)).toEqual(VALUES);
  });

  it('have float16, filled up to four bytes', () => {
    const halves = toFloat16(Float32Array.of(0, -0, 1, -2.5, 2 ** -24, 65504, Number.POSITIVE_INFINITY));
    const bytes = joined(Uint32Array.of(TAG.float16), halves, new Uint8Array(2));
    expect(read(bytes, 7)).toEqual([0, -0, 1, -2.5, 2 ** -24, 65504, Number.POSITIVE_INFINITY]);
    expect(() => read(bytes.subarray(0, bytes.length - 2), 7)).toThrow(
      'needs 16 bytes at byte 4, and 14 are left',
    );
  });

  it('have a table and places in it', () => {
    const table = Float32Array.from({ length: 256 }, (_, i) => i / 4);
    const bytes = joined(Uint32Array.of(1), table, Uint8Array.of(0, 4, 255, 1, 2, 0, 0, 0));
    expect(read(bytes, 5)).toEqual([0, 1, 63.75, 0.25, 0.5]);
  });

  it('are refused where weights have 8 bits, naming the layer', () => {
    const bytes = joined(Uint32Array.of(TAG.int8), new Uint8Array(8));
    expect(() => read(bytes, 5)).toThrow(expect.objectContaining({ code: 'model-unsupported' }));
    expect(() => read(bytes, 5)).toThrow(
      'Layer “first” (Convolution, line 3) has weights of 8 bits (int8), which',
    );
  });

  it.each([
    [0, 5, 'needs 4 bytes at byte 0, and 0 are left'],
    [3, 5, 'needs 4 bytes at byte 0, and 3 are left'],
    [23, 5, 'needs 20 bytes at byte 4, and 19 are left'],
    [28, 5, 'its layers take 24 bytes and the file has 28'],
    [8, 2 ** 30, 'needs 4294967296 bytes at byte 4, and 4 are left'],
  ])('of %i bytes for %i values are refused with the numbers', (length, count, words) => {
    expect(() => read(new Uint8Array(length), count)).toThrow(
      expect.objectContaining({ code: 'model-unsupported' }),
    );
    expect(() => read(new Uint8Array(length), count)).toThrow(words);
    expect(() => read(new Uint8Array(length), count)).toThrow('They may not belong together.');
  });
});
