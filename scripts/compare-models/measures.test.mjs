import { describe, expect, it } from 'vitest';
import { colourShift, fidelity } from './measures.mjs';

const SIDE = 24;

/** @param {(x: number, y: number, c: number) => number} value 0..255, rounded here */
function draw(value) {
  const planes = Float32Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
    const [x, row] = [i % SIDE, Math.floor(i / SIDE)];
    return Math.round(value(x, row % SIDE, Math.floor(row / SIDE))) / 255;
  });
  return { width: SIDE, height: SIDE, planes };
}

const A = draw((x, y, c) => 120 + 60 * Math.sin(x / (3 + c)) + 40 * Math.cos(y / 4));
const B = draw((x, y, c) => 125 + 55 * Math.sin(x / (3 + c) + 0.1) + 42 * Math.cos(y / 4));

describe('fidelity', () => {
  it('is that of training/evaluate/metrics.py', () => {
    const { psnrDb, ssim } = fidelity(A, B);
    expect(psnrDb).toBeCloseTo(33.2248, 3);
    expect(ssim).toBeCloseTo(0.992058, 5);
  });

  it('has no limit for the truth itself', () => {
    expect(fidelity(A, A)).toEqual({ psnrDb: Number.POSITIVE_INFINITY, ssim: 1 });
  });

  it('refuses pictures of different sizes', () => {
    expect(() => fidelity(A, { ...B, width: SIDE / 2, height: SIDE * 2 })).toThrow('24 × 24');
  });
});

describe('colourShift', () => {
  it('is that of the channel that moved most, whatever the sizes', () => {
    const moved = draw((_x, _y, c) => 100 + (c === 1 ? -3 : 1));
    const small = { width: 1, height: 1, planes: new Float32Array(3).fill(100 / 255) };
    expect(colourShift(moved, small)).toBeCloseTo(3, 4);
  });
});
