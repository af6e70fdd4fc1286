import fc from 'fast-check';
import { expect, it } from 'vitest';
import { libraryId } from './model-id.ts';

const SHA256 = `0123456789abcdef${'0'.repeat(48)}`;

it.each([
  ['4x Nomos8kSC', '4x-nomos8ksc-01234567'],
  ['Schärfe & Größe', 'scharfe-gro-e-01234567'],
  ['  ../..\\x.onnx ', 'x-onnx-01234567'],
  ['写真', 'model-01234567'],
  ['', 'model-01234567'],
  [`${'a'.repeat(39)}-b`, `${'a'.repeat(39)}-01234567`],
])('makes “%s” into %s', (name, id) => {
  expect(libraryId(name, SHA256)).toBe(id);
});

it('takes more of the hash where that is wanted', () => {
  expect(libraryId('a', SHA256, 16)).toBe('a-0123456789abcdef');
});

it('always fits into an address and into the catalog’s rule for ids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(libraryId(name, SHA256, 16)).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
    }),
  );
});
