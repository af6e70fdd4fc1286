import { describe, expect, it } from 'vitest';
import { shuffled } from './shuffle.mjs';

const LIST = Array.from({ length: 12 }, (_, i) => i);

describe('shuffled', () => {
  it('keeps every entry, and the list that it was given', () => {
    const before = [...LIST];
    expect(shuffled(LIST, 3).sort((a, b) => a - b)).toEqual(LIST);
    expect(LIST).toEqual(before);
  });

  it('depends on the seed and on nothing else', () => {
    expect(shuffled(LIST, 3)).toEqual(shuffled(LIST, 3));
    expect(shuffled(LIST, 3)).not.toEqual(shuffled(LIST, 4));
  });

  it('gives each place to everyone alike', () => {
    const first = Array.from({ length: 1200 }, (_, seed) => shuffled([0, 1, 2, 3], seed)[0]);
    for (const entry of [0, 1, 2, 3]) {
      const share = first.filter((value) => value === entry).length / first.length;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
    }
  });
});
