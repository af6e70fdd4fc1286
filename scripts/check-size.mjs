/**
 * Holds the budgets of the build in `dist`: what a browser loads before the page can be used, and what the service
 * worker fetches ahead. Sizes are those of gzip -9, in units of 1000 bytes.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readImports } from './layers/read-imports.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

const SCRIPT_BUDGET_BYTES = 150_000;
const STYLE_BUDGET_BYTES = 20_000;
/** A larger file would make the installation slow, and one failed file fails all of it. */
const PRECACHE_ENTRY_BYTES = 2 * 1024 * 1024;

/** The bench's page and scripts: for the few who measure. */
const BENCH = /^(?:bench\.html|bench\/.*|assets\/bench-[^/]+)$/;

/**
 * The scripts that the page loads before anything is asked of it: those in the HTML, and what they import statically.
 * @param {string} dist
 * @returns {string[]} paths relative to `dist`
 */
export function eagerScripts(dist) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const tags = [...html.matchAll(/<(?:script|link)\b[^>]*>/g)].map(([tag]) => tag);
  const named = tags.flatMap((tag) => {
    const address = /\b(?:src|href)="([^"]+\.m?js)"/.exec(tag)?.[1];
    return address ? [posix.normalize(address)] : [];
  });
  const found = new Set(named);
  for (const path of found) {
    for (const { specifier, url, typeOnly } of staticImports(readFileSync(join(dist, path), 'utf8'))) {
      if (!url && !typeOnly && specifier.startsWith('.'))
        found.add(posix.join(posix.dirname(path), specifier));
    }
  }
  return [...found];
}

/**
 * Imports of bundled code, without `import()`: that loads later.
 * @param {string} code
 */
function staticImports(code) {
  // Minified: `import{a}from"./b.js"`. Statements of a bundle stand at its very beginning.
  const head = /^(?:\s*(?:import|export)\b[^'"]*(['"])[^'"]+\1;?)*/.exec(code)?.[0] ?? '';
  const spaced = head.replace(/\b(import|export)(?=[{*'"])/g, '$1 ').replace(/\}\s*from/g, '} from');
  return readImports(spaced);
}

/** @param {string} dist @returns {string[]} style sheets named by the page, relative to `dist` */
function eagerStyles(dist) {
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  return [...html.matchAll(/\bhref="([^"]+\.css)"/g)].map(([, path]) => posix.normalize(String(path)));
}

/**
 * The list that the build injected into the service worker.
 * @param {string} dist
 * @returns {string[]} paths relative to `dist`
 */
export function precacheList(dist) {
  const code = readFileSync(join(dist, 'service-worker.js'), 'utf8');
  const entries = [
    ...code.matchAll(
      /\{\s*(?:"?revision"?:\s*(?:null|["'`][^"'`]*["'`]),\s*)?"?url"?:\s*["'`]([^"'`]+)["'`]/g,
    ),
  ];
  return entries.map(([, url]) => String(url));
}

/** @param {string} dist @param {readonly string[]} paths @returns {number} bytes after gzip -9, each file by itself */
function gzipBytes(dist, paths) {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path)), { level: 9 }).length, 0);
}

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

/**
 * @param {string} dist
 * @returns {{ figures: string[], problems: string[] }}
 */
export function checkSize(dist) {
  if (!existsSync(join(dist, 'index.html'))) {
    return { figures: [], problems: [`There is no build in ${dist}: run "npm run build" first.`] };
  }
  const scripts = eagerScripts(dist);
  const scriptBytes = gzipBytes(dist, scripts);
  const styles = eagerStyles(dist);
  const styleBytes = gzipBytes(dist, styles);
  const later = readdirSync(join(dist, 'assets'))
    .map((name) => `assets/${name}`)
    .filter((path) => path.endsWith('.js') && !scripts.includes(path) && !BENCH.test(path));
  const precache = precacheList(dist);
  const precacheBytes = precache.reduce(
    (sum, path) => sum + (existsSync(join(dist, path)) ? statSync(join(dist, path)).size : 0),
    0,
  );

  return {
    figures: [
      `JavaScript before the page is usable: ${kilobytes(scriptBytes)} gzip in ${scripts.length} files (budget ${kilobytes(SCRIPT_BUDGET_BYTES)})`,
      `style sheets: ${kilobytes(styleBytes)} gzip (budget ${kilobytes(STYLE_BUDGET_BYTES)})`,
      ...later.map((path) => `later, when needed: ${path} ${kilobytes(gzipBytes(dist, [path]))} gzip`),
      `precached: ${precache.length} files, ${kilobytes(precacheBytes)} as they are`,
    ],
    problems: [
      ...over('JavaScript before the page is usable', scriptBytes, SCRIPT_BUDGET_BYTES),
      ...over('style sheets', styleBytes, STYLE_BUDGET_BYTES),
      ...[...scripts, ...styles]
        .filter((path) => BENCH.test(path))
        .map((path) => `index.html loads ${path}, which is the bench's.`),
      ...(scripts.length === 0 ? ['index.html names no script: the figure would mean nothing.'] : []),
      ...precacheProblems(dist, precache),
    ],
  };
}

/** @param {string} what @param {number} bytes @param {number} budget @returns {string[]} */
function over(what, bytes, budget) {
  return bytes > budget
    ? [
        `${what}: ${kilobytes(bytes)} gzip, ${kilobytes(bytes - budget)} over the budget of ${kilobytes(budget)}.`,
      ]
    : [];
}

/** @param {string} dist @param {readonly string[]} precache @returns {string[]} */
function precacheProblems(dist, precache) {
  const needed = ['index.html', 'runtime-files.json', 'models/catalog.json'];
  const assets = readdirSync(join(dist, 'assets'))
    .filter((name) => /\.(?:js|css)$/.test(name))
    .map((name) => `assets/${name}`)
    .filter((path) => !BENCH.test(path));
  return [
    ...precache.flatMap((path) => {
      if (/\.(?:wasm|mjs|onnx)$/.test(path))
        return [`${path} is precached; runtime and models are kept on first use instead.`];
      if (BENCH.test(path)) return [`${path} is precached; the bench is no part of what works offline.`];
      if (!existsSync(join(dist, path)))
        return [`${path} is precached but not built: the installation would fail.`];
      const bytes = statSync(join(dist, path)).size;
      return bytes > PRECACHE_ENTRY_BYTES
        ? [`${path} is precached with ${bytes} bytes; at most ${PRECACHE_ENTRY_BYTES}.`]
        : [];
    }),
    // Workbox drops a file that is too large with only a warning.
    ...[...needed, ...assets]
      .filter((path) => !precache.includes(path))
      .map((path) => `${path} is not precached: offline would fail.`),
  ];
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { figures, problems } = checkSize(DIST);
  for (const figure of figures) console.log(`check-size: ${figure}`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
