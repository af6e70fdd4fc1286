import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LANCZOS3, PlaneResampler } from '../../src/image/resample.ts';
import * as float16 from '../../src/models/onnx/float16.ts';
import * as read from '../../src/models/onnx/read.ts';
import { answersOf } from './answers.mjs';
import { modelsBelow, resamplings } from './candidates.mjs';
import { CONTEXT_PX, PANEL_PX, questionsOf } from './questions.mjs';

/** @import { Candidate } from './candidates.mjs' */

const PATIENCE_MS = 60_000;
const product = /** @type {import('./product.mjs').Product} */ ({
  LANCZOS3,
  PlaneResampler,
  ...float16,
  ...read,
});
const candidates = [
  ...resamplings(product),
  ...modelsBelow(product, fileURLToPath(new URL('../../public/models', import.meta.url)), 'built-in'),
];

/** @param {string} name */
function named(name) {
  return /** @type {Candidate} */ (candidates.find((candidate) => candidate.name === name));
}

describe('candidates', () => {
  it('are two ways of resampling and the built-in models', () => {
    const names = candidates.map(({ name }) => name);
    expect(names).toEqual(['Nearest', 'Lanczos', 'fast-2x', 'photo-2x', 'photo-4x']);
    expect(named('fast-2x').file).toMatchObject({ bytes: 98449 });
  });

  it('are none where there is no folder', () => {
    expect(modelsBelow(product, '/no/such/folder', 'given')).toEqual([]);
  });
});

describe('questionsOf', () => {
  it.each([2, 4])('has a drawing where there are no photographs, at %i×', (scale) => {
    const [question, ...more] = questionsOf(product, scale, '/no/such/folder');
    expect(more).toEqual([]);
    expect(question).toMatchObject({ kind: 'drawing', truth: { width: PANEL_PX, height: PANEL_PX } });
    expect(question?.input.width).toBe(PANEL_PX / scale + 2 * CONTEXT_PX);
  });
});

describe('answersOf', { timeout: PATIENCE_MS }, () => {
  const questions = questionsOf(product, 2, '/no/such/folder');

  it('runs a network, which draws better than nearest and Lanczos', async () => {
    const scores = [];
    for (const name of ['Nearest', 'Lanczos', 'fast-2x']) {
      const answers = await answersOf(named(name), 2, questions);
      expect(answers?.pictures).toHaveLength(1);
      expect(answers?.pictures[0]).toMatch(/^data:image\/png;base64,/);
      expect(answers?.figures).toMatchObject({ clean: null, jpeg: null });
      expect(answers?.figures.colourShift).toBeLessThan(3);
      scores.push(answers?.figures.drawing?.psnrDb ?? 0);
    }
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(scores[2]).toBeGreaterThan(Number(scores[0]) + 2);
  });

  it('lets no network of another scale take part', async () => {
    expect(await answersOf(named('photo-4x'), 2, questions)).toBeNull();
  });
});
