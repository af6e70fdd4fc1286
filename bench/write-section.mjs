/**
 * `node bench/peers/run.mjs | node bench/write-section.mjs peers` puts a table into that part of `docs/benchmarks.md`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

/**
 * Puts `text` between the two comments of that name in `docs/benchmarks.md`.
 * @param {string} name
 * @param {string} text
 */
export function writeSection(name, text) {
  writeFileSync(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), name, text));
}

/**
 * @param {string} document
 * @param {string} name
 * @param {string} text
 * @returns {string} throws where the document has no such section
 */
export function withSection(document, name, text) {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The document has no section between ${begin} and ${end}.`);
  return `${document.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${document.slice(to)}`;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const text = readFileSync(0, 'utf8');
  if (text.trim() === '') throw new Error('There is nothing on stdin to write.');
  writeSection(process.argv[2] ?? '', text);
}
