/**
 * Finds what a TypeScript file refers to, without a compiler: comments are blanked first (so that line numbers stay),
 * then every form of import is looked for.
 */

/**
 * @typedef {object} Reference
 * @property {string} specifier such as `../base/errors.ts` or `react-dom/client`
 * @property {boolean} typeOnly `import type` or `export type`: gone after compilation
 * @property {boolean} url `new URL('…', import.meta.url)`: the address of a file, not its code
 * @property {number} line counted from 1
 */

/** Static import or re-export; the clause may span lines but never holds a quote or a semicolon. */
const STATIC = /\b(import|export)\s+(type\s+)?(?:[\w$*\s{},]+?\s+from\s*)?(['"])([^'"\n]+)\3/g;
const DYNAMIC = /\bimport\s*\(\s*(['"`])([^'"`\n]+)\1/g;
const ADDRESS = /\bnew\s+URL\s*\(\s*(['"`])([^'"`\n]+)\1\s*,\s*import\.meta\.url/g;

/**
 * @param {string} source
 * @returns {Reference[]} in the order of lines
 */
export function readImports(source) {
  const code = blankComments(source);
  /** @type {Reference[]} */
  const found = [];
  for (const match of code.matchAll(STATIC)) {
    // `export type A = 'x'` has a quote but no `from`, and is no import.
    if (match[1] === 'export' && !match[0].includes(' from')) continue;
    found.push({
      specifier: match[4] ?? '',
      typeOnly: Boolean(match[2]),
      url: false,
      line: lineAt(code, match.index),
    });
  }
  for (const match of code.matchAll(DYNAMIC)) {
    found.push({ specifier: match[2] ?? '', typeOnly: false, url: false, line: lineAt(code, match.index) });
  }
  for (const match of code.matchAll(ADDRESS)) {
    found.push({ specifier: match[2] ?? '', typeOnly: false, url: true, line: lineAt(code, match.index) });
  }
  return found.sort((a, b) => a.line - b.line);
}

/**
 * @param {string} text
 * @param {number} index
 * @returns {number} the line of `index`, from 1
 */
export function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}

/** After one of these, or at the start, a slash opens a regular expression; else it divides. */
const BEFORE_REGEX = /(?:^|[([{,;=:!&|?+\-*%^~<>]|\breturn|\btypeof|\bcase)\s*$/;

/**
 * The source with every comment replaced by spaces; strings, templates and regular expressions stay as they are.
 * @param {string} source
 * @returns {string} of the same length, with the same line breaks
 */
export function blankComments(source) {
  let code = '';
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const comment = /^(?:\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/.exec(rest);
    const literal = comment ? null : literalAt(rest, code);
    const taken = comment?.[0] ?? literal ?? rest.charAt(0);
    code += comment ? taken.replace(/[^\n]/g, ' ') : taken;
    at += taken.length;
  }
  return code;
}

/**
 * The string, template or regular expression that `rest` begins with.
 * @param {string} rest
 * @param {string} before
 * @returns {string | null}
 */
function literalAt(rest, before) {
  const text = /^(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`)/.exec(rest);
  if (text) return text[0];
  if (rest[0] !== '/' || !BEFORE_REGEX.test(before.slice(-20))) return null;
  return /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/.exec(rest)?.[0] ?? null;
}
