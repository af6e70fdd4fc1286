import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRecipe, modelsOf, parseRecipe, type RecipeStep, readRecipe, recipeName } from './recipe.ts';

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const step: fc.Arbitrary<RecipeStep> = fc.record({
  model: id,
  blend: fc.option(fc.record({ with: id, percent: fc.integer({ min: 0, max: 100 }) })),
});

describe('recipes as text', () => {
  it('come back as they went, also through an address', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (recipe) => {
        const text = formatRecipe(recipe);
        expect(parseRecipe(text)).toEqual(recipe);
        expect(new URLSearchParams({ model: text }).toString()).toBe(`model=${text}`);
      }),
      { seed: 20261121 },
    );
  });

  it('read from left to right', () => {
    expect(parseRecipe('denoise*general.general-wdn.70')).toEqual([
      { model: 'denoise', blend: null },
      { model: 'general', blend: { with: 'general-wdn', percent: 70 } },
    ]);
  });

  it.each([
    '',
    '*',
    'a*',
    'A',
    'a b',
    'a.b',
    'a.b.',
    'a.b.101',
    'a.b.-1',
    'a.b.5.5',
    'a.b.05',
    'a.b.1.2',
    'a..5',
    '-a',
    'a*b*c*d*e',
  ])('do not spell “%s”', (text) => {
    expect(parseRecipe(text)).toBe(null);
  });

  it.each([
    ['', 'names no model'],
    ['a*', 'step 2 of its 2 is empty'],
    ['*a', 'step 1 of its 2 is empty'],
    ['a*b*c*d*e', 'it has 5 steps, of which 4 are the most'],
    ['a.b.101', 'the share “101” in “a.b.101” is no whole number from 0 to 100'],
    ['x*a.b.', 'the share “”'],
    ['a.b.05', 'the share “05”'],
    ['a.b', '“a.b” is neither a model nor a blend'],
    ['a.b.1.2', '“a.b.1.2” is neither'],
    ['a..5', 'the blend “a..5” lacks a model'],
    ['a*B', '“B” is no model’s id'],
  ])('tell what is wrong with “%s”', (text, why) => {
    expect(readRecipe(text)).toContain(why);
  });

  it('are named for people', () => {
    const name = (id: string) => id.toUpperCase();
    expect(recipeName(parseRecipe('a*b.c.30*a') ?? [], name)).toBe('A → B 30 % + C → A');
  });

  it('name every model once', () => {
    expect(modelsOf(parseRecipe('a*b.a.10*a') ?? [])).toEqual(['a', 'b']);
  });
});
