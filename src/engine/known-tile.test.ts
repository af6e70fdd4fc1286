import { describe, expect, it } from 'vitest';
import { KNOWN_TILE_PX, knownTile, knownTileProblem } from './known-tile.ts';

const SIZE = { width: KNOWN_TILE_PX, height: KNOWN_TILE_PX };

describe('knownTile', () => {
  it('is a picture in 0..1 with something in every channel', () => {
    const tile = knownTile(SIZE);
    expect(tile).toHaveLength(3 * KNOWN_TILE_PX ** 2);
    expect(Math.min(...tile)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...tile)).toBeLessThanOrEqual(1);
    const channel = (n: number) => tile.subarray(n * KNOWN_TILE_PX ** 2, (n + 1) * KNOWN_TILE_PX ** 2);
    for (const n of [0, 1, 2]) expect(new Set(channel(n)).size).toBeGreaterThan(20);
    expect(channel(0)).not.toEqual(channel(1));
  });
});

describe('knownTileProblem', () => {
  const right = knownTile(SIZE);
  const changed = (at: number, by: number) => right.map((value, i) => (i === at ? value + by : value));

  it('believes what differs no more than float32 in another order', () => {
    expect(knownTileProblem(right, right)).toBe(null);
    expect(knownTileProblem(changed(7, 1e-4), right)).toBe(null);
  });

  it.each([0, 100, 767])('finds one wrong value, at %i', (at) => {
    expect(knownTileProblem(changed(at, 0.01), right)).toContain('0.010');
    expect(knownTileProblem(changed(at, -0.5), right)).toContain('0.500');
    expect(knownTileProblem(changed(at, Number.NaN), right)).toContain('NaN');
    expect(knownTileProblem(changed(at, Number.POSITIVE_INFINITY), right)).toContain('Infinity');
  });

  it('does not blame the card for a network without numbers', () => {
    const none = right.map(() => Number.NaN);
    expect(knownTileProblem(none, none)).toBe(null);
  });

  it('finds another shape', () => {
    expect(knownTileProblem(right.subarray(1), right)).toContain('shape');
  });
});
