import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** `training/evaluate/cards.py` writes the figures of cards and README, and notes the hashes of both sides. */
/** @type {Record<string, string>} */
const written = JSON.parse(readFileSync('training/written.json', 'utf8'));

describe('figures in Markdown are those of the evaluation', () => {
  it('for every file of figures there is', () => {
    const files = readdirSync('training/figures').map((name) => `training/figures/${name}`);
    expect(files.filter((file) => !(file in written))).toEqual([]);
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(Object.keys(written))('%s is as it was when they were written', (file) => {
    const text = readFileSync(file, 'utf8');
    const [, figures] = /<!-- begin figures -->\n\n([\s\S]*?)\n\n<!-- end figures -->/.exec(text) ?? [
      null,
      text,
    ];
    expect(
      createHash('sha256')
        .update(figures ?? text)
        .digest('hex'),
    ).toBe(written[file]);
  });
});
