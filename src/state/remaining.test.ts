import { expect, test } from 'vitest';
import { afterTile, newPace } from './remaining.ts';

test('says nothing before three tiles or three seconds', () => {
  const one = afterTile(newPace(0), 0.1, 1000);
  expect(one.remainingMs).toBeNull();
  expect(afterTile(one, 0.2, 2000).remainingMs).toBeNull();
  expect(afterTile(newPace(0), 0.1, 3000).remainingMs).toBeCloseTo(27_000);
});

test('three quick tiles are enough', () => {
  let pace = newPace(0);
  for (const tile of [1, 2, 3]) pace = afterTile(pace, tile * 0.1, tile * 100);
  expect(pace.remainingMs).toBeCloseTo(700);
});

test('never jumps up, and goes on down once the work has caught up', () => {
  let pace = newPace(0);
  for (const tile of [1, 2, 3]) pace = afterTile(pace, tile * 0.1, tile * 100);
  const slow = afterTile(pace, 0.4, 5000);
  expect(slow.remainingMs).toBeCloseTo(700);
  expect(afterTile(slow, 0.99, 6000).remainingMs).toBeLessThan(100);
});
