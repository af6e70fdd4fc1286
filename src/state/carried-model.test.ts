import { expect, test } from 'vitest';
import type { CatalogOffer } from '../models/offer.ts';
import type { LibraryModel } from '../worker/models-protocol.ts';
import { carriedModel } from './carried-model.ts';
import { readLink, withIds } from './link.ts';

const HASHES = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const own = (id: string, source: string, ...sha256s: string[]) =>
  ({
    id,
    name: `Model ${id}`,
    source,
    origin: { files: sha256s.map((sha256) => ({ sha256 })) },
  }) as unknown as LibraryModel;

const LIBRARY = [
  own('linked-1', 'https://h.example/a/x.pth', HASHES[0]),
  own('pair-1', 'https://h.example/x.param,https://h.example/x.bin', HASHES[1], HASHES[2]),
  own('zipped-1', 'https://h.example/x.zip', HASHES[1], HASHES[2]),
  own('offered-1', 'offer', HASHES[1], HASHES[2]),
  own('dropped-1', '', HASHES[0]),
  own('page-1', 'https://openmodeldb.example/models/x', HASHES[0]),
  own('release-1', 'https://github.com/a/b/releases/download/v1/x.pth', HASHES[0]),
];
const OFFER = {
  id: 'offer',
  files: [
    { url: 'https://o.example/y.param', bytes: 1, sha256: HASHES[1] },
    { url: 'https://o.example/y.bin', bytes: 2, sha256: HASHES[2] },
  ],
} as unknown as CatalogOffer;
const carried = (text: string) => carriedModel(text, LIBRARY, [OFFER]);

test.each([
  ['photo-2x', [['model', 'photo-2x']]],
  ['photo-2x*fast-2x', [['model', 'photo-2x*fast-2x']]],
  ['linked-1', [['model', `https://h.example/a/x.pth#sha256=${HASHES[0]}`]]],
  ['zipped-1', [['model', 'https://h.example/x.zip']]],
  [
    'linked-1*linked-1',
    [
      ['model', 'file-1*file-1'],
      ['file', `https://h.example/a/x.pth#sha256=${HASHES[0]}`],
    ],
  ],
])('%s is carried', (text, parts) => {
  expect(carried(text)).toEqual({ parts, onlyHere: [] });
});

test.each(['linked-1', 'pair-1', 'offered-1', 'photo-2x*offered-1', 'linked-1.pair-1.30*fast-2x'])(
  '%s is what the link leads to',
  (text) => {
    const search = (carried(text).parts ?? [])
      .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      .join('&');
    const reading = readLink(`?${search}`, '');
    if (reading.kind !== 'link') throw new Error(JSON.stringify(reading));
    const ids = text.split(/[*.]/).filter((id) => id.endsWith('-1'));
    expect(withIds(reading.link, ids)).toBe(text);
    expect(reading.link.models.flat().every(({ sha256 }) => sha256 !== null)).toBe(true);
  },
);

test.each(['dropped-1', 'page-1', 'release-1', 'linked-1*dropped-1'])('%s is on this device only', (text) => {
  const { parts, onlyHere } = carried(text);
  expect(parts).toBeNull();
  expect(onlyHere).toEqual([`Model ${text.split('*').at(-1)}`]);
});
