import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkModels } from './check-models.mjs';

const BYTES = Buffer.from('a model');
const MODEL = {
  id: 'toy-2x',
  name: 'Toy',
  description: 'For this test.',
  scale: 2,
  file: 'toy-2x.onnx',
  bytes: BYTES.length,
  sha256: createHash('sha256').update(BYTES).digest('hex'),
  licence: 'MIT',
  source: 'models/MODELS.md',
  receptiveFieldPx: 3,
  macsPerSourcePx: 10,
  peakValuesPerSourcePx: 4,
};
const CARD = `![A cat](toy-2x-cat.webp) <!-- begin figures --> ${MODEL.file} ${MODEL.sha256} <!-- end figures -->`;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-models-'));
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'models', 'toy-2x.onnx'), BYTES);
  writeFileSync(join(folder, 'models', 'MODELS.md'), '`toy-2x.onnx`, licence MIT');
  writeCard(CARD);
  writeFileSync(join(folder, 'models', 'toy-2x-cat.webp'), 'a picture');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** @param {string} text */
function writeCard(text) {
  writeFileSync(join(folder, 'models', 'toy-2x.md'), text);
}

/** @param {readonly unknown[]} models */
function check(...models) {
  writeFileSync(join(folder, 'models', 'catalog.json'), JSON.stringify({ models }));
  return checkModels(folder).join('\n');
}

describe('checkModels', () => {
  it('finds nothing wrong with a sound catalog', () => {
    expect(check(MODEL)).toBe('');
  });

  it.each([
    ['another size', { bytes: 8 }, 'has 7 bytes'],
    ['another hash', { sha256: '0'.repeat(64) }, 'has SHA-256'],
    ['no licence', { licence: undefined }, 'licence'],
    ['a licence that the source does not name', { licence: 'BSD-3-Clause' }, 'does not mention the licence'],
    ['a source that does not exist', { source: 'models/NONE.md' }, 'is no file of public'],
    ['a source outside public', { source: '../package.json' }, 'is no file of public'],
    ['a file that does not exist', { file: 'none.onnx' }, 'is missing'],
    ['a scale of one', { scale: 1 }, 'scale'],
    ['an id that is not safe in an address', { id: 'Toy 2x' }, 'id'],
    ['a field that nobody knows', { colour: 'red' }, '"colour"'],
  ])('catches %s', (_what, change, named) => {
    expect(check({ ...MODEL, ...change })).toContain(named);
  });

  it('catches a file that is not listed', () => {
    writeFileSync(join(folder, 'models', 'stray.onnx'), BYTES);
    expect(check(MODEL)).toContain('stray.onnx');
  });

  it('catches a model without a card', () => {
    rmSync(join(folder, 'models', 'toy-2x.md'));
    expect(check(MODEL)).toContain('no card models/toy-2x.md');
  });

  it.each([
    ['figures of another file', CARD.replace(MODEL.sha256, '0'.repeat(64)), 'another sha256'],
    ['a hash that stands outside the figures', `${MODEL.sha256} ${CARD.replace(MODEL.sha256, '')}`, 'sha256'],
    ['figures of another name', CARD.replace(MODEL.file, 'other.onnx'), 'another file'],
    ['no place for figures', CARD.replace('begin', ''), 'no place for figures'],
    ['a picture that is missing', `${CARD} ![A dog](toy-2x-dog.webp)`, 'models/toy-2x-dog.webp is shown'],
    ['a picture from elsewhere', `${CARD} ![A dog](../dog.webp)`, 'is no WebP file there'],
    ['a picture that would be fetched ahead', CARD.replace('cat.webp', 'cat.png'), 'is no WebP file there'],
    ['a picture that no card shows', CARD.replace('![A cat]', ''), 'models/toy-2x-cat.webp is in no line'],
  ])('catches in a card %s', (_what, card, named) => {
    writeCard(card);
    writeFileSync(join(folder, 'models', 'toy-2x-cat.png'), 'a picture');
    expect(check(MODEL)).toContain(named);
  });

  it('holds the budget of all pictures', () => {
    const path = join(folder, 'models', 'toy-2x-cat.webp');
    writeFileSync(path, Buffer.alloc(400_000));
    expect(check(MODEL)).toBe('');
    writeFileSync(path, Buffer.alloc(400_001));
    expect(check(MODEL)).toContain('400001 bytes together');
  });

  it('catches an id that occurs twice', () => {
    expect(check(MODEL, MODEL)).toContain('id "toy-2x" occurs twice');
  });

  it('catches an empty and a broken catalog', () => {
    expect(check()).toContain('no list');
    writeFileSync(join(folder, 'models', 'catalog.json'), '{');
    expect(checkModels(folder).join()).toContain('cannot be read');
  });
});

describe('checkModels, of offers', () => {
  const FILE = {
    url: 'https://raw.githubusercontent.com/somebody/models/main/toy.pth',
    bytes: 7,
    sha256: 'ab'.repeat(32),
  };
  const OFFER = {
    id: 'offered-4x',
    name: 'Offered',
    uses: ['photo'],
    description: 'For this test.',
    scale: 4,
    architecture: 'SPAN',
    licence: 'MIT',
    author: 'Somebody',
    files: [FILE],
  };

  /** @param {unknown} offers @param {readonly unknown[]} [files] */
  function checkOffers(offers, files = [7, 'ab'.repeat(8)]) {
    const registry = { licences: ['MIT'], models: [['toy', 0, 0, 0, 4, 1, 'https://example.org', ...files]] };
    writeFileSync(join(folder, 'models', 'registry.json'), JSON.stringify(registry));
    writeFileSync(join(folder, 'models', 'catalog.json'), JSON.stringify({ models: [MODEL], offers }));
    return checkModels(folder).join('\n');
  }

  it('finds nothing wrong with what is on record', () => {
    expect(checkOffers([OFFER])).toBe('');
    expect(checkOffers([])).toBe('');
  });

  it.each([
    ['another size than the record', { files: [{ ...FILE, bytes: 8 }] }, 'no model of registry.json'],
    [
      'a hash that is not on record',
      { files: [{ ...FILE, sha256: 'cd'.repeat(32) }] },
      'no model of registry.json',
    ],
    ['a file too many', { files: [FILE, FILE] }, 'no model of registry.json'],
    ['another licence than the record', { licence: 'CC0-1.0' }, 'another licence'],
    ['another scale than the record', { scale: 2 }, 'another licence or scale'],
    [
      'an address without encryption',
      { files: [{ ...FILE, url: FILE.url.replace('https', 'http') }] },
      'url',
    ],
    [
      'a release, which no page may read',
      { files: [{ ...FILE, url: 'https://github.com/a/b/releases/download/1/a.pth' }] },
      'url',
    ],
    [
      'a branch of Hugging Face',
      { files: [{ ...FILE, url: 'https://huggingface.co/a/b/resolve/main/a.pth' }] },
      'url',
    ],
    ['an architecture that is not built', { architecture: 'DAT' }, 'architecture'],
    ['a use that nobody knows', { uses: ['photo', 'cats'] }, 'uses'],
    ['no use', { uses: [] }, 'uses'],
    ['no files', { files: [] }, 'files'],
    ['a file that is no object', { files: ['toy.pth'] }, 'files'],
    ['the id of a built-in model', { id: MODEL.id }, 'occurs twice'],
    ['a field that nobody knows', { colour: 'red' }, '"colour"'],
  ])('catches %s', (_what, change, named) => {
    expect(checkOffers([{ ...OFFER, ...change }])).toContain(named);
  });

  it('catches offers that are no list, and a registry that is missing', () => {
    expect(checkOffers({})).toContain('no list');
    writeFileSync(
      join(folder, 'models', 'catalog.json'),
      JSON.stringify({ models: [MODEL], offers: [OFFER] }),
    );
    rmSync(join(folder, 'models', 'registry.json'));
    expect(checkModels(folder).join()).toContain('registry.json cannot be read');
  });
});
