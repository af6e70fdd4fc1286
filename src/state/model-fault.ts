import { modelList } from '../base/model-list.ts';
import { modelsOf, readRecipe } from '../base/recipe.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';

/** What stands in a link's recipe for its first `file`, its second … */
const PLACEHOLDER = /^file-([1-9]\d*)$/;
/** As `libraryId` makes them: a name, then the beginning of a hash. */
const OF_A_LIBRARY = /^[a-z0-9-]+-[0-9a-f]{8,64}$/;

/**
 * Why the recipe `text` cannot be used here, as part of a sentence: it spells none, or needs models that are not here. Null where
 * nothing is wrong.
 * @param models those that are here, the person's own among them
 * @param files for how many `file-1`, `file-2` … a link says where they are
 */
export function modelFault(text: string, models: readonly ModelDescriptor[], files = 0): string | null {
  const recipe = readRecipe(text);
  if (typeof recipe === 'string') return recipe;
  const isHere = (id: string) =>
    models.some((model) => model.id === id) || Number(PLACEHOLDER.exec(id)?.[1] ?? Infinity) <= files;
  const missing = modelsOf(recipe).filter((id) => !isHere(id));
  const [first] = missing;
  if (first === undefined) return null;
  const placeholder = missing.find((id) => PLACEHOLDER.test(id));
  if (placeholder)
    return `“${placeholder}” stands for a file of which the link does not say where it is, as &file=https://… would`;
  const elsewhere = missing.find((id) => OF_A_LIBRARY.test(id));
  if (elsewhere)
    return `“${elsewhere}” looks like a model that somebody added on another device, or that was deleted here. It is only where it was added: get its file from there and drop it here. The models here are ${listed(models)}`;
  const quoted = missing.map((id) => `“${id}”`).join(' and ');
  return `there is no model ${quoted}; the models are ${listed(models)}`;
}

function listed(models: readonly ModelDescriptor[]): string {
  const isBuiltIn = ({ file }: ModelDescriptor) => file !== null;
  return modelList(
    models.filter(isBuiltIn),
    models.filter((model) => !isBuiltIn(model)),
  );
}
