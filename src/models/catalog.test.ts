import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { catalogProblem, findModel, loadCatalog } from './catalog.ts';
import { type BuiltInEntry, builtIn } from './descriptor.ts';

const MODEL: BuiltInEntry = {
  id: 'photo-4x',
  name: 'Photo',
  description: 'For photographs.',
  scale: 4,
  file: 'photo-4x.onnx',
  bytes: 756_641,
  sha256: 'ab'.repeat(32),
  licence: 'MIT',
  source: 'models/MODELS.md',
  receptiveFieldPx: 10,
  macsPerSourcePx: 187_920,
  peakValuesPerSourcePx: 48,
};
const OTHER: BuiltInEntry = { ...MODEL, id: 'fast-2x', scale: 2 };
const URL = 'https://tessera.example/models/catalog.json';

async function caught(work: () => unknown): Promise<TesseraError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('catalogProblem', () => {
  it('finds nothing wrong with the catalog that is shipped', () => {
    expect(catalogProblem(JSON.parse(readFileSync('public/models/catalog.json', 'utf8')))).toBe(null);
  });

  it.each<[keyof BuiltInEntry, readonly unknown[], readonly unknown[]]>([
    ['id', ['a', '4x', `a${'b'.repeat(63)}`], ['', 'Photo', '-a', 'a b', '../a', `a${'b'.repeat(64)}`, 7]],
    ['name', ['Photo'], ['', 7, null]],
    ['description', ['For photographs.'], ['', undefined]],
    ['scale', [2, 8], [1, 9, 2.5, '4', Number.NaN]],
    [
      'file',
      ['a.onnx', 'a_b-c.1.onnx'],
      ['a.bin', '.onnx', '../a.onnx', 'x/a.onnx', 'https://a/b.onnx', 'a.onnx?x'],
    ],
    ['bytes', [1], [0, -1, 1.5, '1']],
    ['sha256', ['0f'.repeat(32)], ['0F'.repeat(32), '0f'.repeat(31), `${'0f'.repeat(32)}0`, '']],
    ['licence', ['MIT'], ['', null]],
    ['source', ['https://example.org'], ['', 0]],
    ['receptiveFieldPx', [1], [0, 1.5, '10']],
    ['macsPerSourcePx', [1], [0, Number.POSITIVE_INFINITY]],
    ['peakValuesPerSourcePx', [1], [0, undefined]],
  ])('takes a good “%s” and names a bad one', (field, good, bad) => {
    for (const value of good) expect(catalogProblem({ models: [{ ...MODEL, [field]: value }] })).toBe(null);
    for (const value of bad)
      expect(catalogProblem({ models: [MODEL, { ...OTHER, [field]: value }] }), String(value)).toBe(
        `entry 1 has a bad “${field}”`,
      );
  });

  it.each([
    ['null', null, 'no list'],
    ['a list', [MODEL], 'no list'],
    ['a text', 'models', 'no list'],
    ['no list', { models: {} }, 'no list'],
    ['an empty list', { models: [] }, 'no model'],
    ['an entry that is no object', { models: [MODEL, 'x'] }, 'entry 1'],
    ['an entry that is null', { models: [null] }, 'entry 0'],
    ['an id that stands twice', { models: [MODEL, OTHER, MODEL] }, 'photo-4x'],
  ])('refuses %s', (_what, json, words) => {
    expect(catalogProblem(json)).toContain(words);
  });
});

describe('findModel', () => {
  const [first, second] = [builtIn(MODEL), builtIn(OTHER)];
  const catalog = { models: [first, second] };

  it('finds a model by its id, and the first one where none is named', () => {
    expect(findModel(catalog, 'fast-2x')).toBe(second);
    expect(findModel(catalog, undefined)).toBe(first);
  });

  it.each(['photo', 'PHOTO-4X', '', '__proto__'])(
    'lists the ids there are when asked for “%s”',
    async (id) => {
      const error = await caught(() => findModel(catalog, id));
      expect(error.code).toBe('unknown-model');
      expect(error.details).toEqual({ model: id, known: 'photo-4x, fast-2x' });
      expect(error.nextStep).toContain('photo-4x, fast-2x');
    },
  );
});

describe('loadCatalog', () => {
  afterEach(() => vi.unstubAllGlobals());
  const answering = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', vi.fn(answer));

  it('gives a sound catalog', async () => {
    answering(async () => Response.json({ models: [MODEL] }));
    expect(await loadCatalog(URL)).toEqual({ models: [builtIn(MODEL)] });
    expect(fetch).toHaveBeenCalledWith(URL);
  });

  it.each([
    [
      'no network',
      async () => Promise.reject(new TypeError('Failed to fetch')),
      'model-missing',
      'Failed to fetch',
    ],
    ['an error page', async () => new Response('', { status: 404 }), 'model-missing', '404'],
    ['a page instead of JSON', async () => new Response('<!doctype html>'), 'model-missing', 'JSON'],
    ['other JSON', async () => Response.json([]), 'model-corrupt', 'no list'],
  ] as const)('says so in a coded error: %s', async (_what, answer, code, words) => {
    answering(answer);
    const error = await caught(() => loadCatalog(URL));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.details).toEqual({ url: URL });
  });
});
