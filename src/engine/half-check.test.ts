import { describe, expect, it } from 'vitest';
import { halfPraise, halfProblem, psnrDb } from './half-check.ts';

const full = Float32Array.from({ length: 300 }, (_, i) => (i % 100) / 100);
const off = (by: number) => full.map((value, i) => value + (i % 2 === 0 ? by : -by));

describe('psnrDb', () => {
  it('is 20·log10(1 / error) for an error that is everywhere the same', () => {
    const inside = full.map((value) => 0.25 + value / 2);
    const moved = inside.map((value) => value + 0.01);
    expect(psnrDb(moved, inside)).toBeCloseTo(40, 3);
    expect(psnrDb(full, full)).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not count what is clamped away', () => {
    const white = new Float32Array(12).fill(1);
    expect(psnrDb(new Float32Array(12).fill(1.5), white)).toBe(Number.POSITIVE_INFINITY);
    expect(psnrDb(new Float32Array(12).fill(0.5), white)).toBeCloseTo(6.02, 2);
  });
});

describe('halfProblem', () => {
  it('takes 50 dB and no less', () => {
    expect(halfProblem(off(0.003), full)).toBe(null);
    expect(halfProblem(off(0.0033), full)).toMatch(/49\.\d dB/);
  });

  it('takes no NaN and no infinity, in an answer that is right otherwise', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const answer = full.slice();
      answer[299] = value;
      expect(halfProblem(answer, full)).toContain('not numbers');
    }
  });
});

describe('halfPraise', () => {
  it('says how well half precision did', () => {
    expect(halfPraise(off(0.001), full)).toMatch(/\(60\.\d dB\)/);
    expect(halfPraise(full, full)).toContain('equals');
  });
});
