import { describe, expect, it } from 'vitest';
import { page, pageData } from './page.mjs';

/** @import { Round } from './page.mjs' */

const FIGURES = { clean: null, jpeg: null, drawing: null, colourShift: 0.1, secondsPerMegapixel: 1 };
const INPUT = { width: 1, height: 1, planes: new Float32Array(3) };

/** @param {number} scale @param {number} candidates @returns {Round} */
function round(scale, candidates) {
  const titles = ['Cat </script>', 'Cup', 'Drawing'];
  return {
    scale,
    questions: titles.map((title) => ({ title, kind: 'large', input: INPUT, truth: null })),
    answers: Array.from({ length: candidates }, (_, i) => ({
      name: `Model ${scale}-${i}`,
      kind: 'given',
      bytes: i,
      pictures: titles.map((_title, question) => `data:image/png;base64,${scale}${question}${i}`),
      figures: FIGURES,
    })),
  };
}

const ROUNDS = [round(2, 5), round(4, 7)];

describe('pageData', () => {
  it('shows each candidate once a question, with its own picture', () => {
    const { trials } = pageData(ROUNDS, 1);
    expect(trials).toHaveLength(6);
    for (const [index, { scale, group, panels }] of trials.entries()) {
      const candidates = panels.map(({ candidate }) => candidate).sort((a, b) => a - b);
      expect(candidates).toEqual(Array.from({ length: scale === 2 ? 5 : 7 }, (_, i) => i));
      expect(ROUNDS[group]?.scale).toBe(scale);
      for (const { candidate, picture } of panels)
        expect(picture).toBe(`data:image/png;base64,${scale}${index % 3}${candidate}`);
    }
  });

  it('shuffles each question anew, and otherwise with another seed', () => {
    const orders = (/** @type {number} */ seed) =>
      pageData(ROUNDS, seed).trials.map(({ panels }) => panels.map(({ candidate }) => candidate).join());
    expect(new Set(orders(1)).size).toBe(6);
    expect(orders(1)).toEqual(orders(1));
    expect(orders(1)).not.toEqual(orders(2));
  });

  it('keeps names and figures for the end', () => {
    const { secret } = pageData(ROUNDS, 1);
    const [two, four] = JSON.parse(Buffer.from(secret, 'base64').toString());
    expect(two.candidates[3]).toEqual({ name: 'Model 2-3', kind: 'given', bytes: 3, figures: FIGURES });
    expect(four.candidates).toHaveLength(7);
  });

  it('refuses more candidates than there are letters', () => {
    expect(() => pageData([round(2, 27)], 1)).toThrow('27 candidates');
  });
});

describe('page', () => {
  const html = page(pageData(ROUNDS, 1));

  it('names nobody', () => expect(html).not.toMatch(/Model \d/));

  it('asks nobody for anything', () => {
    expect(html).not.toMatch(/https?:|<link|\bsrc=|@import\s+["'u]|url\(/);
  });

  it('holds its data whole, with a title that looks like markup', () => {
    const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
    expect(JSON.parse(json)).toEqual(pageData(ROUNDS, 1));
  });

  it('has a script without a mistake in its grammar', () => {
    const [, code = ''] = /<script>(.*)<\/script>/s.exec(html) ?? [];
    expect(code).toContain('function reveal');
    expect(() => new Function(code)).not.toThrow();
  });
});
