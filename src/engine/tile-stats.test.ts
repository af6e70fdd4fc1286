import { describe, expect, it } from 'vitest';
import { answerProblem as problemOf, statsOf } from './tile-stats.ts';

const answerProblem = (input: Float32Array, answer: Float32Array) =>
  problemOf(statsOf(input), statsOf(answer));

const flat = (value: number, length = 48) => new Float32Array(length).fill(value);
const withOne = (value: number, at: number) => {
  const answer = flat(0.5, 51);
  answer[at] = value;
  return answer;
};

describe('answerProblem', () => {
  it.each([0, 1, 2, 3, 24, 47, 48, 49, 50])(
    'finds one value that is not finite, wherever it stands: %i',
    (at) => {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
        expect(answerProblem(flat(0.5), withOne(value, at))).toContain('not numbers');
      expect(answerProblem(flat(0.5), withOne(0.9, at))).toBe(null);
    },
  );

  it('finds infinities that cancel each other', () => {
    const answer = flat(0.5);
    answer[0] = Number.POSITIVE_INFINITY;
    answer[1] = Number.NEGATIVE_INFINITY;
    expect(answerProblem(flat(0.5), answer)).toContain('not numbers');
  });

  it('does not believe black for a picture that is not', () => {
    expect(answerProblem(flat(0.1), flat(0))).toContain('all zero');
    expect(answerProblem(flat(2 / 255), flat(0))).toContain('all zero');
  });

  it('believes black for a black picture, and nearly black for a dark one', () => {
    expect(answerProblem(flat(0), flat(0))).toBe(null);
    expect(answerProblem(flat(0.9 / 255), flat(0))).toBe(null);
    const nearly = flat(0);
    nearly[9] = 0.01;
    expect(answerProblem(flat(0.1), nearly)).toBe(null);
    const balanced = flat(0);
    balanced[9] = 0.01;
    balanced[20] = -balanced[9];
    expect(answerProblem(flat(0.1), balanced)).toBe(null);
  });

  it.each([
    [0.5, 0.74, true],
    [0.5, 0.76, false],
    [0.5, 0.26, true],
    [0.5, 0.24, false],
    [1, 0.76, true],
    [1, 0.74, false],
  ])('from a mean of %f to one of %f: believed is %s', (before, after, believed) => {
    expect(answerProblem(flat(before), flat(after))).toBe(
      believed ? null : `its mean is 0.26 away from the picture’s`,
    );
  });

  it('compares means, not sizes: an answer is larger than its tile', () => {
    expect(answerProblem(flat(0.5, 3), flat(0.5, 48))).toBe(null);
  });

  it('believes values a little beyond 0..1: networks overshoot', () => {
    const answer = flat(0.9);
    answer[0] = 1.2;
    answer[1] = -0.1;
    expect(answerProblem(flat(0.9), answer)).toBe(null);
  });
});
