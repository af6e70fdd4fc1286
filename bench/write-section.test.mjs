import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withSection } from './write-section.mjs';

describe('withSection', () => {
  it('puts the text between the comments, and again in place of it', () => {
    const document = 'before\n<!-- begin a -->\nold\n<!-- end a -->\nafter\n';
    const once = withSection(document, 'a', 'new\n');
    expect(once).toBe('before\n<!-- begin a -->\n\nnew\n\n<!-- end a -->\nafter\n');
    expect(withSection(once, 'a', 'new')).toBe(once);
  });

  it('takes text as it is', () => {
    expect(withSection('<!-- begin a --><!-- end a -->', 'a', "$& $' `x`")).toContain("$& $' `x`");
  });

  it.each(['processor', 'graphics-card', 'pytorch', 'peers'])(
    'finds the section %s in the document',
    (name) => {
      const document = readFileSync(new URL('../docs/benchmarks.md', import.meta.url), 'utf8');
      expect(withSection(document, name, 'figures')).toContain(`<!-- begin ${name} -->\n\nfigures\n`);
    },
  );

  it('fails where there is no such section', () => {
    expect(() => withSection('<!-- end a --> <!-- begin a -->', 'a', '')).toThrow('no section');
  });
});
