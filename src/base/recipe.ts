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
  const recipe = readRecipe(text);
  return typeof recipe === 'string' ? null : recipe;
}

/** The recipe that `text` spells; where it spells none, the first thing that is wrong with it, as part of a sentence. */
export function readRecipe(text: string): Recipe | string {
  if (text === '') return 'it names no model';
  const parts = text.split('*');
  if (parts.length > MAX_STEPS) return `it has ${parts.length} steps, of which ${MAX_STEPS} are the most`;
  const steps: RecipeStep[] = [];
  for (const [index, part] of parts.entries()) {
    if (part === '') return `step ${index + 1} of its ${parts.length} is empty`;
    const step = readStep(part);
    if (typeof step === 'string') return step;
    steps.push(step);
  }
  return steps;
}

export function formatRecipe(recipe: Recipe): string {
  return recipe
    .map(({ model, blend }) => (blend ? `${model}.${blend.with}.${blend.percent}` : model))
    .join('*');
}

/** The recipe for people, by the names of its models: “Denoise → General 30 % + Sharp”. */
export function recipeName(recipe: Recipe, nameOf: (id: string) => string): string {
  return recipe
    .map(({ model, blend }) =>
      blend ? `${nameOf(model)} ${blend.percent} % + ${nameOf(blend.with)}` : nameOf(model),
    )
    .join(' → ');
}

/** Every model that the recipe needs, each once. */
export function modelsOf(recipe: Recipe): readonly string[] {
  return [...new Set(recipe.flatMap(({ model, blend }) => (blend ? [model, blend.with] : [model])))];
}

function readStep(text: string): RecipeStep | string {
  const parts = text.split('.');
  const [model = '', other = '', percent = ''] = parts;
  if (parts.length !== 1 && parts.length !== 3)
    return `“${text}” is neither a model nor a blend of two with the share of the first in percent, such as a.b.50`;
  const ids = parts.length === 1 ? [model] : [model, other];
  const wrong = ids.find((id) => !MODEL_ID.test(id));
  if (wrong === '') return `the blend “${text}” lacks a model`;
  if (wrong !== undefined)
    return `“${wrong}” is no model’s id, which is of small letters, digits and hyphens`;
  if (parts.length === 1) return { model, blend: null };
  if (!/^(?:100|[1-9]?[0-9])$/.test(percent))
    return `the share “${percent}” in “${text}” is no whole number from 0 to 100`;
  return { model, blend: { with: other, percent: Number(percent) } };
}
