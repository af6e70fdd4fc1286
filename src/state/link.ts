import { isDownloadAddress } from '../base/download-address.ts';
import { modelsOf, parseRecipe } from '../base/recipe.ts';
import { shownText } from '../base/shown-text.ts';

/** A file that a link names. */
export type LinkedFile = {
  readonly url: string;
  /** Lower-case hexadecimal; null where the link does not say. */
  readonly sha256: string | null;
};

/** The files of one model: one, or the two of ncnn. */
export type LinkedModel = readonly LinkedFile[];

/**
 * What a page's address asks to be downloaded: `?model=https://…` for one model, or `?model=<recipe>&file=https://…` with a
 * `file` for each of `file-1`, `file-2` … in the recipe. A hash is in the fragment of the address that it belongs to,
 * `#sha256=…`; of a single file it may also be the page's own `sha256` or fragment. Two files of one model are joined by a comma.
 */
export type ModelLink = {
  /** A recipe in which `file-1` … stand for `models`. */
  readonly recipe: string;
  readonly models: readonly LinkedModel[];
};

export type LinkReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'link'; readonly link: ModelLink }
  /** `problem` is one or two sentences. */
  | { readonly kind: 'refused'; readonly problem: string };

/** Keys of the address that a link to a model may have beside `model`. */
export const LINK_KEYS = ['file', 'sha256'] as const;

/** Longer than any address that servers take. */
const MAX_ADDRESS_CHARACTERS = 2000;

/** @param fragment of the page's own address, with its `#` */
export function readLink(search: string, fragment: string): LinkReading {
  const models = valuesOf(search, 'model');
  const files = valuesOf(search, 'file');
  const isAddress = models.some(seemsAddress);
  if (!isAddress && files.length === 0) return { kind: 'none' };
  if (models.length > 1) return refused('It names more than one model.');
  const recipe = isAddress ? 'file-1' : (models[0] ?? 'file-1');
  const texts = isAddress ? models : files;
  const unused = unusedFile(recipe, texts.length);
  if (unused !== null)
    return refused(`“${recipe.slice(0, 60)}”, what it makes of its files, does not use ${unused}.`);
  const beside = besideHashes(search, fragment);
  if (beside.length > 0 && texts.length > 1) return refused(WHOSE_HASH);
  const read: LinkedModel[] = [];
  for (const text of texts) {
    const model = readModel(text, beside);
    if (typeof model === 'string') return refused(model);
    read.push(model);
  }
  return { kind: 'link', link: { recipe, models: read } };
}

/** The link as keys and texts of an address, not escaped. */
export function linkParts({ recipe, models }: ModelLink): readonly (readonly [key: string, text: string])[] {
  const texts = models.map((files) => files.map(addressOf).join(','));
  const [only] = texts;
  if (recipe === 'file-1' && only !== undefined) return [['model', only]];
  return [['model', recipe], ...texts.map((text) => ['file', text] as const)];
}

/** `recipe` with the placeholders replaced: `file-1` by the first of `ids`, and so on. */
export function withIds({ recipe }: ModelLink, ids: readonly string[]): string {
  return recipe.replace(/(?<![a-z0-9-])file-(\d+)(?![a-z0-9-])/g, (whole, n) => ids[Number(n) - 1] ?? whole);
}

function addressOf({ url, sha256 }: LinkedFile): string {
  return sha256 === null ? url : `${url}#sha256=${sha256}`;
}

function refused(why: string): LinkReading {
  return { kind: 'refused', problem: shownText(`The link to a model was not followed. ${why}`) };
}

/** No recipe has any of these signs, every address has. */
function seemsAddress(text: string): boolean {
  return /[:/\\]/.test(text);
}

/** The first `file-1` … that the recipe has no place for; null where all have one, or where it is none and has other faults. */
function unusedFile(text: string, count: number): string | null {
  const recipe = parseRecipe(text);
  if (!recipe) return null;
  const ids = modelsOf(recipe);
  const files = Array.from({ length: count }, (_, i) => `file-${i + 1}`);
  return files.find((id) => !ids.includes(id)) ?? null;
}

const WHOSE_HASH =
  'It gives a hash beside several files, which does not say of which it is: each belongs to the address of its file, as https://…#sha256=….';

/** The hashes beside the address, in lower case and each once; the page's own fragment may hold one, too. */
function besideHashes(search: string, fragment: string): readonly string[] {
  return distinct([...valuesOf(search, 'sha256'), hashOf(fragment)]);
}

function distinct(hashes: readonly (string | null)[]): readonly string[] {
  return [...new Set(hashes.filter((hash) => hash !== null).map((hash) => hash.toLowerCase()))];
}

function hashOf(fragment: string): string | null {
  return /^#sha256=(.*)$/i.exec(fragment)?.[1] ?? null;
}

/** The model, or why there is none. */
function readModel(text: string, beside: readonly string[]): LinkedModel | string {
  // A comma may be part of an address; one before another address is none.
  const addresses = text.split(/,(?=[a-z][a-z0-9+.-]*:\/\/)/i);
  if (addresses.length > 2) return `It names ${addresses.length} files for one model, which has one or two.`;
  if (addresses.length > 1 && beside.length > 0) return WHOSE_HASH;
  const files: LinkedFile[] = [];
  for (const address of addresses) {
    const file = readFile(address, beside);
    if (typeof file === 'string') return file;
    files.push(file);
  }
  return files;
}

function readFile(text: string, beside: readonly string[]): LinkedFile | string {
  if (text.length > MAX_ADDRESS_CHARACTERS)
    return `Its address has ${text.length} characters; ${MAX_ADDRESS_CHARACTERS} are the most.`;
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  if (!URL.canParse(text)) return `“${shown}” is no address of a file.`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return `The address at ${url.host} holds a user name or a password, which is not sent to anybody.`;
  const own = hashOf(url.hash);
  url.hash = '';
  if (!isDownloadAddress(url)) return `“${shown}” does not begin with https://.`;
  const hashes = distinct([own, ...beside]);
  if (hashes.length > 1)
    return `It gives ${hashes.length === 2 ? 'two' : hashes.length} different hashes for one file, so that nobody can tell which one is meant: ${hashes.map((hash) => hash.slice(0, 70)).join(' and ')}. Ask whoever gave it to you.`;
  const [sha256 = null] = hashes;
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256))
    return `Its SHA-256 is no 64 hexadecimal digits, but “${sha256.slice(0, 70)}”.`;
  return { url: url.href, sha256 };
}

/** The texts of a key; a plus stays a plus, as in the path of an address it is one. */
function valuesOf(search: string, key: string): readonly string[] {
  return search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part.startsWith(`${key}=`))
    .map((part) => decoded(part.slice(key.length + 1)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
