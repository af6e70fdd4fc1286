import { modelsOf, parseRecipe, recipeName } from '../base/recipe.ts';
import type { Catalog, ModelDescriptor } from '../models/descriptor.ts';

/**
 * The model that a recipe spells, as far as choosing and estimating goes: of several one after the other the scales
 * multiply and each step's cost counts at the size that it is given. Null where the text is no recipe, or a model is not here.
 */
export function recipeModel(text: string, { models }: Catalog): ModelDescriptor | null {
  const recipe = parseRecipe(text);
  if (!recipe) return null;
  const here = new Map(models.map((model) => [model.id, model]));
  if (!modelsOf(recipe).every((id) => here.has(id))) return null;
  const steps = recipe.map(({ model }) => here.get(model) as ModelDescriptor);
  const [first] = steps;
  if (!first) return null;
  const isPlain = steps.length === 1 && !recipe[0]?.blend;
  return isPlain
    ? first
    : {
        ...steps.reduce(then),
        id: text,
        name: recipeName(recipe, (id) => here.get(id)?.name ?? id),
        file: null,
      };
}

/** The smallest scale that a person may choose: a model that only restores does not enlarge. */
export function leastScale(model: ModelDescriptor | null): number {
  return Math.min(2, model?.scale ?? 2);
}

function then(first: ModelDescriptor, second: ModelDescriptor): ModelDescriptor {
  const larger = first.scale ** 2;
  return {
    ...first,
    scale: first.scale * second.scale,
    bytes: first.bytes + second.bytes,
    macsPerSourcePx: first.macsPerSourcePx + larger * second.macsPerSourcePx,
    peakValuesPerSourcePx: Math.max(first.peakValuesPerSourcePx, larger * second.peakValuesPerSourcePx),
  };
}
