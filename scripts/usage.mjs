import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** @typedef {NonNullable<import('node:util').ParseArgsConfig['options']>} Options */

/**
 * The files named on the command line. Null where there is nothing more to do: `--help` prints `help`; an unknown option, or
 * another number of files than `isEnough` takes, is one line on stderr and exit code 2.
 * @param {string} help
 * @param {(count: number) => boolean} isEnough
 * @returns {string[] | null}
 */
export function filesGiven(help, isEnough) {
  return orUsage(help, () => {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help) return explained(help);
    if (isEnough(positionals.length)) return positionals;
    throw new TypeError(`${positionals.length} files were given.`);
  });
}

/**
 * The options on the command line, of a program that takes no files. Null as above.
 * @template {Options} T
 * @param {string} help
 * @param {T} options without `help`
 */
export function optionsGiven(help, options) {
  return orUsage(help, () => {
    if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) return explained(help);
    return parseArgs({ options }).values;
  });
}

/**
 * A whole number of 1 or more.
 * @param {string} name of its option, for the error
 * @param {string} text
 */
export function countOf(name, text) {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new TypeError(`--${name} has to be a whole number of 1 or more, not “${text}”.`);
}

/** @param {string} file */
export function mustExist(file) {
  if (!existsSync(file)) throw new TypeError(`There is no file “${file}”.`);
}

/**
 * What `read` gives; null, one line on stderr and exit code 2 where it throws.
 * @template T
 * @param {string} help whose first line shows the usage
 * @param {() => T} read
 */
export function orUsage(help, read) {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // "Unknown option '--titel'. To specify a positional …": the first sentence is the news.
    const [sentence = ''] = message.split(/(?<=\.)\s/);
    console.error(`${sentence.replace(/\.?$/, '.')} Usage: ${help.split('\n')[0]}`);
    process.exitCode = 2;
    return null;
  }
}

/** @param {string} help */
function explained(help) {
  console.log(help);
  return null;
}
