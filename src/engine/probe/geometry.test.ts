import { describe, expect, it } from 'vitest';
import { sourcePx } from '../../base/geometry.ts';
import { geometryOf } from './geometry.ts';

const of = (width: number, height: number) => ({ width: sourcePx(width), height: sourcePx(height) });

describe('the shape of an answer', () => {
  it.each([
    [
      'half as large again',
      [1, 3, 72, 96],
      'whose sides are a whole number of times as long, 1 to 16, was expected',
    ],
    ['two by three times as large', [1, 3, 144, 128], '2 times as wide and 3 times as high'],
    ['three times as wide only', [1, 3, 48, 192], '3 times as wide and 1 times as high'],
  ])('%s is refused in its own words', (_, dims, words) => {
    expect(() => geometryOf(dims, of(64, 48), 'nchw')).toThrow(words);
  });
  it('of a square, too', () => {
    expect(() => geometryOf([1, 3, 192, 128], of(64, 64), 'nchw')).toThrow(
      '2 times as wide and 3 times as high',
    );
  });
  it.each([1, 2, 3, 4, 8, 16])('%i times as large is a picture, also without its edges', (scale) => {
    for (const eaten of [0, 3]) {
      const [height, width] = [48 * scale - 2 * eaten, 64 * scale - 2 * eaten];
      const { scale: found, lacking } = geometryOf([1, 3, height, width], of(64, 48), 'nchw');
      expect([found, lacking.top, lacking.right]).toEqual([scale, eaten, eaten]);
    }
  });
});
