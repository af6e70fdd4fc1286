import { modelsOf, parseRecipe } from '../base/recipe.ts';
import type { CatalogOffer } from '../models/offer.ts';
import type { LibraryModel } from '../worker/models-protocol.ts';
import { searchFor } from './address.ts';
import { type LinkedModel, linkParts } from './link.ts';
import type { AppState } from './store.ts';

/** What a link can say of the chosen model. */
export type CarriedModel = {
  /** Keys and texts of an address, not escaped; null where the model cannot be carried. */
  readonly parts: readonly (readonly [key: string, text: string])[] | null;
  /** Names of the models that are on this device only. */
  readonly onlyHere: readonly string[];
};

/** Hosts do not let pages read what is under this path. */
const UNREADABLE = /^https:\/\/github\.com\/[^/]+\/[^/]+\/(?:releases|raw|blob)\//;

/**
 * How the model or recipe `text` goes into a link: built-in models by their id, those of the library by the address and the hash
 * of what they were made of.
 */
export function carriedModel(
  text: string,
  library: readonly LibraryModel[],
  offers: readonly CatalogOffer[],
): CarriedModel {
  const own = modelsOf(parseRecipe(text) ?? []).flatMap(
    (id) => library.find((model) => model.id === id) ?? [],
  );
  const files = own.map((model) => linkedFiles(model, offers));
  const onlyHere = own.filter((_, i) => files[i] === null).map(({ name }) => name);
  if (onlyHere.length > 0) return { parts: null, onlyHere };
  if (own.length === 0) return { parts: [['model', text]], onlyHere };
  const models = files.filter((each) => each !== null);
  const recipe = own.reduce((so, { id }, i) => replaced(so, id, `file-${i + 1}`), text);
  return { parts: linkParts({ recipe, models }), onlyHere };
}

/** The part of an address from the question mark on that gives others this set-up, but for models that are only here. */
export function sharedSearch(
  search: string,
  { settings, own, catalog }: Pick<AppState, 'settings' | 'own' | 'catalog'>,
): { readonly search: string; readonly onlyHere: readonly string[] } {
  if (settings.model === null) return { search: searchFor(search, settings), onlyHere: [] };
  const { parts, onlyHere } = carriedModel(settings.model, own.list, catalog.offers);
  return { search: searchFor(search, settings, parts ?? [['model', '']]), onlyHere };
}

/** Where the model's files can be had by everybody; null where nobody knows. */
function linkedFiles({ source, origin }: LibraryModel, offers: readonly CatalogOffer[]): LinkedModel | null {
  const offer = offers.find(({ id }) => id === source);
  if (offer) return offer.files.map(({ url, sha256 }) => ({ url, sha256 }));
  const urls = source.split(/,(?=https:\/\/)/);
  const isFile = (url: string) =>
    url.startsWith('https://') &&
    !UNREADABLE.test(url) &&
    /\.(?:onnx|pth|pt|ckpt|safetensors|param|bin|zip)$/i.test(pathOf(url));
  if (!urls.every(isFile)) return null;
  // Of an archive, only what was in it is known.
  if (urls.every((url) => /\.zip$/i.test(pathOf(url)))) return urls.map((url) => ({ url, sha256: null }));
  if (urls.length !== origin.files.length) return null;
  return urls.map((url, i) => ({ url, sha256: origin.files[i]?.sha256 ?? null }));
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}

/** `text` with the id `from` replaced wherever it stands as a whole. */
function replaced(text: string, from: string, to: string): string {
  return text
    .split('*')
    .map((step) =>
      step
        .split('.')
        .map((part) => (part === from ? to : part))
        .join('.'),
    )
    .join('*');
}
