import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const [head, ...photos] = readFileSync(new URL('PHOTOS.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

describe('PHOTOS.tsv', () => {
  it('names 59 photographs, each once and by its content', () => {
    expect(head).toEqual(['file', 'source repository', 'path or blob', 'licence', 'sha256']);
    expect(photos).toHaveLength(59);
    expect(new Set(photos.map(([file]) => file)).size).toBe(59);
    expect(new Set(photos.map((photo) => photo[4])).size).toBe(59);
    for (const photo of photos) expect(photo[4]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('holds only what is free to use', () => {
    for (const [file, , , licence] of photos)
      expect(licence, file).toMatch(/^(?:CC0|public domain|released by Eastman Kodak for unrestricted use)/);
  });

  it('leaves out what the models are measured by', () => {
    for (const [file] of photos) expect(file).not.toMatch(/chelsea|coffee/);
  });
});
