import { formatRecipe, parseRecipe, type RecipeStep } from '../base/recipe.ts';
import type { ModelDescriptor } from '../models/descriptor.ts';
import type { LibraryModel } from '../worker/models-protocol.ts';

/** A recipe as people make one: a model, perhaps twice, and perhaps another one before and after it. */
export type Steps = {
  readonly before: string | null;
  readonly main: RecipeStep;
  readonly twice: boolean;
  readonly after: string | null;
};

/** Two models that were trained from the same network: between them lie others. */
export type BlendPartner = {
  readonly model: LibraryModel;
  /** Whether the first of the two is the one that takes more noise away. */
  readonly isDenoise: boolean;
};

/** `text` as steps; null where it is a recipe that they cannot spell. */
export function stepsOf(text: string, models: readonly ModelDescriptor[]): Steps | null {
  const recipe = parseRecipe(text);
  if (!recipe) return null;
  const enlarges = ({ model }: RecipeStep) => models.some(({ id, scale }) => id === model && scale > 1);
  const found = recipe.findIndex(enlarges);
  const at = Math.max(found, 0);
  const main = recipe[at] as RecipeStep;
  const [before, tooMuch] = recipe.slice(0, at);
  const rest = recipe.slice(at + 1);
  const twice = rest[0] !== undefined && formatRecipe([rest[0]]) === formatRecipe([main]);
  const [after, tooMuchAfter] = twice ? rest.slice(1) : rest;
  if (tooMuch || tooMuchAfter || before?.blend || after?.blend) return null;
  return { before: before?.model ?? null, main, twice, after: after?.model ?? null };
}

export function textOfSteps({ before, main, twice, after }: Steps): string {
  const plain = (model: string | null): RecipeStep[] => (model === null ? [] : [{ model, blend: null }]);
  return formatRecipe([...plain(before), main, ...(twice ? [main] : []), ...plain(after)]);
}

/**
 * The models of the library that can most likely be blended with `id`: of the same scale and architecture. Where that has
 * no name, as in ncnn and ONNX files, networks that cost the same to the last multiplication are taken for alike;
 * the check of the recipe (`recipe-check.ts`) then compares them layer by layer.
 */
export function blendPartners(id: string, library: readonly LibraryModel[]): readonly BlendPartner[] {
  const own = library.find((model) => model.id === id);
  if (!own) return [];
  const isAlike = ({ architecture, scale, macsPerSourcePx }: LibraryModel) => {
    const named = architecture !== null && own.architecture !== null;
    return (
      scale === own.scale &&
      (named ? architecture === own.architecture : macsPerSourcePx === own.macsPerSourcePx)
    );
  };
  return library
    .filter((model) => model.id !== id && isAlike(model))
    .map((model) => ({ model, isDenoise: isWeaker(model) && !isWeaker(own) }));
}

/** Real-ESRGAN calls those of its models that leave noise in the picture “wdn”, our list says it in words. */
function isWeaker({ name }: LibraryModel): boolean {
  return /\b(?:wdn|weak denoise)\b/i.test(name.replace(/_/g, ' '));
}
