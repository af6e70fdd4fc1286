import { expect, test } from 'vitest';
import { ERROR_CODES, type WireError } from '../../base/errors.ts';
import { wordsFor } from './error-words.ts';

const INTENT = { width: 100, height: 50, scale: 4, format: 'webp' } as const;

const failure = (changes: Partial<WireError>): WireError => ({
  code: 'internal',
  message: '',
  nextStep: '',
  details: {},
  ...changes,
});

test.each(ERROR_CODES)('%s: trying again is among the ways out', (code) => {
  const { actions } = wordsFor(failure({ code }), INTENT);
  expect(actions.filter(({ kind }) => kind === 'retry')).toHaveLength(1);
});

test.each([
  ['webgpu', 'Use the processor'],
  ['wasm', 'Try again'],
])('a wrong answer of %s: first of all, %s', (backend, label) => {
  const { actions } = wordsFor(failure({ code: 'bad-output', details: { backend } }), INTENT);
  expect(actions[0].label).toBe(label);
});
