/**
 * `npm test`: every check and every test, in the order of what fails fastest. Stops at the first step that fails, for
 * what follows would mostly repeat it, and always ends with `N passed, N failed`.
 * `--built`: `dist` was just built, do not build it again.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLines, readPlaywright, readVitest, sum } from './test-report.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, '.cache');
const VITEST_REPORT = join(CACHE, 'vitest.json');
const PLAYWRIGHT_REPORT = join(CACHE, 'playwright.json');

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command parameters of Node
 * @property {() => import('./test-report.mjs').Counts} [counts] read afterwards; without it the step counts as one
 */

/** @param {string} name @param {string} file @returns {string} the program of a package */
function program(name, file) {
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
}

/** @param {boolean} built @returns {Step[]} */
function steps(built) {
  const build = { name: 'build', command: [program('vite', 'bin/vite.js'), 'build'] };
  return [
    { name: 'types', command: ['scripts/typecheck.mjs'] },
    { name: 'lint and format', command: [program('@biomejs/biome', 'bin/biome'), 'check', '.'] },
    { name: 'import rules', command: ['scripts/check-layers.mjs'] },
    { name: 'built-in models', command: ['scripts/check-models.mjs'] },
    {
      name: 'unit tests',
      command: [
        program('vitest', 'vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${VITEST_REPORT}`,
      ],
      counts: () => readVitest(VITEST_REPORT),
    },
    ...(built ? [] : [build]),
    { name: 'size budgets', command: ['scripts/check-size.mjs'] },
    {
      name: 'browser tests',
      command: [program('@playwright/test', 'cli.js'), 'test'],
      counts: () => readPlaywright(PLAYWRIGHT_REPORT),
    },
  ];
}

/**
 * Runs the steps until one fails.
 * @param {{ built: boolean }} options
 * @returns {import('./test-report.mjs').Counts}
 */
export function runTests({ built }) {
  mkdirSync(CACHE, { recursive: true });
  // A report of the last run must never be taken for one of this run.
  rmSync(VITEST_REPORT, { force: true });
  rmSync(PLAYWRIGHT_REPORT, { force: true });
  /** @type {import('./test-report.mjs').Counts[]} */
  const all = [];
  for (const step of steps(built)) {
    const started = Date.now();
    console.log(`\n── ${step.name}`);
    const { status } = spawnSync(process.execPath, step.command, { cwd: ROOT, stdio: 'inherit' });
    const counts = countsOf(step, status === 0);
    all.push(counts);
    console.log(
      `── ${step.name}: ${counts.failed > 0 ? 'FAILED' : 'passed'} after ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
    if (counts.failed > 0) break;
  }
  return sum(all);
}

/**
 * @param {Step} step
 * @param {boolean} endedWell
 * @returns {import('./test-report.mjs').Counts}
 */
function countsOf(step, endedWell) {
  const counts = step.counts?.() ?? { passed: Number(endedWell), failed: Number(!endedWell), skipped: [] };
  // A run that ends badly though no test failed (nothing to run, an error after the last test) is a failure too.
  return !endedWell && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const counts = runTests({ built: process.argv.includes('--built') });
  console.log(`\n${closingLines(counts)}`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
