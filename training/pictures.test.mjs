import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const MODELS = 'public/models';

/**
 * What `training/evaluate/crops.py` wrote, from which model (by SHA-256).
 * @type {Record<string, { sha256: string, widthPx: number, heightPx: number, model: string }>}
 */
const pictures = JSON.parse(readFileSync('training/pictures.json', 'utf8'));
/** @type {{ models: { id: string, sha256: string }[] }} */
const { models } = JSON.parse(readFileSync(`${MODELS}/catalog.json`, 'utf8'));

/** Sides of a lossy WebP: RFC 9649, section 2.5, after the frame header of RFC 6386, 9.1. @param {Buffer} bytes */
function sidesOf(bytes) {
  expect(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 16)).toBe('RIFFWEBPVP8 ');
  return { widthPx: bytes.readUInt16LE(26) & 0x3fff, heightPx: bytes.readUInt16LE(28) & 0x3fff };
}

describe('pictures of the model cards', () => {
  it('are those that were written, no more and no fewer', () => {
    const there = readdirSync(MODELS).filter((name) => name.endsWith('.webp'));
    expect(there.sort()).toEqual(Object.keys(pictures).sort());
    expect(there.length).toBeGreaterThan(0);
  });

  it.each(Object.keys(pictures))('%s is unchanged, and of the model that is shipped', (name) => {
    const bytes = readFileSync(`${MODELS}/${name}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const model = models.find(({ id }) => name.startsWith(`${id}-`))?.sha256;
    expect({ sha256, ...sidesOf(bytes), model }).toEqual(pictures[name]);
  });

  it.each(models.map(({ id }) => id))('are shown in the card of %s, three of them, each once', (id) => {
    const card = readFileSync(`${MODELS}/${id}.md`, 'utf8');
    const shown = [...card.matchAll(/!\[[^\]]+\]\(([^)]*)\)/g)].map(([, target]) => target);
    expect(shown.sort()).toEqual(['fur', 'jpeg', 'text'].map((name) => `${id}-${name}.webp`));
  });
});
