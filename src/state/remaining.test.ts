import { expect, test } from 'vitest';
import { afterTile, newPace, type Pace, remainingAt } from './remaining.ts';

/** After three tiles of a tenth of the picture each, `tileMs` apart. */
function threeTiles(tileMs: number): Pace {
  let pace = newPace(0);
  for (const tile of [1, 2, 3]) pace = afterTile(pace, tile * 0.1, tile * tileMs);
  return pace;
}

test('says nothing before three tiles or three seconds', () => {
  const one = afterTile(newPace(0), 0.1, 1000);
  expect(remainingAt(one, 1000)).toBeNull();
  expect(remainingAt(afterTile(one, 0.2, 2000), 2000)).toBeNull();
  expect(remainingAt(afterTile(newPace(0), 0.1, 3000), 3000)).toBeCloseTo(27_000);
});

test('three quick tiles are enough', () => {
  expect(remainingAt(threeTiles(100), 300)).toBeCloseTo(700);
});

test('counts down with the clock between tiles', () => {
  const pace = threeTiles(4000);
  expect(remainingAt(pace, 12_000)).toBeCloseTo(28_000);
  expect(remainingAt(pace, 13_000)).toBeCloseTo(27_000);
  expect(remainingAt(pace, 15_000)).toBeCloseTo(25_000);
});

test('holds while a tile is late', () => {
  const pace = threeTiles(4000);
  expect(remainingAt(pace, 16_000)).toBeCloseTo(24_000);
  expect(remainingAt(pace, 60_000)).toBeCloseTo(24_000);
});

test('never jumps up; it then runs down slower, and ends with the work', () => {
  const slow = afterTile(threeTiles(4000), 0.4, 36_000);
  // The estimate is 54 s now; 24 s are shown.
  expect(remainingAt(slow, 36_000)).toBeCloseTo(24_000);
  expect(remainingAt(slow, 45_000)).toBeCloseTo(20_000);
  expect(remainingAt(afterTile(slow, 0.99, 50_000), 50_000)).toBeLessThan(1000);
});

test('a pace that begins in the middle is told from its own tiles', () => {
  const pace = afterTile(newPace(10_000, 0.5), 0.6, 14_000);
  expect(remainingAt(pace, 14_000)).toBeCloseTo(16_000);
});

test('never grows, whatever the tiles do', () => {
  let pace = newPace(0);
  let last = Number.POSITIVE_INFINITY;
  let clock = 0;
  for (let tile = 1; tile <= 40; tile++) {
    const end = clock + ((tile * 7919) % 13) * 300;
    for (; clock < end; clock += 100) {
      const shown = remainingAt(pace, clock) ?? last;
      expect(shown).toBeLessThanOrEqual(last);
      last = shown;
    }
    pace = afterTile(pace, tile / 40, clock);
  }
  expect(remainingAt(pace, clock)).toBe(0);
});
