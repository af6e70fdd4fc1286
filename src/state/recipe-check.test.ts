import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { TesseraError } from '../base/errors.ts';
import type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
import { watchRecipe } from './recipe-check.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import type { AppState } from './store.ts';

const model = (id: string, scale: number) => ({ id, name: id, scale, file: null }) as ModelDescriptor;
const catalog: Catalog = { models: [model('a', 2), model('b', 2), model('c', 4)], offers: [] };
const unsuitable = new TesseraError('model-unsuitable', 'They differ.', 'Take another one.');

/** A page whose worker answers when the test says so. */
function setUp(first: string | null = null) {
  const asked: { readonly recipe: string; readonly answer: (problem: unknown) => Promise<void> }[] = [];
  const checkRecipe = (recipe: string) =>
    new Promise<void>((resolve, reject) => {
      const answer = async (problem: unknown) => {
        if (problem) reject(problem);
        else resolve();
        await new Promise((done) => setTimeout(done));
      };
      asked.push({ recipe, answer });
    });
  const settings = { ...DEFAULT_SETTINGS, model: first };
  const store = createStore<AppState>(() => ({ settings, catalog, recipeProblem: null }) as AppState);
  watchRecipe({ checkRecipe }, store);
  const choose = (text: string | null) => store.setState({ settings: { ...DEFAULT_SETTINGS, model: text } });
  const problem = () => store.getState().recipeProblem?.message ?? null;
  return { asked, choose, problem, store };
}

test('a recipe of several models is checked, also the one that the page begins with', async () => {
  const { asked, choose, problem } = setUp('a*c');
  expect(asked.map(({ recipe }) => recipe)).toEqual(['a*c']);
  await asked[0]?.answer(unsuitable);
  expect(problem()).toBe('They differ.');
  choose('a.b.30');
  expect(problem(), 'what was said of another recipe is past').toBeNull();
  expect(asked.at(-1)?.recipe).toBe('a.b.50');
  await asked[1]?.answer(null);
  expect(problem()).toBeNull();
});

test('one model needs no check, nor does another share of the same blend, nor another setting', async () => {
  const { asked, choose, problem, store } = setUp();
  choose('a');
  choose(null);
  expect(asked).toEqual([]);
  choose('a.b.10');
  await asked[0]?.answer(unsuitable);
  choose('a.b.90');
  store.setState(({ settings }) => ({ settings: { ...settings, format: 'webp' } }));
  expect(asked).toHaveLength(1);
  expect(problem()).toBe('They differ.');
  choose('a');
  expect(problem()).toBeNull();
});

test('an answer that comes too late, or that says nothing of the recipe, is not shown', async () => {
  const { asked, choose, problem } = setUp('a*a');
  choose('a*b');
  await asked[0]?.answer(unsuitable);
  expect(problem()).toBeNull();
  await asked[1]?.answer(new TesseraError('model-missing', 'No network.', 'Connect.'));
  expect(problem()).toBeNull();
});
