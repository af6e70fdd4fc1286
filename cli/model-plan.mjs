/**
 * What `--model` and `--import` mean together: which models are brought in first, and the recipe that names them.
 */
import {
  hash,
  isAddress,
  meansFiles,
  nameOf,
  readAddress,
  readFiles,
  slug,
  textOf,
} from './model-source.mjs';
import { UsageError } from './usage-error.mjs';

/**
 * @typedef {import('./model-source.mjs').ModelSource} ModelSource
 * @typedef {import('./model-source.mjs').LookAt} LookAt
 *
 * @typedef {object} ModelWords as given
 * @property {string | undefined} model
 * @property {readonly string[]} imports
 * @property {boolean} yes
 * @property {string | undefined} sha256
 *
 * @typedef {object} ModelPlan
 * @property {readonly ModelSource[]} sources each once; what the recipe does not name is not among them
 * @property {((ids: readonly string[]) => string) | null} recipe with the id of each source once it is here; null: the page's choice
 * @property {readonly string[]} notes
 */

/**
 * @param {ModelWords} words
 * @param {LookAt} lookAt
 * @returns {ModelPlan}
 * @throws {UsageError}
 */
export function planModels(words, lookAt) {
  const imported = distinct(words.imports.map((text) => readSource(text, lookAt)));
  const parts = words.model === undefined ? theOnly(imported) : readModel(words.model, imported, lookAt);
  const sources = distinct(parts.filter((part) => typeof part !== 'string'));
  const unused = imported.filter((source) => !sources.some((other) => textOf(other) === textOf(source)));
  return {
    sources: agreed(sources, words),
    recipe: parts.length === 0 ? null : (ids) => parts.map((part) => idOf(part, sources, ids)).join(''),
    notes: unused.map(
      (source) => `--model does not name "${nameOf(source)}" (${textOf(source)}), so it is not brought in.`,
    ),
  };
}

/**
 * @param {string} text
 * @param {LookAt} lookAt
 * @returns {ModelSource}
 */
function readSource(text, lookAt) {
  return isAddress(text) ? readAddress(text) : readFiles(text, lookAt);
}

/**
 * The recipe in pieces, signs and names as text: in a row they spell it once every source is its id.
 * @param {string} text
 * @param {readonly ModelSource[]} imported
 * @param {LookAt} lookAt
 * @returns {readonly (string | ModelSource)[]}
 */
function readModel(text, imported, lookAt) {
  // A file may have any sign in its name.
  const isOneFile = meansFiles(text) && lookAt(text) !== 'missing';
  const steps = isOneFile ? [text] : text.split('*');
  return steps.flatMap((step, i) => {
    const parts =
      isAddress(step) || meansFiles(step) ? [readSource(step, lookAt)] : readNames(step, imported);
    return i === 0 ? parts : ['*', ...parts];
  });
}

/**
 * A model by its name, or a blend of two; what was imported comes before what is built in.
 * @param {string} step
 * @param {readonly ModelSource[]} imported
 * @returns {readonly (string | ModelSource)[]}
 */
function readNames(step, imported) {
  const whole = named(step, imported);
  if (whole !== null) return [whole];
  return step.split('.').flatMap((name, i) => {
    // The share of a blend is no name.
    const part = i < 2 ? (named(name, imported) ?? name) : name;
    return i === 0 ? [part] : ['.', part];
  });
}

/**
 * @param {string} name
 * @param {readonly ModelSource[]} imported
 * @returns {ModelSource | null}
 * @throws {UsageError}
 */
function named(name, imported) {
  const found = imported.filter((source) => nameOf(source) !== '' && nameOf(source) === slug(name));
  const [first, second] = found;
  if (second)
    throw new UsageError(
      `"${name}" may be ${found.map((source) => `"${textOf(source)}"`).join(' or ')}: rename one of the files.`,
    );
  return first ?? null;
}

/**
 * @param {readonly ModelSource[]} imported
 * @returns {readonly ModelSource[]}
 */
function theOnly(imported) {
  if (imported.length > 1) {
    const names = imported.map(nameOf).join(', ');
    throw new UsageError(
      `--import brings in ${imported.length} models: say with --model which to use, of ${names}.`,
    );
  }
  return imported;
}

/**
 * The sources with their hashes, once the person has agreed to what is downloaded.
 * @param {readonly ModelSource[]} sources
 * @param {ModelWords} words
 * @returns {readonly ModelSource[]}
 * @throws {UsageError}
 */
function agreed(sources, { yes, sha256 }) {
  const addresses = sources.filter((source) => source.kind === 'address');
  if (sha256 !== undefined && addresses.length === 0)
    throw new UsageError('--sha256 is for a model that is an address; files of this computer need none.');
  if (sha256 !== undefined && addresses.length > 1)
    throw new UsageError(
      `--sha256 does not say of which of ${addresses.length} addresses it is: write each at the end of its own, as #sha256=HEX.`,
    );
  const checked = sources.map((source) =>
    source.kind === 'address' ? { ...source, sha256: theHash(source, sha256) } : source,
  );
  const asked = checked.flatMap((source) => (source.kind === 'address' ? [questionOf(source)] : []));
  if (asked.length > 0 && !yes) throw new UsageError(`${asked.join('\n')}\nAdd --yes to agree.`);
  return checked;
}

/**
 * @param {import('./model-source.mjs').ModelAddress} source
 * @param {string | undefined} given
 */
function theHash({ url, sha256 }, given) {
  const beside = given === undefined ? null : hash(given);
  if (sha256 !== null && beside !== null && sha256 !== beside)
    throw new UsageError(
      `There are two different hashes for ${url}: ${sha256} at its end, ${beside} with --sha256.`,
    );
  return sha256 ?? beside;
}

/** @param {import('./model-source.mjs').ModelAddress} source */
function questionOf({ url, sha256 }) {
  const checked =
    sha256 === null
      ? 'without a hash, so that what arrives cannot be checked against what was meant'
      : `and used if its SHA-256 is ${sha256}`;
  return `${url} would be downloaded from ${new URL(url).host}, ${checked}.`;
}

/**
 * @param {string | ModelSource} part
 * @param {readonly ModelSource[]} sources
 * @param {readonly string[]} ids
 */
function idOf(part, sources, ids) {
  if (typeof part === 'string') return part;
  return ids[sources.findIndex((source) => textOf(source) === textOf(part))] ?? '';
}

/**
 * @param {readonly ModelSource[]} sources
 * @returns {readonly ModelSource[]}
 */
function distinct(sources) {
  return [...new Map(sources.map((source) => [textOf(source), source])).values()];
}
