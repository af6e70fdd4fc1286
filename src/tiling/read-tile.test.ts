import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourcePx } from '../base/geometry.ts';
import { mirroredIndex, readTile } from './read-tile.ts';
import { bounced, deepened, picture, runs } from './test-support.ts';

const rect = (x: number, y: number, width: number, height: number) => ({
  x: sourcePx(x),
  y: sourcePx(y),
  width: sourcePx(width),
  height: sourcePx(height),
});

describe('mirroredIndex', () => {
  it.each([
    // numpy.pad(arange(n), 7, 'reflect') and what follows.
    [1, -3, [0, 0, 0, 0, 0, 0, 0]],
    [2, -5, [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]],
    [3, -7, [1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1]],
    [4, -4, [2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1]],
    [5, -3, [3, 2, 1, 0, 1, 2, 3, 4, 3, 2, 1]],
  ])('of %i pixels, from %i on, is what numpy calls reflect', (count, from, expected) => {
    expect(expected.map((_, i) => mirroredIndex(from + i, count))).toEqual(expected);
  });

  it.each([
    [1, -100_001, 0],
    [1, 100_000, 0],
    [2, -100_001, 1],
    [2, 100_000, 0],
    [3, -100_001, 1],
    [3, 100_002, 2],
  ])('of %i pixels is right far outside, at %i', (count, index, expected) => {
    expect(mirroredIndex(index, count)).toBe(expected);
  });

  it('is where a walk that turns round at both ends arrives', () => {
    fc.assert(
      fc.property(fc.integer({ min: -300, max: 300 }), fc.integer({ min: 1, max: 40 }), (index, count) => {
        expect(mirroredIndex(index, count)).toBe(bounced(index, count));
      }),
      runs(300),
    );
  });
});

describe('readTile', () => {
  const source = picture(3, 2, (x, y, c) => 100 * c + 10 * y + x);

  it('gives planes of red, green and blue in 0..1, in rows', () => {
    const dst = new Float32Array(18);
    readTile(source, rect(0, 0, 3, 2), dst);
    const bytes = [0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112, 200, 201, 202, 210, 211, 212];
    expect([...dst]).toEqual(bytes.map((byte) => Math.fround(byte / 255)));
  });

  it('reads 16 bits to what they are of 65,535', () => {
    const deep = deepened(source, true);
    const dst = new Float32Array(18);
    readTile(deep, rect(0, 0, 3, 2), dst);
    const planes = [0, 1, 2].flatMap((c) => [...deep.data].filter((_, i) => i % 4 === c));
    expect([...dst]).toEqual(planes.map((level) => Math.fround(level / 65_535)));
    expect(new Set(planes.map((level) => level % 257)).size).toBeGreaterThan(3);
  });

  it('mirrors beyond the picture on every side without repeating its edge', () => {
    const dst = new Float32Array(3 * 7 * 4);
    readTile(source, rect(-2, -1, 7, 4), dst);
    const red = [...dst.subarray(0, 28)].map((value) => Math.round(value * 255));
    expect(red).toEqual([
      ...[12, 11, 10, 11, 12, 11, 10],
      ...[2, 1, 0, 1, 2, 1, 0],
      ...[12, 11, 10, 11, 12, 11, 10],
      ...[2, 1, 0, 1, 2, 1, 0],
    ]);
  });

  it('repeats a single pixel, and leaves alpha out', () => {
    const dot = picture(1, 1, (_x, _y, c) => 50 * c);
    dot.data[3] = 7;
    const dst = new Float32Array(3 * 3 * 5);
    readTile(dot, rect(-1, -2, 3, 5), dst);
    const third = (value: number) => Array.from({ length: 15 }, () => Math.fround(value / 255));
    expect([...dst]).toEqual([...third(0), ...third(50), ...third(100)]);
  });

  it('refuses a target of another size', () => {
    expect(() => readTile(source, rect(0, 0, 3, 2), new Float32Array(17))).toThrow('three planes');
  });
});
