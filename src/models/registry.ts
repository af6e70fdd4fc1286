import { messageOf, TesseraError } from '../base/errors.ts';

/** Where the registry lies, seen from the page's own address. */
export const REGISTRY_PATH = 'models/registry.json';

/** What is on public record of a model that is made of certain files. */
export type RegistryEntry = {
  readonly name: string;
  readonly author: string;
  /** SPDX identifier; `licenceTerms` says what it means. */
  readonly licence: string;
  readonly architecture: string;
  /** Output pixels per source pixel; 1 where it restores. */
  readonly scale: number;
  /** Where it can be got: a file or a page, for the person to open. */
  readonly url: string;
  /** Whether that host lets other pages read the file. Where not: get it there, drop it here. */
  readonly readableFromHere: boolean;
  readonly files: readonly { readonly bytes: number; readonly sha256Start: string }[];
};

export type Registry = {
  /** Who keeps the record, as half a sentence. */
  readonly source: string;
  /** Of the facts, as 2026-08-14. */
  readonly date: string;
  readonly entries: readonly RegistryEntry[];
};

/** One model of `registry.json`: name, author, licence, architecture, scale, readable, address, then size and hash of each file. */
type Row = readonly [string, number, number, number, number, 0 | 1, string, ...(number | string)[]];

type RegistryFile = {
  readonly source: string;
  readonly date: string;
  readonly licences: readonly string[];
  readonly authors: readonly string[];
  readonly architectures: readonly string[];
  readonly models: readonly Row[];
};

/** Columns of a row before its files. */
const FILES_FROM = 7;

/**
 * Fetches the registry. It belongs to the application, so its form is that of the build.
 *
 * @throws TesseraError `model-missing` when it cannot be fetched: a model is then unknown, and no worse.
 */
export async function loadRegistry(registryUrl: string): Promise<Registry> {
  try {
    const response = await fetch(registryUrl);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return readRegistry((await response.json()) as RegistryFile);
  } catch (cause) {
    throw new TesseraError(
      'model-missing',
      `The list of known models could not be loaded (${messageOf(cause)}).`,
      'Go on without it: name, author and licence of the model stay unknown.',
      { url: registryUrl },
      { cause },
    );
  }
}

/** The parsed JSON of `registry.json` as entries. */
export function readRegistry({
  source,
  date,
  licences,
  authors,
  architectures,
  models,
}: RegistryFile): Registry {
  const entries = models.map((row): RegistryEntry => {
    const [name, author, licence, architecture, scale, readable, url] = row;
    return {
      name,
      author: authors[author] ?? '',
      licence: licences[licence] ?? '',
      architecture: architectures[architecture] ?? '',
      scale,
      url,
      readableFromHere: readable === 1,
      files: pairs(row.slice(FILES_FROM)),
    };
  });
  return { source, date, entries };
}

function pairs(cells: readonly (number | string)[]): RegistryEntry['files'] {
  return Array.from({ length: cells.length / 2 }, (_, i) => ({
    bytes: Number(cells[2 * i]),
    sha256Start: String(cells[2 * i + 1]),
  }));
}

/**
 * The model that the files make up. Where only some of its files are here (an ncnn `.bin` without its `.param`), the one
 * model that they can belong to; null where there is none, or more than one.
 *
 * @param sha256s of the files, lower-case hexadecimal
 */
export function recognise(registry: Registry, sha256s: readonly string[]): RegistryEntry | null {
  const isHere = ({ sha256Start }: RegistryEntry['files'][number]) =>
    sha256s.some((sha256) => sha256.startsWith(sha256Start));
  const whole = registry.entries.find(({ files }) => files.every(isHere));
  if (whole) return whole;
  const [part, another] = registry.entries.filter(({ files }) => files.some(isHere));
  return part && !another ? part : null;
}
