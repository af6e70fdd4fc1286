import { describe, expect, it } from 'vitest';
import { risingWeights } from './feather.ts';

describe('risingWeights', () => {
  it('follows the raised cosine at pixel centres', () => {
    expect([...risingWeights(0)]).toEqual([]);
    expect([...risingWeights(1)]).toEqual([0.5]);
    expect([...risingWeights(2)].map((w) => +w.toFixed(6))).toEqual([0.146447, 0.853553]);
    expect([...risingWeights(4)].map((w) => +w.toFixed(6))).toEqual([0.03806, 0.308658, 0.691342, 0.96194]);
  });

  it.each([1, 2, 3, 8, 15, 16, 32, 64, 128])('rises over %i pixels and sums to one with its mirror', (n) => {
    const w = [...risingWeights(n)];
    expect(w).toHaveLength(n);
    w.forEach((weight, k) => {
      expect(weight).toBeGreaterThan(w[k - 1] ?? 0);
      expect(weight).toBeLessThan(1);
      expect(weight + (w[n - 1 - k] ?? Number.NaN)).toBeCloseTo(1, 6);
    });
  });
});
