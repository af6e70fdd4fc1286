/**
 * Counts what was tested, and reads the counts of vitest and Playwright from their JSON reports.
 */
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skipped names: a test that did not run is never silent
 */

/** @returns {Counts} */
export const noCounts = () => ({ passed: 0, failed: 0, skipped: [] });

/**
 * @param {readonly Counts[]} counts
 * @returns {Counts}
 */
export function sum(counts) {
  return {
    passed: counts.reduce((total, one) => total + one.passed, 0),
    failed: counts.reduce((total, one) => total + one.failed, 0),
    skipped: counts.flatMap((one) => one.skipped),
  };
}

/**
 * The closing lines: the names of skipped tests, then `N passed, N failed` and, only where there are any, `, N skipped`.
 * @param {Counts} counts
 * @returns {string}
 */
export function closingLines({ passed, failed, skipped }) {
  const names = skipped.map((name) => `skipped: ${name}\n`).join('');
  return `${names}${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}

/**
 * The counts of vitest's JSON report.
 * @param {string} path
 * @returns {Counts} one failure where there is no report: the run itself broke
 */
export function readVitest(path) {
  /** @type {{ testResults: { name: string, status: string, assertionResults: { status: string, fullName: string }[] }[] } | null} */
  const report = readJson(path);
  if (!report) return { ...noCounts(), failed: 1 };
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  // A file that cannot be loaded fails without a test of its own.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter((test) => test.status === 'failed').length + brokenFiles.length,
    skipped: tests.filter((test) => !['passed', 'failed'].includes(test.status)).map((test) => test.fullName),
  };
}

/**
 * @typedef {object} PlaywrightSuite
 * @property {string} title
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ title: string, tests: { status: string, projectName: string }[] }[]} [specs]
 */

/**
 * The counts of Playwright's JSON report.
 * @param {string} path
 * @returns {Counts} one failure where there is no report: the run itself broke
 */
export function readPlaywright(path) {
  /** @type {{ suites: PlaywrightSuite[], errors?: unknown[] } | null} */
  const report = readJson(path);
  if (!report) return { ...noCounts(), failed: 1 };
  const counts = noCounts();
  for (const suite of report.suites) addSuite(suite, suite.title, counts);
  // Errors outside of a test: a spec that cannot be loaded, a server that does not start.
  counts.failed += report.errors?.length ?? 0;
  return counts;
}

/**
 * @param {PlaywrightSuite} suite
 * @param {string} place
 * @param {Counts} counts changed
 */
function addSuite(suite, place, counts) {
  for (const spec of suite.specs ?? []) {
    for (const test of spec.tests) {
      if (test.status === 'expected' || test.status === 'flaky') counts.passed += 1;
      else if (test.status === 'skipped')
        counts.skipped.push(`[${test.projectName}] ${place} › ${spec.title}`);
      else counts.failed += 1;
    }
  }
  for (const inner of suite.suites ?? []) addSuite(inner, `${place} › ${inner.title}`, counts);
}

/** @param {string} path */
function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
