import { expect, test } from 'vitest';
import { TesseraError, toWire } from './errors.ts';
import { asSentence, shownText } from './shown-text.ts';

test.each([
  ['File \u202ehtp.exe.pth', 'File htp.exe.pth'],
  ['a\u2066b\u2069c\u200ed\u200fe\u061cf', 'abcdef'],
  ['a\nb\u0000c\u0085d\u2028e\u001b[31m', 'abcde[31m'],
  ['a\u200bb\ufeff', 'ab'],
  ['Ünï 模型 مودل 👩‍🎨 – “x”', 'Ünï 模型 مودل 👩‍🎨 – “x”'],
])('%j is shown as %j', (text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test('no error shows them, of Tessera or not', () => {
  const { message, nextStep } = new TesseraError('internal', 'Not “\u202ehtp”.', 'Drop \u2066it.');
  expect([message, nextStep]).toEqual(['Not “htp”.', 'Drop it.']);
  expect(toWire(new Error('bad \u202ename')).message).toContain('bad name');
});

test.each([
  ['boom', 'boom.'],
  ['boom. ', 'boom.'],
  ['Failed to fetch', 'Failed to fetch.'],
  ['Is it there?', 'Is it there?'],
  ['It says “no.”', 'It says “no.”'],
  ['createBuffer(3.5)', 'createBuffer(3.5).'],
])('%j becomes the sentence %j', (text, sentence) => {
  expect(asSentence(text)).toBe(sentence);
});
