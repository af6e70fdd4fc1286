/**
 * Writes `public/models/registry.json`, by which a dropped model file is recognised, from tables of facts:
 * `node scripts/make-registry.mjs <date> <table.tsv>…`. The date is that of the facts. Our own table is
 * `scripts/registry-extra.tsv`. A model of two files has both sizes, and both
 * hashes, joined by `+`.
 *
 * The form is compact because the file is fetched by people: hashes are cut to 16 digits, which is enough to recognise
 * a file and no proof against somebody who wants to deceive; names that recur are indices into lists.
 * `src/models/registry.ts` reads it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const TARGET = fileURLToPath(new URL('../public/models/registry.json', import.meta.url));
const SOURCE =
  'OpenModelDB’s public records and the repositories of the ncnn models; no file was checked by us';
/** Digits of a hash that are kept. */
const HASH_DIGITS = 16;

const COLUMNS =
  'id author licence architecture scale channels size_tags format bytes sha256 cors kind url'.split(' ');

/** @type {Readonly<Record<string, string>>} */
const NAMES = {
  esrgan: 'ESRGAN',
  'esrgan+': 'ESRGAN+',
  compact: 'Compact',
  span: 'SPAN',
  realplksr: 'RealPLKSR',
  'realplksr-dysample': 'RealPLKSR with DySample',
  omnisr: 'OmniSR',
  swinir: 'SwinIR',
  dat: 'DAT',
};

/**
 * The registry as `registry.json` has it.
 * @param {string} date of the facts, as 2026-08-14
 * @param {readonly string[]} tables each a TSV with a head line
 */
export function makeRegistry(date, tables) {
  const rows = tables.flatMap(readTable);
  const [licences, authors, architectures] = [distinct(), distinct(), distinct()];
  const models = rows.map(([id, author, licence, architecture, scale, , , , bytes, sha256, cors, , url]) => {
    const sizes = bytes.split('+').map(Number);
    const hashes = sha256.split('+');
    if (sizes.length !== hashes.length || !hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)))
      throw new Error(`${id}: a size and a SHA-256 for each file are needed.`);
    return [
      id,
      authors.indexOf(author),
      licences.indexOf(licence),
      architectures.indexOf(NAMES[architecture] ?? architecture),
      Number(scale),
      cors === 'yes' ? 1 : 0,
      url,
      ...hashes.flatMap((hash, i) => [sizes[i], hash.slice(0, HASH_DIGITS)]),
    ];
  });
  return {
    source: SOURCE,
    date,
    licences: licences.values,
    authors: authors.values,
    architectures: architectures.values,
    models,
  };
}

/**
 * @typedef {[string, string, string, string, string, string, string, string, string, string, string, string, string]} Cells
 * those of `COLUMNS`
 *
 * @param {string} table
 * @returns {Cells[]}
 */
function readTable(table) {
  const [head, ...lines] = table.split(/\r?\n/).filter((line) => line !== '');
  if (head !== COLUMNS.join('\t')) throw new Error(`The columns have to be: ${COLUMNS.join(' ')}.`);
  return lines.map((line) => {
    const cells = line.split('\t');
    if (cells.length !== COLUMNS.length)
      throw new Error(`${cells[0]}: ${cells.length} cells in place of ${COLUMNS.length}.`);
    return /** @type {Cells} */ (cells);
  });
}

/** A list that holds each value once. */
function distinct() {
  /** @type {string[]} */
  const values = [];
  return {
    values,
    /** @param {string} value */
    indexOf(value) {
      const at = values.indexOf(value);
      return at >= 0 ? at : values.push(value) - 1;
    },
  };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [date = '', ...paths] = process.argv.slice(2);
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || paths.length === 0) {
    console.error('Usage: node scripts/make-registry.mjs <date of the facts> <table.tsv>…');
    process.exit(2);
  }
  const registry = makeRegistry(
    date,
    paths.map((path) => readFileSync(path, 'utf8')),
  );
  // One model a line: a change of the facts can be read.
  const { models, ...head } = registry;
  const text = `${JSON.stringify(head).slice(0, -1)},"models":[\n${models.map((model) => JSON.stringify(model)).join(',\n')}\n]}\n`;
  writeFileSync(TARGET, text);
  console.log(
    `${models.length} models, ${text.length} bytes, ${gzipSync(text, { level: 9 }).length} compressed.`,
  );
}
