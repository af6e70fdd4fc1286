import { expect, test } from 'vitest';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { LibraryModel } from '../worker/models-protocol.ts';
import { blendPartners, stepsOf, textOfSteps } from './recipe-steps.ts';

const MODELS = [
  { id: 'a', scale: 2 },
  { id: 'b', scale: 4 },
  { id: 'clean', scale: 1 },
] as ModelDescriptor[];
const plain = (model: string) => ({ model, blend: null });

test.each([
  ['a', { before: null, main: plain('a'), twice: false, after: null }],
  ['a*a', { before: null, main: plain('a'), twice: true, after: null }],
  ['clean*a', { before: 'clean', main: plain('a'), twice: false, after: null }],
  ['clean', { before: null, main: plain('clean'), twice: false, after: null }],
  ['clean*clean', { before: null, main: plain('clean'), twice: true, after: null }],
  ['clean*b*b*clean', { before: 'clean', main: plain('b'), twice: true, after: 'clean' }],
  ['a*b', { before: null, main: plain('a'), twice: false, after: 'b' }],
  [
    'clean*a.b.30*a.b.30',
    { before: 'clean', main: { model: 'a', blend: { with: 'b', percent: 30 } }, twice: true, after: null },
  ],
])('%s is read as steps and written again', (text, steps) => {
  expect(stepsOf(text, MODELS)).toEqual(steps);
  expect(textOfSteps(steps)).toBe(text);
});

test.each(['', 'a*', 'clean*clean*a', 'a*b*clean', 'a*clean.a.5', 'clean.a.5*b'])(
  '%s is more than steps can spell',
  (text) => expect(stepsOf(text, MODELS)).toBeNull(),
);

test('only models of one architecture and scale are blended', () => {
  const own = (id: string, name: string, architecture: string | null, scale = 4, macsPerSourcePx = 100) =>
    ({ id, name, architecture, scale, macsPerSourcePx }) as LibraryModel;
  const library = [
    own('general', 'General', 'Compact, 32'),
    own('wdn', 'General_WDN_x4', 'Compact, 32'),
    own('small', 'General', 'Compact, 16'),
    own('double', 'General', 'Compact, 32', 2),
    own('listed', 'Real-ESRGAN General v3, weak denoise', 'Compact, 48'),
    own('strong', 'Real-ESRGAN General v3', 'Compact, 48'),
    own('unknown', 'x', null, 4, 7),
    own('unknown-2', 'x', null, 4, 7),
    own('unknown-3', 'x', null, 4, 8),
    own('unknown-4', 'x', null, 2, 8),
    own('named', 'x', 'SPAN', 4, 8),
  ];
  const partners = (id: string) =>
    blendPartners(id, library).map(({ model, isDenoise }) => [model.id, isDenoise]);
  expect(partners('general')).toEqual([['wdn', true]]);
  expect(partners('wdn')).toEqual([['general', false]]);
  expect(partners('strong')).toEqual([['listed', true]]);
  expect(partners('small')).toEqual([]);
  expect(partners('unknown'), 'without names, the cost tells networks apart').toEqual([['unknown-2', false]]);
  expect(partners('unknown-3')).toEqual([['named', false]]);
  expect(partners('unknown-4')).toEqual([]);
  expect(partners('photo-4x')).toEqual([]);
});
