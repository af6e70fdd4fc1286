/**
 * What `.ci/run` does after `npm ci`: the README's start line with a few smoke requests, then its test line on the same
 * build. Ends with `N passed, N failed`, smoke requests counted.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from './test.mjs';
import { closingLines, sum } from './test-report.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PORT = 4175;
const START_LIMIT_MS = 180_000;

/** @typedef {{ name: string, problem: string }} Check `problem` is empty where all is well */

/**
 * Runs `npm start` as a person would, until it says that it is ready.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
function start() {
  // A group of its own: npm, its shell and the server end together.
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(PORT) },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  return new Promise((done, fail) => {
    const timer = setTimeout(() => {
      fail(new Error(`npm start was not ready after ${START_LIMIT_MS / 1000} s.`));
      void stop();
    }, START_LIMIT_MS);
    child.once('exit', (code) => fail(new Error(`npm start ended with ${code} before it was ready.`)));
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      output += text;
      const url = /^Tessera is ready at (\S+)/m.exec(output)?.[1];
      if (!url) return;
      clearTimeout(timer);
      done({ url: `${url}/`, stop });
    });
  });
}

/**
 * @param {string} url
 * @returns {Promise<Check[]>}
 */
async function smoke(url) {
  const wasm =
    readdirSync(join(ROOT, 'dist', 'assets')).find((name) => name.endsWith('.wasm')) ??
    'no-wasm-was-built.wasm';
  return Promise.all([
    check('the page', url, 'text/html', (text) =>
      text.includes('<script type="module"') ? '' : 'it names no module',
    ),
    check('a runtime file', `${url}assets/${wasm}`, 'application/wasm', () => ''),
    check('the catalog', `${url}models/catalog.json`, 'application/json', (text) =>
      JSON.parse(text).models.length > 0 ? '' : 'it is empty',
    ),
    check('the service worker', `${url}service-worker.js`, 'text/javascript', () => ''),
  ]);
}

/**
 * @param {string} name
 * @param {string} address
 * @param {string} type
 * @param {(text: string) => string} inspect what is wrong with the body, or nothing
 * @returns {Promise<Check>}
 */
async function check(name, address, type, inspect) {
  try {
    const response = await fetch(address);
    const text = await response.text();
    const { headers } = response;
    const problem = [
      response.status === 200 ? '' : `status ${response.status}`,
      headers.get('content-type')?.startsWith(type)
        ? ''
        : `type ${headers.get('content-type')} instead of ${type}`,
      headers.get('cross-origin-opener-policy') === 'same-origin' ? '' : 'no Cross-Origin-Opener-Policy',
      headers.get('cross-origin-embedder-policy') === 'require-corp' ? '' : 'no Cross-Origin-Embedder-Policy',
      response.status === 200 ? inspect(text) : '',
    ].filter((part) => part !== '');
    return { name, problem: problem.join(', ') };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** @returns {Promise<Check[]>} */
async function startAndSmoke() {
  try {
    const { url, stop } = await start();
    try {
      return [{ name: 'npm start', problem: '' }, ...(await smoke(url))];
    } finally {
      await stop();
    }
  } catch (error) {
    return [{ name: 'npm start', problem: error instanceof Error ? error.message : String(error) }];
  }
}

console.log('── npm start, with smoke requests');
const checks = await startAndSmoke();
for (const { name, problem } of checks)
  console.log(`${problem ? 'FAILED' : 'passed'}: ${name}${problem ? `: ${problem}` : ''}`);
const failed = checks.filter(({ problem }) => problem !== '').length;
const smokeCounts = { passed: checks.length - failed, failed, skipped: [] };
// Tests on a build that does not start would only repeat the news.
const counts = failed > 0 ? smokeCounts : sum([smokeCounts, runTests({ built: true })]);
// The last line is read by machines, so it is always of the same form.
for (const name of counts.skipped) console.log(`skipped: ${name}`);
if (counts.skipped.length > 0) console.log(`${counts.skipped.length} skipped, named above`);
console.log(closingLines({ ...counts, skipped: [] }));
process.exitCode = counts.failed > 0 ? 1 : 0;
