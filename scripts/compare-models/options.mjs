import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from '../../cli/usage-error.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const HELP = `npm run models:compare [-- OPTIONS]

Builds a page on which people judge models without knowing which is which: a few minutes for a dozen models.

  --models DIR   models that take part beside the built-in ones, anywhere below (default: ../shared/models, where it is)
  --photos DIR   folder with chelsea.png and coffee.png (default: ../shared/images/photos, where it is)
  --out DIR      where index.html is written (default: .cache/compare-models)
  --seed N       a whole number, by which the panels are shuffled (default: 1)`;

/**
 * What the command line asks for; folders may be missing where nobody named them.
 * @param {string[]} words
 * @returns {{ models: string, photos: string, out: string, seed: number } | 'help'}
 * @throws {UsageError} where it cannot be obeyed
 */
export function readOptions(words) {
  const given = parsed(words);
  if (given.help) return 'help';
  const seed = Number(given.seed ?? 1);
  if (!Number.isSafeInteger(seed))
    throw new UsageError(`--seed has to be a whole number, not ${given.seed}.`);
  for (const key of /** @type {const} */ (['models', 'photos'])) {
    const folder = given[key];
    if (folder !== undefined && !existsSync(folder))
      throw new UsageError(`--${key}: there is no folder ${folder}.`);
  }
  const shared = join(ROOT, '../shared');
  return {
    models: given.models ?? join(shared, 'models'),
    photos: given.photos ?? join(shared, 'images/photos'),
    out: given.out ?? join(ROOT, '.cache/compare-models'),
    seed,
  };
}

/** @param {string[]} args */
function parsed(args) {
  /** @type {{ type: 'string' }} */
  const text = { type: 'string' };
  try {
    return parseArgs({
      args,
      options: { help: { type: 'boolean', short: 'h' }, models: text, photos: text, out: text, seed: text },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error} --help lists the options.`);
  }
}
