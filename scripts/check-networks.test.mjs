import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNetworks, openReading } from './check-networks.mjs';

/** @import { Reading } from './check-networks.mjs' */

const PATIENCE_MS = 60_000;
let folder = '';
/** @type {Reading} */
let reading;
let close = async () => {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-networks-'));
  ({ reading, close } = await openReading());
}, PATIENCE_MS);
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

/** What is found where one file of `models/` has another text. @param {string} file @param {string} from @param {string} to */
function checkWith(file, from, to) {
  cpSync('public/models', join(folder, 'models'), { recursive: true });
  const path = join(folder, 'models', file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  return checkNetworks(folder, reading);
}

describe('checkNetworks', { timeout: PATIENCE_MS }, () => {
  it('finds nothing wrong with what is shipped', () => {
    expect(checkNetworks('public', reading)).toEqual([]);
  });

  // The first model of the catalog is photo-4x.
  it.each([
    ['catalog.json', '"scale": 4', '"scale": 2', 'by its graph scale is 4'],
    [
      'catalog.json',
      '"receptiveFieldPx": 10',
      '"receptiveFieldPx": 9',
      'by its graph receptiveFieldPx is 10',
    ],
    ['catalog.json', '"macsPerSourcePx": 187920', '"macsPerSourcePx": 187921', 'macsPerSourcePx is 187920'],
    ['catalog.json', '"peakValuesPerSourcePx": 48', '"peakValuesPerSourcePx": 24', 'PerSourcePx is 48'],
    ['photo-4x.md', '188,400 parameters', '188,401 parameters', 'models/photo-4x.md does not say "188,400'],
    ['photo-4x.md', '756,641 bytes', '756,640 bytes', 'models/photo-4x.md does not say'],
    ['photo-4x.md', '10 source pixels', '11 source pixels', 'models/photo-4x.md does not say'],
    ['photo-4x.md', '187.9 billion', '187.8 billion', 'models/photo-4x.md does not say'],
    ['MODELS.md', '| 188,400 |', '| 188,000 |', 'models/MODELS.md does not say'],
  ])('catches in %s another %j', (file, from, to, named) => {
    const found = checkWith(file, from, to);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(named);
  });

  it('names a file that cannot be read', () => {
    cpSync('public/models', join(folder, 'models'), { recursive: true });
    writeFileSync(join(folder, 'models', 'fast-2x.onnx'), 'no network');
    const [first, ...more] = checkNetworks(folder, reading);
    expect(more).toEqual([]);
    expect(first).toContain('model "fast-2x": fast-2x.onnx cannot be read');
  });
});
