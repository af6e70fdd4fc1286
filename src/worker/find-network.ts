import { TesseraError } from '../base/errors.ts';
import { type Recipe, readRecipe } from '../base/recipe.ts';
import { findModel, loadCatalog } from '../models/catalog.ts';
import type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
import type { DownloadProgress } from '../models/fetch-kept.ts';
import { findLibraryModel, type LibraryModel, listModels, readModel } from '../models/library/library.ts';
import { loadModelFile } from '../models/model-file.ts';
import { checkRecipe, compose } from './compose.ts';

/** What a model's bytes may tell of while they come. */
export type LoadEvents = {
  readonly onProgress: DownloadProgress;
  /** They could not be kept for offline. */
  readonly onNotKept: (reason: unknown) => void;
};

/** A network that a job asked for: what it is, and how to get its bytes. */
export type FoundNetwork = {
  readonly model: ModelDescriptor;
  /** @throws TesseraError `model-missing` or `model-corrupt` */
  readonly load: (events: LoadEvents) => Promise<Uint8Array<ArrayBuffer>>;
};

/**
 * The network that a recipe spells, of the catalog and this device's library; without a recipe the catalog's first. Where
 * several models make it up, they are loaded now.
 * @throws TesseraError `bad-option` where the text is no recipe, `unknown-model`, `model-unsuitable` where models do not go
 * together; as `load`
 */
export async function findNetwork(
  text: string | undefined,
  catalogUrl: string,
  events: LoadEvents,
): Promise<FoundNetwork> {
  const catalog = await loadCatalog(catalogUrl);
  const recipe = recipeOf(text ?? findModel(catalog, undefined).id);
  const find = (id: string) => findOne(id, catalog, catalogUrl);
  const [only, ...more] = recipe;
  if (only && more.length === 0 && !only.blend) return find(only.model);
  return compose(recipe, async (id) => {
    const { model, load } = await find(id);
    return { model, bytes: await load(events) };
  });
}

/**
 * Whether the models that a recipe spells go together, as early as when it is composed.
 * @throws as `findNetwork`
 */
export async function checkNetwork(text: string, catalogUrl: string): Promise<void> {
  const catalog = await loadCatalog(catalogUrl);
  await checkRecipe(recipeOf(text), async (id) => {
    const { model, load } = await findOne(id, catalog, catalogUrl);
    return { model, bytes: await load(UNHEARD) };
  });
}

/** For a check, which is over before anybody could read how far it is. */
const UNHEARD: LoadEvents = { onProgress: () => undefined, onNotKept: () => undefined };

async function findOne(id: string, catalog: Catalog, catalogUrl: string): Promise<FoundNetwork> {
  const builtIn = catalog.models.find((model) => model.id === id);
  if (builtIn) {
    const load = ({ onProgress, onNotKept }: LoadEvents) =>
      loadModelFile(builtIn, catalogUrl, onProgress, onNotKept);
    return { model: builtIn, load };
  }
  const own = await findOwn(id, catalog);
  return { model: own, load: () => readModel(own) };
}

async function findOwn(id: string, catalog: Catalog): Promise<LibraryModel> {
  try {
    return await findLibraryModel(id);
  } catch {
    // Names what there is, which is of more help than that the library has none.
    findModel(catalog, id, await listModels());
    throw new Error('a model that is nowhere was found');
  }
}

function recipeOf(text: string): Recipe {
  const recipe = readRecipe(text);
  if (typeof recipe !== 'string') return recipe;
  throw new TesseraError(
    'bad-option',
    `The option model cannot be “${text}”: ${recipe}.`,
    'Name a model, such as photo-4x; several one after the other, joined by *; or a blend, such as a.b.50.',
    { option: 'model', value: text },
  );
}
