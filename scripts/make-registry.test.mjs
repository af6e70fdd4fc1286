import { describe, expect, it } from 'vitest';
import { makeRegistry } from './make-registry.mjs';

const HEAD =
  'id author licence architecture scale channels size_tags format bytes sha256 cors kind url'.split(' ');
const A = 'a1'.repeat(32);
const B = 'b2'.repeat(32);
const ONE = [
  'one',
  'ann',
  'MIT',
  'esrgan',
  '4',
  '3>3',
  '',
  'pth',
  '9',
  A,
  'yes',
  'file',
  'https://a.example/1',
];
const TWO = [
  'two',
  'bob',
  'MIT',
  'odd',
  '2',
  '3>3',
  '',
  'ncnn',
  '5+6',
  `${A}+${B}`,
  'no',
  'page',
  'https://a.example/2',
];

/** @param {readonly (readonly string[])[]} rows */
const table = (...rows) => `${[HEAD, ...rows].map((row) => row.join('\t')).join('\n')}\n`;

describe('makeRegistry', () => {
  it('keeps the facts of several tables, and says what recurs once', () => {
    const registry = makeRegistry('2026-08-14', [table(ONE), table(TWO)]);
    expect(registry).toMatchObject({
      date: '2026-08-14',
      licences: ['MIT'],
      authors: ['ann', 'bob'],
      architectures: ['ESRGAN', 'odd'],
      models: [
        ['one', 0, 0, 0, 4, 1, 'https://a.example/1', 9, A.slice(0, 16)],
        ['two', 1, 0, 1, 2, 0, 'https://a.example/2', 5, A.slice(0, 16), 6, B.slice(0, 16)],
      ],
    });
  });

  it.each([
    ['other columns', [HEAD.slice(1)], 'columns'],
    ['a row that is short', [HEAD, ONE.slice(1)], 'cells'],
    ['a hash that is none', [HEAD, ONE.with(9, 'abc')], 'SHA-256'],
    ['a size too few', [HEAD, TWO.with(8, '5')], 'SHA-256'],
  ])('refuses %s', (_what, rows, words) => {
    expect(() => makeRegistry('2026-08-14', [rows.map((row) => row.join('\t')).join('\n')])).toThrow(words);
  });
});
