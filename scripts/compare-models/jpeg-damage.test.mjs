import { describe, expect, it } from 'vitest';
import { jpegDamage } from './jpeg-damage.mjs';
import { toBytes } from './picture.mjs';

/** @param {number} width @param {number} height @param {(x: number, y: number, c: number) => number} value 0..255 */
function draw(width, height, value) {
  const planes = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, row] = [i % width, Math.floor(i / width)];
    return value(x, row % height, Math.floor(row / height)) / 255;
  });
  return { width, height, planes };
}

/** @param {number} x @param {number} y */
function waves(x, y) {
  const value = 128 + 90 * Math.sin(x / 2.3) * Math.cos(y / 3.1) + (x > y ? 20 : 0);
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** @param {import('./picture.mjs').Picture} a @param {import('./picture.mjs').Picture} b */
function meanDifference(a, b) {
  return (
    (255 * a.planes.reduce((sum, value, i) => sum + Math.abs(value - Number(b.planes[i])), 0)) /
    a.planes.length
  );
}

describe('jpegDamage', () => {
  it.each([
    [20, [130, 126, 120, 117, 120, 130, 140, 148, 152, 153, 154, 154]],
    [60, [129, 125, 120, 119, 124, 133, 140, 143, 153, 152, 153, 153]],
    [90, [127, 126, 129, 125, 123, 130, 139, 153, 147, 152, 150, 151]],
  ])('does what libjpeg does to grey, at quality %i', (quality, row) => {
    const bytes = toBytes(jpegDamage(draw(24, 24, waves), quality));
    const damaged = Array.from({ length: 12 }, (_, x) => Number(bytes[3 * (5 * 24 + x)]));
    const worst = Math.max(...damaged.map((value, x) => Math.abs(value - Number(row[x]))));
    // libjpeg's integer transforms round in between.
    expect(worst).toBeLessThanOrEqual(2);
  });

  it('leaves a colour that fills its blocks nearly alone', () => {
    const flat = draw(16, 16, (_x, _y, c) => [200, 90, 40][c] ?? 0);
    expect(meanDifference(jpegDamage(flat, 60), flat)).toBeLessThan(4);
  });

  it('damages more at a lower quality, and smears colour', () => {
    const stripes = draw(19, 13, (x, _y, c) => (c === 0 ? 255 * (x % 2) : 128));
    const [low, high] = [jpegDamage(stripes, 20), jpegDamage(stripes, 95)];
    expect([low.width, low.height, low.planes.length]).toEqual([19, 13, 3 * 19 * 13]);
    expect(meanDifference(low, stripes)).toBeGreaterThan(meanDifference(high, stripes));
    expect(meanDifference(high, stripes)).toBeGreaterThan(10);
  });
});
