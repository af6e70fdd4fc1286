import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { catalogProblem, findModel, loadCatalog } from './catalog.ts';
import { type BuiltInEntry, builtIn } from './descriptor.ts';
import { type CatalogOffer, fileNameOf, offerBytes, offerHosts } from './offer.ts';

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
const OFFER: CatalogOffer = {
  id: 'offered-4x',
  name: 'Offered',
  uses: ['photo', 'jpeg'],
  description: 'For photographs.',
  scale: 4,
  architecture: 'SPAN',
  licence: 'CC-BY-4.0',
  author: 'Somebody',
  files: [{ url: 'https://raw.githubusercontent.com/a/b/main/c.pth', bytes: 9, sha256: 'cd'.repeat(32) }],
};
const CATALOG_URL = 'https://tessera.example/models/catalog.json';

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

describe('catalogProblem, of offers', () => {
  const [file] = OFFER.files;
  const withFile = (change: object) => [{ ...file, ...change }];
  it.each<[keyof CatalogOffer, readonly unknown[], readonly unknown[]]>([
    ['id', ['a-1'], ['A', '', 7]],
    ['name', ['x'], ['']],
    ['uses', [['general']], [[], ['cats'], 'photo', undefined]],
    ['description', ['x'], ['']],
    ['scale', [1, 16], [0, 17, 1.5]],
    ['architecture', ['ESRGAN'], ['']],
    ['licence', ['CC0-1.0'], ['']],
    ['author', ['x'], [undefined]],
    [
      'files',
      [OFFER.files, [...OFFER.files, ...OFFER.files]],
      [
        [],
        [1],
        [...OFFER.files, ...OFFER.files, ...OFFER.files],
        withFile({ url: 'http://example.org/a' }),
        withFile({ url: 'a.pth' }),
        withFile({ bytes: 0 }),
        withFile({ sha256: 'cd' }),
      ],
    ],
  ])('takes a good “%s” and names a bad one', (field, good, bad) => {
    const problem = (value: unknown) =>
      catalogProblem({ models: [MODEL], offers: [{ ...OFFER, [field]: value }] });
    for (const value of good) expect(problem(value)).toBe(null);
    for (const value of bad)
      expect(problem(value), JSON.stringify(value)).toBe(`offer 0 has a bad “${field}”`);
  });

  it('refuses offers that are no list, and an id that a built-in model has', () => {
    expect(catalogProblem({ models: [MODEL], offers: {} })).toContain('no list');
    expect(catalogProblem({ models: [MODEL], offers: [OFFER, { ...OFFER, id: MODEL.id }] })).toContain(
      MODEL.id,
    );
  });
});

describe('an offer', () => {
  it('says how much of whom it would download', () => {
    const [first] = OFFER.files;
    const other = {
      url: 'https://huggingface.co/a/b/resolve/0/d%20e.bin?x=1#y',
      bytes: 30,
      sha256: 'ef'.repeat(32),
    };
    const offer = { ...OFFER, files: [...OFFER.files, ...OFFER.files, other] };
    expect(offerBytes(offer)).toBe(48);
    expect(offerHosts(offer)).toEqual(['raw.githubusercontent.com', 'huggingface.co']);
    expect(fileNameOf(first?.url ?? '')).toBe('c.pth');
    expect(fileNameOf(other.url)).toBe('d e.bin');
    expect(fileNameOf('https://example.org/%E0%A4%A')).toBe('%E0%A4%A');
  });
});

describe('findModel', () => {
  const [first, second] = [builtIn(MODEL), builtIn(OTHER)];
  const catalog = { models: [first, second], offers: [] };

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

  it('names what the person has besides, too', async () => {
    const own = { ...builtIn(MODEL), id: 'soft-12345678', name: 'Soft', file: null };
    const error = await caught(() => findModel(catalog, 'sofft', [own]));
    expect(error.nextStep).toBe('Choose one of: photo-4x, fast-2x; on this device “Soft” (soft-12345678).');
  });
});

describe('loadCatalog', () => {
  afterEach(() => vi.unstubAllGlobals());
  const answering = (answer: () => Promise<Response>) => vi.stubGlobal('fetch', vi.fn(answer));

  it('gives a sound catalog', async () => {
    answering(async () => Response.json({ models: [MODEL] }));
    expect(await loadCatalog(CATALOG_URL)).toEqual({ models: [builtIn(MODEL)], offers: [] });
    expect(fetch).toHaveBeenCalledWith(CATALOG_URL);
  });

  it('gives what is offered with it', async () => {
    answering(async () => Response.json({ models: [MODEL], offers: [OFFER] }));
    expect((await loadCatalog(CATALOG_URL)).offers).toEqual([OFFER]);
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
    const error = await caught(() => loadCatalog(CATALOG_URL));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.details).toEqual({ url: CATALOG_URL });
  });
});
