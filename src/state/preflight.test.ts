import { expect, test } from 'vitest';
import { preflight } from './preflight.ts';

const intent = (width: number, height: number, scale: number, format: 'png' | 'jpeg' | 'webp') => ({
  width,
  height,
  scale,
  format,
});

test.each([
  ['a side of 65,535', intent(13_107, 1, 5, 'png'), true],
  ['a side of 65,536', intent(16_384, 1, 4, 'png'), false],
  ['an area of 268,435,456', intent(4096, 4096, 4, 'png'), true],
  ['an area just above', intent(4096, 4097, 4, 'png'), false],
  ['a JPEG side of 65,500', intent(16_375, 1, 4, 'jpeg'), true],
  ['a JPEG side of 65,504', intent(16_376, 1, 4, 'jpeg'), false],
  ['a WebP side of 16,383', intent(5461, 1, 3, 'webp'), true],
  ['a WebP side of 16,384', intent(4096, 1, 4, 'webp'), false],
] as const)('%s', (_name, what, fits) => {
  expect(preflight(what) === null).toBe(fits);
});

test('offers only what would help', () => {
  expect(preflight(intent(4096, 1, 4, 'webp'))?.fixes).toEqual([
    { label: 'Use PNG', format: 'png' },
    { label: 'Use 3×', scale: 3 },
  ]);
  expect(preflight(intent(20_000, 20_000, 4, 'png'))?.fixes).toEqual([]);
});

test('names the numbers', () => {
  expect(preflight(intent(4096, 10, 4, 'webp'))?.message).toContain('16,384 × 40');
});
