/**
 * Holds what `public/models/catalog.json` promises of each built-in model: size, SHA-256, licence, source, card, and by its
 * graph scale, reach, cost and parameters; and that nothing else lies there. Of each model offered for download: that its entry is whole, that its addresses are https, of
 * hosts that let other pages read them, and that size, hash, licence and scale are on record in `registry.json`. Not
 * that the files can be reached, or that they are what the record says: nothing is downloaded here. Who downloads one
 * is safe by the hash.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCards, filesOfCards } from './check-cards.mjs';
import { checkNetworks, openReading } from './check-networks.mjs';

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

/** Each key of an offer (`src/models/offer.ts`). */
const OFFER_FIELDS = {
  id: isText(/^[a-z0-9][a-z0-9-]*$/),
  name: isText(/\S/),
  uses: isList(isText(/^(?:photo|anime|denoise|text|faces|jpeg|texture|general)$/)),
  description: isText(/\S/),
  scale: isWhole(1),
  architecture: isText(/^(?:ESRGAN|Compact|SPAN|RealPLKSR|OmniSR|waifu2x (?:cunet|upconv_7))$/),
  licence: isText(/^[A-Za-z0-9.+-]+$/),
  author: isText(/\S/),
  files: isList((value) => (isRecord(value) ? '' : 'has to be an object')),
};

const OFFER_FILE_FIELDS = {
  // Of these hosts it is known that they allow cross-origin reads; releases of github.com do not.
  url: isText(
    /^https:\/\/(?:raw\.githubusercontent\.com\/(?:[^/]+\/){3}|huggingface\.co\/[^/]+\/[^/]+\/resolve\/[0-9a-f]{40}\/).+/,
  ),
  bytes: isWhole(1),
  sha256: isText(/^[0-9a-f]{64}$/),
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

/** @param {(value: unknown) => string} check @returns {(value: unknown) => string} */
function isList(check) {
  return (value) =>
    Array.isArray(value) && value.length > 0
      ? (value.map(check).find((problem) => problem !== '') ?? '')
      : 'has to be a list with something in it';
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
  const offers = isRecord(catalog) ? (catalog['offers'] ?? []) : [];
  return [
    ...problems,
    ...checkOffers(offers, folder),
    ...repeated([...models, ...(Array.isArray(offers) ? offers : [])], 'id'),
    ...repeated(models, 'file'),
    ...checkCards(models.filter(isRecord), folder),
    ...strangers(models, folder),
  ];
}

/**
 * @param {unknown} offers
 * @param {string} folder
 * @returns {string[]}
 */
function checkOffers(offers, folder) {
  if (!Array.isArray(offers)) return ['"offers" of models/catalog.json is no list.'];
  if (offers.length === 0) return [];
  /** @type {Recorded[]} */
  let record;
  try {
    record = readRecord(JSON.parse(readFileSync(join(folder, 'registry.json'), 'utf8')));
  } catch (error) {
    return [`models/registry.json cannot be read: ${error instanceof Error ? error.message : error}`];
  }
  return offers.flatMap((offer, index) =>
    isRecord(offer) ? checkOffer(offer, record) : [`offers[${index}] is not an object.`],
  );
}

/**
 * @typedef {object} Recorded a model of `registry.json` (`src/models/registry.ts`), as far as it is compared
 * @property {string} licence
 * @property {number} scale
 * @property {string[]} files size and beginning of the hash of each
 */

/** @param {{ licences: string[], models: any[][] }} registry @returns {Recorded[]} */
function readRecord({ licences, models }) {
  return models.map(([, , licence, , scale, , , ...cells]) => ({
    licence: licences[licence] ?? '',
    scale,
    files: Array.from({ length: cells.length / 2 }, (_, i) => `${cells[2 * i]} ${cells[2 * i + 1]}`),
  }));
}

/**
 * @param {Record<string, unknown>} offer
 * @param {readonly Recorded[]} record
 * @returns {string[]}
 */
function checkOffer(offer, record) {
  const name = `offer "${offer['id']}"`;
  const problems = checkFields(offer, OFFER_FIELDS, name, 'an offer');
  if (problems.length > 0) return problems;
  const files = /** @type {Record<string, unknown>[]} */ (offer['files']);
  const fileProblems = files.flatMap((file) =>
    checkFields(file, OFFER_FILE_FIELDS, `a file of ${name}`, 'a file'),
  );
  if (fileProblems.length > 0) return fileProblems;

  const wanted = files.map(({ bytes, sha256 }) => `${bytes} ${String(sha256).slice(0, 16)}`);
  const known = record.filter((one) => one.files.join() === wanted.join());
  if (known.length === 0)
    return [`${name}: no model of registry.json is made of its files, by size and hash.`];
  return known.some(({ licence, scale }) => licence === offer['licence'] && scale === offer['scale'])
    ? []
    : [`${name}: registry.json has another licence or scale for it: ${JSON.stringify(known)}.`];
}

/**
 * @param {Record<string, unknown>} entry
 * @param {Readonly<Record<string, (value: unknown) => string>>} fields
 * @param {string} name
 * @param {string} kind
 * @returns {string[]}
 */
function checkFields(entry, fields, name, kind) {
  const fieldProblems = Object.entries(fields).flatMap(([key, check]) => {
    const problem = check(entry[key]);
    return problem ? [`${name}: ${key} is ${JSON.stringify(entry[key])}; it ${problem}.`] : [];
  });
  const unknown = Object.keys(entry).filter((key) => !(key in fields));
  return [...fieldProblems, ...unknown.map((key) => `${name}: "${key}" is no field of ${kind}.`)];
}

/**
 * @param {Record<string, unknown>} model
 * @param {string} publicFolder
 * @returns {string[]}
 */
function checkModel(model, publicFolder) {
  const name = `model "${model['id']}"`;
  const problems = checkFields(model, FIELDS, name, 'a descriptor');
  if (problems.length > 0) return problems;
  return [...checkBytes(model, name, publicFolder), ...checkSource(model, name, publicFolder)];
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
  const cards = filesOfCards(models.filter(isRecord), folder);
  const known = new Set(['catalog.json', 'registry.json', ...listed, ...cards]);
  return readdirSync(folder)
    .filter((name) => !known.has(name))
    .map((name) => `models/${name} is in no line of the catalog and in no card: list it or take it away.`);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const broken = checkModels(PUBLIC);
  const { reading, close } = await openReading();
  const problems = broken.length > 0 ? broken : checkNetworks(PUBLIC, reading);
  await close();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('check-models: every built-in model is what the catalog says, every offer is on record.');
}
