import { expect, test } from 'vitest';
import { bytesText, clockText, durationText, remainingText, roughDurationText } from './words.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [640_000, '640 KB'],
  [999_499, '999 KB'],
  [999_500, '1.0 MB'],
  [3_140_000, '3.1 MB'],
  [12_400_000, '12 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [40, '40 ms'],
  [400, '0.4 s'],
  [9_940, '9.9 s'],
  [9_950, '10 s'],
  [200_000, '3 min 20 s'],
  [3_900_000, '1 h 5 min'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [400, 'under a second'],
  [3_100, '4 s'],
  [12_000, '15 s'],
  [57_400, '60 s'],
  [58_000, '1 min'],
])('%d ms are roughly %s', (ms, text) => {
  expect(roughDurationText(ms)).toBe(text);
});

test('the clock and what is left', () => {
  expect(clockText(7_999)).toBe('0:07');
  expect(clockText(3_723_000)).toBe('1:02:03');
  expect(remainingText(4_000)).toBe('a few seconds left');
  expect(remainingText(5_000)).toBe('about 5 s left');
  expect(remainingText(20_001)).toBe('about 21 s left');
  expect(remainingText(200_000)).toBe('about 3 min 20 s left');
  expect(remainingText(620_000)).toBe('about 10 min left');
});
