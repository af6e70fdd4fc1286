import { parseArgs } from 'node:util';

/**
 * The files named on the command line. Null where there is nothing more to do: `--help` prints `help`; an unknown option, or
 * another number of files than `isEnough` takes, is one line on stderr and exit code 2.
 * @param {string} help
 * @param {(count: number) => boolean} isEnough
 * @returns {string[] | null}
 */
export function filesGiven(help, isEnough) {
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help) {
      console.log(help);
      return null;
    }
    if (isEnough(positionals.length)) return positionals;
    throw new TypeError(`${positionals.length} files were given.`);
  } catch (error) {
    const [sentence] = error instanceof Error ? error.message.split('\n') : [String(error)];
    console.error(`${sentence} Usage: ${help.split('\n')[0]}`);
    process.exitCode = 2;
    return null;
  }
}
