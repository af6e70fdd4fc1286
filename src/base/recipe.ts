/**
 * Which networks make a picture: one model, two blended by weight, or several one after the other. The address, the
 * command line and the screen share it, as text: steps joined by `*`, run from left to right; a blend is
 * `a.b.percent`, the percentage being that of `a`. Both signs stay as they are in an address.
 */
export type Recipe = readonly RecipeStep[];

export type RecipeStep = {
  readonly model: string;
  /** A second model of the same architecture, and how much of the first is in the mix, in percent, 0..100. */
  readonly blend: { readonly with: string; readonly percent: number } | null;
};

export const MODEL_ID = /^[a-z0-9][a-z0-9-]{0,79}$/;
/** More steps than anybody needs; each multiplies the time. */
export const MAX_STEPS = 4;

/** The recipe that `text` spells; null where it spells none. */
export function parseRecipe(text: string): Recipe | null {
  const steps = text.split('*').map(parseStep);
  if (steps.length > MAX_STEPS) return null;
  return steps.every((step) => step !== null) ? steps : null;
}

export function formatRecipe(recipe: Recipe): string {
  return recipe
    .map(({ model, blend }) => (blend ? `${model}.${blend.with}.${blend.percent}` : model))
    .join('*');
}

/** Every model that the recipe needs, each once. */
export function modelsOf(recipe: Recipe): readonly string[] {
  return [...new Set(recipe.flatMap(({ model, blend }) => (blend ? [model, blend.with] : [model])))];
}

function parseStep(text: string): RecipeStep | null {
  const [model = '', other, percent, ...more] = text.split('.');
  if (!MODEL_ID.test(model)) return null;
  if (other === undefined) return { model, blend: null };
  const isBlend = percent !== undefined && more.length === 0 && MODEL_ID.test(other);
  if (!isBlend || !/^(?:100|[1-9]?[0-9])$/.test(percent)) return null;
  return { model, blend: { with: other, percent: Number(percent) } };
}
