import { describe, expect, it } from 'vitest';
import { noise } from '../test-support.ts';
import {
  constantsThrough,
  identity,
  type Kernel,
  rearranged,
  scaled,
  stacked,
  sum,
  through,
} from './kernel.ts';

/** A picture whose value at row y, column x is told by a function: it has no border. */
type Picture = (channel: number, y: number, x: number) => number;

function drawn(rows: number, columns: number, inputs: number, outputs: number, seed: number): Kernel {
  const values = Float64Array.from(noise(rows * columns * inputs * outputs, 1, seed * 7919));
  return { rows, columns, inputs, outputs, values };
}

function convolved({ rows, columns, inputs, outputs, values }: Kernel, picture: Picture): Picture {
  return (output, y, x) => {
    let total = 0;
    for (let i = 0; i < rows * columns * inputs; i++) {
      const [tap, input] = [Math.floor(i / inputs), i % inputs];
      const [down, right] = [Math.floor(tap / columns) - (rows - 1) / 2, (tap % columns) - (columns - 1) / 2];
      total += (values[i * outputs + output] as number) * picture(input, y + down, x + right);
    }
    return total;
  };
}

/** As a picture on the fine grid: a place's channels lie together. */
function fine(coarse: Picture, channels: number, factor: number): Picture {
  return (channel, y, x) => {
    const [up, left] = [Math.floor(y / factor), Math.floor(x / factor)];
    const place = (y - up * factor) * factor + x - left * factor;
    return coarse(place * channels + channel, up, left);
  };
}

const PICTURE: Picture = (channel, y, x) =>
  Math.sin(1 + 3.7 * channel + 1.3 * y - 2.1 * x) + ((y * 7 + x * 5) % 3);

function expectSame(a: Picture, b: Picture, channels: number): void {
  for (let i = 0; i < channels * 49; i++) {
    const [channel, y, x] = [Math.floor(i / 49), (Math.floor(i / 7) % 7) - 3, (i % 7) - 3];
    expect(a(channel, y, x)).toBeCloseTo(b(channel, y, x), 9);
  }
}

describe('one kernel through another', () => {
  it.each([
    [1, 3, 5, 3, 1],
    [1, 1, 3, 5, 3],
    [2, 3, 1, 3, 3],
    [2, 3, 3, 5, 1],
    [3, 1, 3, 3, 7],
    [4, 3, 3, 3, 9],
  ])('%i times as fine, %i × %i and %i × %i', (factor, rows, columns, fineRows, fineColumns) => {
    const first = drawn(rows, columns, 2, 3 * factor ** 2, 1);
    const second = drawn(fineRows, fineColumns, 3, 2, 2);
    const both = through(first, second, factor);
    const expected = convolved(second, fine(convolved(first, PICTURE), 3, factor));
    expectSame(fine(convolved(both, PICTURE), 2, factor), expected, 2);
  });

  it('sees no further than the two do', () => {
    const place = drawn(1, 1, 2, 32, 1);
    const twice = through(through(place, drawn(3, 3, 2, 2, 2), 4), drawn(3, 3, 2, 2, 3), 4);
    expect([twice.rows, twice.columns]).toEqual([3, 3]);
  });

  it('keeps a cross, whose corners are zeros', () => {
    const cross = drawn(3, 3, 1, 1, 1);
    for (const corner of [0, 2, 6, 8]) cross.values[corner] = 0;
    expect(through(identity(1), cross, 1)).toEqual(cross);
  });

  it('of nothing but zeros is one pixel wide', () => {
    const none = through(scaled(drawn(3, 3, 2, 2, 1), [0, 0]), drawn(3, 3, 2, 1, 2), 1);
    expect(none).toEqual({ rows: 1, columns: 1, inputs: 2, outputs: 1, values: new Float64Array(2) });
  });

  it.each([1, 2, 3])('constants, %i times as fine', (factor) => {
    const constants = Float64Array.from(noise(3 * factor ** 2, 1, 5));
    const second = drawn(3, 5, 3, 2, 2);
    const constant: Picture = (channel) => constants[channel] as number;
    const result = constantsThrough(constants, second, factor);
    const expected = convolved(second, fine(constant, 3, factor));
    expectSame(
      fine((channel) => result[channel] as number, 2, factor),
      expected,
      2,
    );
  });
});

describe('kernels side by side', () => {
  const [large, small] = [drawn(5, 3, 2, 3, 1), drawn(1, 3, 2, 3, 2)];
  const at = (picture: Picture, other: Picture): Picture => {
    return (channel, y, x) => picture(channel, y, x) + other(channel, y, x);
  };

  it('added up', () => {
    const expected = at(convolved(large, PICTURE), convolved(small, PICTURE));
    expectSame(convolved(sum(large, small), PICTURE), expected, 3);
    expectSame(convolved(sum(small, large), PICTURE), expected, 3);
  });

  it('stacked', () => {
    const other = drawn(5, 3, 1, 3, 4);
    const third: Picture = (_, y, x) => PICTURE(2, y, x);
    const expected = at(convolved(large, PICTURE), convolved(other, third));
    expectSame(convolved(stacked([large, other]), PICTURE), expected, 3);
  });

  it('scaled and rearranged by output', () => {
    const plain = convolved(large, PICTURE);
    expectSame(
      convolved(scaled(large, [2, 0, -1]), PICTURE),
      (c, y, x) => ([2, 0, -1][c] as number) * plain(c, y, x),
      3,
    );
    const picked = convolved(rearranged(large, [2, null, 0, 2]), PICTURE);
    expectSame(picked, (c, y, x) => (c === 1 ? 0 : plain([2, 1, 0, 2][c] as number, y, x)), 4);
  });

  it('the identity changes nothing', () => expectSame(convolved(identity(3), PICTURE), PICTURE, 3));
});
