/**
 * Holds what `public/models/catalog.json` promises of each built-in model: size, SHA-256, licence, source; and that
 * nothing else lies there.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));

/** Each key of a descriptor (`src/models/descriptor.ts`) and what its value has to be. */
const FIELDS = {
  id: isText(/^[a-z0-9][a-z0-9-]*$/),
  name: isText(/\S/),
  description: isText(/\S/),
  scale: isWhole(2),
  file: isText(/^[a-z0-9][a-z0-9.-]*\.onnx$/),
  bytes: isWhole(1),
  sha256: isText(/^[0-9a-f]{64}$/),
  licence: isText(/^[A-Za-z0-9.+-]+$/),
  source: isText(/\S/),
  receptiveFieldPx: isWhole(0),
  macsPerSourcePx: isWhole(1),
  peakValuesPerSourcePx: isWhole(1),
};

/** @param {RegExp} pattern @returns {(value: unknown) => string} what is wrong, or nothing */
function isText(pattern) {
  return (value) =>
    typeof value === 'string' && pattern.test(value) ? '' : `has to be text that fits ${pattern}`;
}

/** @param {number} least @returns {(value: unknown) => string} */
function isWhole(least) {
  return (value) =>
    Number.isSafeInteger(value) && Number(value) >= least ? '' : `has to be a whole number from ${least}`;
}

/**
 * Every broken promise, one sentence each.
 * @param {string} publicFolder the folder that holds `models/`
 * @returns {string[]}
 */
export function checkModels(publicFolder) {
  const folder = join(publicFolder, 'models');
  /** @type {unknown} */
  let catalog;
  try {
    catalog = JSON.parse(readFileSync(join(folder, 'catalog.json'), 'utf8'));
  } catch (error) {
    return [`models/catalog.json cannot be read: ${error instanceof Error ? error.message : error}`];
  }
  const models = isRecord(catalog) ? catalog['models'] : null;
  if (!Array.isArray(models) || models.length === 0)
    return ['models/catalog.json has no list "models" with a model in it.'];

  const problems = models.flatMap((model, index) =>
    isRecord(model) ? checkModel(model, publicFolder) : [`models[${index}] is not an object.`],
  );
  return [...problems, ...repeated(models, 'id'), ...repeated(models, 'file'), ...strangers(models, folder)];
}

/**
 * @param {Record<string, unknown>} model
 * @param {string} publicFolder
 * @returns {string[]}
 */
function checkModel(model, publicFolder) {
  const name = `model "${model['id']}"`;
  const fieldProblems = Object.entries(FIELDS).flatMap(([key, check]) => {
    const problem = check(model[key]);
    return problem ? [`${name}: ${key} is ${JSON.stringify(model[key])}; it ${problem}.`] : [];
  });
  const unknown = Object.keys(model).filter((key) => !(key in FIELDS));
  const keyProblems = unknown.map((key) => `${name}: "${key}" is no field of a descriptor.`);
  if (fieldProblems.length > 0) return [...fieldProblems, ...keyProblems];
  return [
    ...keyProblems,
    ...checkBytes(model, name, publicFolder),
    ...checkSource(model, name, publicFolder),
  ];
}

/** @param {Record<string, unknown>} model @param {string} name @param {string} publicFolder @returns {string[]} */
function checkBytes(model, name, publicFolder) {
  const path = join(publicFolder, 'models', String(model['file']));
  if (!existsSync(path)) return [`${name}: the file ${model['file']} is missing.`];
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return [
    ...(bytes.length === model['bytes']
      ? []
      : [`${name}: ${model['file']} has ${bytes.length} bytes, the catalog says ${model['bytes']}.`]),
    ...(sha256 === model['sha256']
      ? []
      : [`${name}: ${model['file']} has SHA-256 ${sha256}, the catalog says ${model['sha256']}.`]),
  ];
}

/**
 * The source names the file, and the licence is written out in it.
 * @param {Record<string, unknown>} model @param {string} name @param {string} publicFolder @returns {string[]}
 */
function checkSource(model, name, publicFolder) {
  const source = String(model['source']);
  if (/^https:\/\//.test(source)) return [];
  const path = resolve(publicFolder, source);
  if (!path.startsWith(publicFolder) || !existsSync(path))
    return [`${name}: the source ${source} is no file of public.`];
  const text = readFileSync(path, 'utf8');
  return [
    ...(text.includes(String(model['file']))
      ? []
      : [`${name}: ${source} does not mention ${model['file']}.`]),
    ...(text.includes(String(model['licence']))
      ? []
      : [`${name}: ${source} does not mention the licence ${model['licence']}.`]),
  ];
}

/** @param {readonly unknown[]} models @param {string} key @returns {string[]} */
function repeated(models, key) {
  const values = models.filter(isRecord).map((model) => model[key]);
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => `${key} "${value}" occurs twice.`);
}

/** @param {readonly unknown[]} models @param {string} folder @returns {string[]} */
function strangers(models, folder) {
  const listed = models
    .filter(isRecord)
    .flatMap((model) => [String(model['file']), String(model['source']).replace(/^models\//, '')]);
  const known = new Set(['catalog.json', ...listed]);
  return readdirSync(folder)
    .filter((name) => !known.has(name))
    .map((name) => `models/${name} is in no line of the catalog: list it or take it away.`);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const problems = checkModels(PUBLIC);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('check-models: every built-in model is what the catalog says.');
}
