import type { StoreApi } from 'zustand/vanilla';
import { type ErrorCode, toWire, type WireError } from '../base/errors.ts';
import { formatRecipe, parseRecipe } from '../base/recipe.ts';
import type { ModelsPort } from '../worker/models-protocol.ts';
import { chosenModel } from './settings.ts';
import type { AppState } from './store.ts';

/** What a change of the recipe can put right; with anything else the job has its own ways out. */
const TOLD: readonly ErrorCode[] = ['model-unsuitable', 'model-unsupported'];

/**
 * Has every recipe of several models checked when it is composed, and keeps in `recipeProblem` why its models do not go
 * together. A job that is started before the answer is there finds out by itself.
 */
export function watchRecipe(port: Pick<ModelsPort, 'checkRecipe'>, store: StoreApi<AppState>): void {
  let checked: string | null = null;

  function look({ settings, catalog }: AppState): void {
    const wanted = structureOf(chosenModel(settings, catalog)?.id ?? '');
    if (wanted === checked) return;
    checked = wanted;
    if (store.getState().recipeProblem) store.setState({ recipeProblem: null });
    if (wanted === null) return;
    port.checkRecipe(wanted).catch((error: unknown) => {
      const problem: WireError = toWire(error);
      if (checked === wanted && TOLD.includes(problem.code)) store.setState({ recipeProblem: problem });
    });
  }

  store.subscribe((now, before) => {
    if (now.settings !== before.settings || now.catalog !== before.catalog) look(now);
  });
  look(store.getState());
}

/** The recipe as far as it decides whether its models go together: any share of a blend does for all. Null for one model. */
function structureOf(text: string): string | null {
  const recipe = parseRecipe(text);
  if (!recipe || (recipe.length === 1 && !recipe[0]?.blend)) return null;
  return formatRecipe(
    recipe.map(({ model, blend }) => ({ model, blend: blend && { ...blend, percent: 50 } })),
  );
}
