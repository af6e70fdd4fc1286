import { expect, it } from 'vitest';
import { packRows } from './pack-rows.ts';

// 2 × 3 pixels: 1, 2, 3, 4 and so on, from an odd place of a larger buffer.
const rgba = new Uint8ClampedArray(Array.from({ length: 27 }, (_, i) => i - 2)).subarray(3);

it('leaves the alpha out', () => {
  const { data, ...rest } = packRows(rgba, 2, { from: 0, to: 3 }, false);
  expect([...data]).toEqual([1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21, 22, 23]);
  expect(rest).toEqual({ width: 2, height: 3, bytesPerPixel: 3 });
});

it('keeps the alpha', () => {
  const { data, ...rest } = packRows(rgba, 2, { from: 0, to: 3 }, true);
  expect([...data]).toEqual([...rgba]);
  expect(rest).toEqual({ width: 2, height: 3, bytesPerPixel: 4 });
});

it.each([true, false])('takes the rows it is told, as a copy (alpha %s)', (hasAlpha) => {
  const { data, height } = packRows(rgba, 2, { from: 1, to: 2 }, hasAlpha);
  expect(height).toBe(1);
  expect([...data]).toEqual(hasAlpha ? [9, 10, 11, 12, 13, 14, 15, 16] : [9, 10, 11, 13, 14, 15]);
  data.fill(0);
  expect(rgba[8]).toBe(9);
});

it.each([true, false])('uses the memory that it is given where that is enough (alpha %s)', (hasAlpha) => {
  const fresh = packRows(rgba, 2, { from: 1, to: 3 }, hasAlpha);
  const memory = new Uint8Array(40).fill(99).buffer;
  const packed = packRows(rgba, 2, { from: 1, to: 3 }, hasAlpha, memory);
  expect(packed.data.buffer).toBe(memory);
  expect(packed).toEqual(fresh);
  expect(packRows(rgba, 2, { from: 1, to: 3 }, hasAlpha, new ArrayBuffer(11))).toEqual(fresh);
});

it.each([true, false])('puts the high byte of 16 bits first (alpha %s)', (hasAlpha) => {
  const deep = Uint16Array.from({ length: 24 }, (_, i) => 0x0100 * i + 0x80 + i);
  const { data, ...rest } = packRows(deep, 2, { from: 1, to: 3 }, hasAlpha, new ArrayBuffer(99));
  const kept = [...deep.subarray(8)].filter((_, i) => hasAlpha || i % 4 < 3);
  expect([...data]).toEqual(kept.flatMap((value) => [value >> 8, value & 255]));
  expect(rest).toEqual({ width: 2, height: 2, bytesPerPixel: hasAlpha ? 8 : 6 });
});
