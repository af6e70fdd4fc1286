import { messageOf, TesseraError } from '../base/errors.ts';
import { type BuiltInEntry, builtIn, type Catalog, type ModelDescriptor } from './descriptor.ts';

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
  return { models: (json as { models: readonly BuiltInEntry[] }).models.map(builtIn) };
}

/**
 * The model of that id; without an id the first one.
 *
 * @throws TesseraError `unknown-model` that lists the ids there are.
 */
export function findModel(catalog: Catalog, id: string | undefined): ModelDescriptor {
  const model = id === undefined ? catalog.models[0] : catalog.models.find((m) => m.id === id);
  if (model) return model;
  const known = catalog.models.map((m) => m.id).join(', ');
  throw new TesseraError('unknown-model', `There is no model “${id}”.`, `Choose one of: ${known}.`, {
    model: id ?? '',
    known,
  });
}

/** What is wrong with parsed JSON that should be a catalog; null when nothing is. */
export function catalogProblem(json: unknown): string | null {
  if (!isRecord(json) || !Array.isArray(json['models'])) return 'it has no list “models”';
  if (json['models'].length === 0) return 'it lists no model';
  const ids = new Set<unknown>();
  for (const [i, entry] of json['models'].entries()) {
    if (!isRecord(entry)) return `entry ${i} is not an object`;
    const bad = Object.entries(FIELD_CHECKS).find(([key, check]) => !check(entry[key]));
    if (bad) return `entry ${i} has a bad “${bad[0]}”`;
    if (ids.has(entry['id'])) return `the id “${entry['id']}” stands twice`;
    ids.add(entry['id']);
  }
  return null;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;

const FIELD_CHECKS: Record<keyof BuiltInEntry, (value: unknown) => boolean> = {
  id: (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,63}$/.test(value),
  name: isText,
  description: isText,
  scale: (value) => isCount(value) && (value as number) >= 2 && (value as number) <= 8,
  file: (value) => typeof value === 'string' && /^[\w.-]+\.onnx$/.test(value),
  bytes: isCount,
  sha256: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  licence: isText,
  source: isText,
  receptiveFieldPx: isCount,
  macsPerSourcePx: isCount,
  peakValuesPerSourcePx: isCount,
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
