import { expect, it } from 'vitest';
import { sizeText } from './size-text.ts';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 KB'],
  [999_900, '999.9 KB'],
  [999_960, '1.0 MB'],
  [67_010_245, '67.0 MB'],
  [1024 ** 3, '1.1 GB'],
  [5_000_000_000, '5.0 GB'],
])('says %d bytes as “%s”', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
