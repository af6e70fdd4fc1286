import { isDownloadAddress } from '../base/download-address.ts';
import { messageOf, TesseraError } from '../base/errors.ts';
import { modelList } from '../base/model-list.ts';
import { type BuiltInEntry, builtIn, type Catalog, type ModelDescriptor } from './descriptor.ts';
import { type CatalogOffer, type OfferFile, USES } from './offer.ts';

/** Where the catalog lies, seen from the page's own address. */
export const CATALOG_PATH = 'models/catalog.json';

/**
 * Fetches and checks the catalog.
 *
 * @throws TesseraError `model-missing` when it cannot be fetched, `model-corrupt` when it is not a catalog.
 */
export async function loadCatalog(catalogUrl: string): Promise<Catalog> {
  let json: unknown;
  try {
    const response = await fetch(catalogUrl);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    json = await response.json();
  } catch (cause) {
    throw new TesseraError(
      'model-missing',
      `The list of models could not be loaded (${messageOf(cause)}).`,
      'Check the connection and reload the page.',
      { url: catalogUrl },
      { cause },
    );
  }
  const problem = catalogProblem(json);
  if (problem) {
    throw new TesseraError(
      'model-corrupt',
      `The list of models is damaged: ${problem}.`,
      'Reload the page.',
      {
        url: catalogUrl,
      },
    );
  }
  const { models, offers = [] } = json as CatalogFile;
  return { models: models.map(builtIn), offers };
}

/**
 * The model of that id; without an id the first one.
 *
 * @param own the person's models, which the error names beside those of the catalog
 * @throws TesseraError `unknown-model` that lists the models there are.
 */
export function findModel(
  catalog: Catalog,
  id: string | undefined,
  own: readonly ModelDescriptor[] = [],
): ModelDescriptor {
  const model = id === undefined ? catalog.models[0] : catalog.models.find((m) => m.id === id);
  if (model) return model;
  const known = modelList(catalog.models, own);
  throw new TesseraError('unknown-model', `There is no model “${id}”.`, `Choose one of: ${known}.`, {
    model: id ?? '',
    known,
  });
}

type CatalogFile = { readonly models: readonly BuiltInEntry[]; readonly offers?: readonly CatalogOffer[] };

/** What is wrong with parsed JSON that should be a catalog; null when nothing is. It may offer nothing for download. */
export function catalogProblem(json: unknown): string | null {
  if (!isRecord(json) || !Array.isArray(json['models'])) return 'it has no list “models”';
  if (json['models'].length === 0) return 'it lists no model';
  const offers = json['offers'] ?? [];
  if (!Array.isArray(offers)) return 'its “offers” are no list';
  return (
    listProblem('entry', json['models'], MODEL_CHECKS) ??
    listProblem('offer', offers, OFFER_CHECKS) ??
    twice([...json['models'], ...offers])
  );
}

type Checks = Readonly<Record<string, (value: unknown) => boolean>>;

function listProblem(what: string, entries: readonly unknown[], checks: Checks): string | null {
  for (const [i, entry] of entries.entries()) {
    if (!isRecord(entry)) return `${what} ${i} is not an object`;
    const bad = Object.entries(checks).find(([key, check]) => !check(entry[key]));
    if (bad) return `${what} ${i} has a bad “${bad[0]}”`;
  }
  return null;
}

function twice(entries: readonly { readonly id?: unknown }[]): string | null {
  const ids = entries.map(({ id }) => id);
  const again = ids.find((id, i) => ids.indexOf(id) !== i);
  return again === undefined ? null : `the id “${again}” stands twice`;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

const isId = (value: unknown): boolean =>
  typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,63}$/.test(value);
const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isScale = (least: number, most: number) => (value: unknown) =>
  isCount(value) && (value as number) >= least && (value as number) <= most;

const MODEL_CHECKS: Record<keyof BuiltInEntry, (value: unknown) => boolean> = {
  id: isId,
  name: isText,
  description: isText,
  scale: isScale(2, 8),
  file: (value) => typeof value === 'string' && /^[\w.-]+\.onnx$/.test(value),
  bytes: isCount,
  sha256: isHash,
  licence: isText,
  source: isText,
  receptiveFieldPx: isCount,
  macsPerSourcePx: isCount,
  peakValuesPerSourcePx: isCount,
};

const OFFER_CHECKS: Record<keyof CatalogOffer, (value: unknown) => boolean> = {
  id: isId,
  name: isText,
  uses: (value) =>
    isList(value, 1, USES.length) && value.every((use) => (USES as readonly unknown[]).includes(use)),
  description: isText,
  scale: isScale(1, 16),
  architecture: isText,
  licence: isText,
  author: isText,
  files: (value) => isList(value, 1, 2) && listProblem('file', value, FILE_CHECKS) === null,
};

const FILE_CHECKS: Record<keyof OfferFile, (value: unknown) => boolean> = {
  url: (value) => typeof value === 'string' && URL.canParse(value) && isDownloadAddress(new URL(value)),
  bytes: isCount,
  sha256: isHash,
};

function isList(value: unknown, least: number, most: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length >= least && value.length <= most;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
