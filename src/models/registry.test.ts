import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { licenceTerms } from './licence.ts';
import { loadRegistry, readRegistry, recognise } from './registry.ts';

const FACTS = '../shared/reference/model-registry.tsv';
const shipped = readRegistry(JSON.parse(readFileSync('public/models/registry.json', 'utf8')));
const hash = (start: string) => start.padEnd(64, '0');

describe('the registry that is shipped', () => {
  it('has a whole entry in every row, and a licence whose terms are known', () => {
    expect(shipped.entries.length).toBeGreaterThan(300);
    for (const entry of shipped.entries) {
      expect(entry.name && entry.author && entry.architecture, JSON.stringify(entry)).toBeTruthy();
      expect(licenceTerms(entry.licence).commercialUse, entry.licence).not.toBe('unknown');
      expect(new URL(entry.url).protocol).toMatch(/^https?:$/);
      expect(entry.scale).toBeGreaterThanOrEqual(1);
      expect(entry.files.length).toBeGreaterThan(0);
      for (const { bytes, sha256Start } of entry.files) {
        expect(bytes).toBeGreaterThan(0);
        expect(sha256Start).toMatch(/^[0-9a-f]{16}$/);
      }
    }
  });

  it('knows a file of one part, with its licence and whether its host lets it be read', () => {
    const sha256 = '07a7ccd6443d012d528999cd77e40c7d265aaf1f656c499b37936e49603a0b1d';
    expect(recognise(shipped, [sha256])).toMatchObject({
      name: '4x-Nomos8kSC',
      author: 'helaman',
      licence: 'CC-BY-4.0',
      architecture: 'ESRGAN',
      scale: 4,
      readableFromHere: true,
    });
  });

  it.skipIf(!existsSync(FACTS))(`knows every model of the facts (needs ${FACTS})`, () => {
    const lines = readFileSync(FACTS, 'utf8').trim().split('\n').slice(1);
    for (const line of lines) {
      const [id = '', , licence, , scale, , , , bytes, sha256 = '', cors, , url] = line.split('\t');
      const entry = shipped.entries.find((one) => one.name === id && one.url === url);
      expect(entry, id).toMatchObject({
        licence,
        scale: Number(scale),
        url,
        readableFromHere: cors === 'yes',
      });
      expect(entry?.files).toEqual([{ bytes: Number(bytes), sha256Start: sha256.slice(0, 16) }]);
      // Some files are on record under two names.
      expect(recognise(shipped, [sha256])?.files, id).toEqual(entry?.files);
    }
  });
});

describe('recognise', () => {
  const row = (name: string, ...files: string[]) =>
    [name, 0, 0, 0, 2, 1, 'https://example.org/a', ...files.flatMap((start) => [7, start])] as const;
  const registry = readRegistry({
    source: '',
    date: '2026-08-14',
    licences: ['MIT'],
    authors: ['somebody'],
    architectures: ['Compact'],
    models: [
      row('twice', 'a1a1a1a1a1a1a1a1', 'bbbbbbbbbbbbbbbb'),
      row('thrice', 'c2c2c2c2c2c2c2c2', 'bbbbbbbbbbbbbbbb'),
      row('alone', 'dddddddddddddddd'),
    ],
  });
  const nameOf = (...starts: string[]) => recognise(registry, starts.map(hash))?.name ?? null;

  it('wants all files of a model where another has some of the same', () => {
    expect(nameOf('a1a1a1a1a1a1a1a1', 'bbbbbbbbbbbbbbbb')).toBe('twice');
    expect(nameOf('bbbbbbbbbbbbbbbb', 'c2c2c2c2c2c2c2c2')).toBe('thrice');
    expect(nameOf('bbbbbbbbbbbbbbbb')).toBe(null);
  });

  it('knows a part that only one model has', () => {
    expect(nameOf('c2c2c2c2c2c2c2c2')).toBe('thrice');
    expect(nameOf('dddddddddddddddd')).toBe('alone');
  });

  it('knows no other file, nor one that only begins alike', () => {
    expect(nameOf('eeeeeeeeeeeeeeee')).toBe(null);
    expect(nameOf('ddddddddddddddd0')).toBe(null);
    expect(nameOf()).toBe(null);
  });
});

describe('loadRegistry', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['no network', async () => Promise.reject(new TypeError('Failed to fetch')), 'Failed to fetch'],
    ['an error page', async () => new Response('', { status: 404 }), '404'],
  ])('says in a coded error that it is not there: %s', async (_what, answer, words) => {
    vi.stubGlobal('fetch', vi.fn(answer));
    await expect(loadRegistry('https://tessera.example/models/registry.json')).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining(words),
    });
  });
});
