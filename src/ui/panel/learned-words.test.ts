import { expect, test } from 'vitest';
import type { ModelDescriptor, TuningSummary } from '../../state/contracts.ts';
import { halfText, learnedLines } from './learned-words.ts';

const PHOTO = { id: 'photo-4x', name: 'Photo', scale: 4 } as ModelDescriptor;
const MODELS = [PHOTO, { ...PHOTO, id: 'fast-2x', name: 'Fast', scale: 2 }];

const TUNING: TuningSummary = {
  modelId: 'photo-4x',
  adapter: 'Card',
  knownTile: 'right',
  precision: 'float16',
  precisionReason: 'it is good enough',
  tile: 256,
  failedTile: null,
};

const found = (changes: Partial<TuningSummary>) =>
  learnedLines([{ ...TUNING, ...changes }], MODELS)[0]?.found;

test.each<[Partial<TuningSummary>, string]>([
  [{}, 'Tile 256 px · half precision used: it is good enough · checked against the processor'],
  [
    { precision: 'float32', precisionReason: 'the card has none', failedTile: 512 },
    'Tile 256 px · memory ran out at 512 px · half precision not used: the card has none · checked against the processor',
  ],
  [{ tile: null, precision: null, precisionReason: '', knownTile: null }, 'Tile not measured yet'],
  [
    { tile: null, precision: null, precisionReason: '', knownTile: 'wrong' },
    'Computed wrong: runs on the processor',
  ],
])('%o', (changes, text) => {
  expect(found(changes)).toBe(text);
});

test('models in the order of the catalog, those that are gone last, and each line once', () => {
  const lines = learnedLines(
    [
      { ...TUNING, modelId: 'gone' },
      { ...TUNING, modelId: 'fast-2x' },
      { ...TUNING, adapter: 'Old card' },
      TUNING,
      TUNING,
    ],
    MODELS,
  );
  expect(lines.map(({ model, adapter }) => `${model}, ${adapter}`)).toEqual([
    'Photo 4×, Card',
    'Photo 4×, Old card',
    'Fast 2×, Card',
    'gone, Card',
  ]);
});

test('half precision is spoken of only where there was a choice', () => {
  expect(halfText({ precision: 'float32', precisionReason: '' })).toBe('');
  expect(halfText({ precision: 'float16', precisionReason: 'it is good enough' })).toBe(
    'half precision used: it is good enough',
  );
});
