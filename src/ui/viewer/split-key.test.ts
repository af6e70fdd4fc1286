import { expect, test } from 'vitest';
import { splitAfterKey } from './split-key.ts';

test.each([
  ['ArrowRight', false, 0.51],
  ['ArrowLeft', false, 0.49],
  ['ArrowRight', true, 0.6],
  ['ArrowLeft', true, 0.4],
  ['Home', false, 0],
  ['End', false, 1],
])('%s, shift %s', (key, shift, split) => {
  expect(splitAfterKey(key, shift, 0.5)).toBeCloseTo(split);
});

test('stays within the picture, and leaves other keys alone', () => {
  expect(splitAfterKey('ArrowRight', true, 0.97)).toBe(1);
  expect(splitAfterKey('ArrowLeft', false, 0)).toBe(0);
  expect(splitAfterKey('Tab', false, 0.5)).toBeNull();
});
