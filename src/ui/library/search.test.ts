import { expect, test } from 'vitest';
import type { CatalogOffer } from '../../models/offer.ts';
import type { LibraryModel, RegistryEntry } from '../../worker/models-protocol.ts';
import { elsewhere, offersFor, ownModelOf } from './search.ts';

const HASH = `ab12${'0'.repeat(60)}`;
const offer: CatalogOffer = {
  id: 'skies',
  name: 'Skies',
  uses: ['anime', 'text'],
  description: 'Clouds at night.',
  scale: 2,
  architecture: 'Compact',
  licence: 'MIT',
  author: 'Ann Author',
  files: [{ url: 'https://models.example/skies.pth', bytes: 10, sha256: HASH }],
};
const entry: RegistryEntry = {
  ...offer,
  url: 'https://models.example',
  readableFromHere: false,
  files: [{ bytes: 10, sha256Start: 'ffff' }],
};

test.each([
  ['all', '', 1],
  ['text', '', 1],
  ['photo', '', 0],
  ['all', 'ann  CLOUDS', 1],
  ['all', '2x compact mit', 1],
  ['all', '2×', 1],
  ['all', 'ann 4x', 0],
  ['photo', 'ann', 0],
] as const)('for %s, “%s” finds %d', (use, search, count) => {
  expect(offersFor([offer], use, search)).toHaveLength(count);
});

test('what is offered is not told a second time', () => {
  const offered = { ...entry, files: [{ bytes: 10, sha256Start: 'ab12' }] };
  expect(elsewhere([entry, offered], [offer], '')).toEqual([entry]);
  expect(elsewhere([entry, offered], [], 'skies')).toEqual([entry, offered]);
  expect(elsewhere([entry], [], 'seas')).toEqual([]);
});

test('an offer is on the device when all its files are', () => {
  const own = { origin: { files: [{ sha256: HASH }] } } as unknown as LibraryModel;
  expect(ownModelOf(offer, [own])).toBe(own);
  const [file] = offer.files;
  const two = { ...offer, files: [...offer.files, { ...file, sha256: 'c'.repeat(64) }] } as CatalogOffer;
  expect(ownModelOf(two, [own])).toBeNull();
});
