import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const HEAD = ['file', 'source repository', 'path or blob', 'licence', 'sha256'];

/** The lines of a list, without remarks. @param {string} name @returns {string[][]} */
function linesOf(name) {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

describe.each([
  ['PHOTOS.tsv', 59],
  ['HELD_OUT.tsv', 2],
])('%s', (name, count) => {
  const [head, ...photos] = linesOf(name);

  it(`names ${count} photographs, each once and by its content`, () => {
    expect(head).toEqual(HEAD);
    expect(photos).toHaveLength(count);
    expect(new Set(photos.map(([file]) => file)).size).toBe(count);
    expect(new Set(photos.map((photo) => photo[4])).size).toBe(count);
    for (const photo of photos) expect(photo[4]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says of each in which state of which repository it lies', () => {
    for (const [file, repository, place] of photos)
      expect(`${repository} ${place}`, file).toMatch(
        /^github\.com\/[^/]+\/[^/ ]+ (?:@[0-9a-f]{7,} \S.*|\S.* blob [0-9a-f]{40})$/,
      );
  });

  it('holds only what is free to use', () => {
    for (const [file, , , licence] of photos)
      expect(licence, file).toMatch(/^(?:CC0|public domain|released by Eastman Kodak for unrestricted use)/);
  });
});

describe('PHOTOS.tsv', () => {
  it('leaves out what the models are measured by', () => {
    const heldOut = linesOf('HELD_OUT.tsv').slice(1);
    for (const [file] of linesOf('PHOTOS.tsv')) expect(file).not.toMatch(/chelsea|coffee/);
    const hashes = linesOf('PHOTOS.tsv').map((photo) => photo[4]);
    for (const photo of heldOut) expect(hashes).not.toContain(photo[4]);
  });
});
