/**
 * Gives damaged files to the readers of models, in threads that are watched from outside: every run has to end soon, in little memory,
 * with a result or with one of the readers' own errors.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import { mutate, randomOf, SLACK_BYTES } from './mutations.mjs';

const TARGETS = fileURLToPath(new URL('targets.ts', import.meta.url));
const HANG_MS = 5000;
const WATCH_MS = 100;
/** Runs of one thread: enough that its start does not count, few enough that it is often fresh. */
const RUNS_PER_THREAD = 1000;
/** How much of a reader's memory may grow with the file, and what it may take for the smallest. */
const MEMORY_PER_BYTE = 4;
/**
 * The limits of `weight-limits.ts` allow 40 MB of empty dicts and as much of kept values; the thread itself, its code and
 * its collector's slack take some 20.
 */
const ALLOWANCE_BYTES = 100 * 2 ** 20;
/** A file of this size is damaged half as often as the smallest: the large ones cost more and show no more. */
const HALF_AS_OFTEN_BYTES = 262_144;

/**
 * @typedef {import('./batch-worker.mjs').Outcome} Outcome
 * @typedef {{ path: string, targetName: string, bytes: number, isGenerated: boolean }} Subject
 * @typedef {{ path: string, targetName: string, runs: number, codes: Record<string, number>, slowestMs: number }} Row
 * @typedef {{ path: string, index: number, what: string, problem: string }} Finding
 *
 * @typedef {object} Options
 * @property {number} seed
 * @property {number} runs
 * @property {number} [only] the index of the single run to do
 * @property {readonly string[]} [files] real ones, beside those that are made
 * @property {string} [targets] the module of readers, instead of `targets.ts`
 */

/**
 * @param {Options} options
 * @returns {Promise<{ rows: Row[], findings: Finding[] }>} a row for each file
 */
export async function fuzz({ seed, runs, only, files = [], targets = TARGETS }) {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-fuzz-'));
  try {
    const targetsUrl = await bundled(targets, folder);
    const subjects = await subjectsOf(targetsUrl, files);
    const plan = planned(subjects, seed, runs);
    const rows = [];
    const findings = [];
    for (const [i, subject] of subjects.entries()) {
      const indices = (plan[i] ?? []).filter((index) => only === undefined || index === only);
      const result = await fuzzFile(subject, targetsUrl, seed, indices);
      rows.push(result.row);
      findings.push(...result.findings);
    }
    return { rows, findings };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The readers as one module of JavaScript, which threads can import.
 * @param {string} entry
 * @param {string} folder
 */
async function bundled(entry, folder) {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'targets.mjs' } },
    },
  });
  return pathToFileURL(join(folder, 'targets.mjs')).href;
}

/**
 * @param {string} targetsUrl
 * @param {readonly string[]} files
 * @returns {Promise<Subject[]>}
 */
async function subjectsOf(targetsUrl, files) {
  const { targets, generated } = /** @type {typeof import('./targets.ts')} */ (await import(targetsUrl));
  const all = [
    ...generated().map(({ path, bytes }) => ({ path, bytes: bytes.length, isGenerated: true })),
    ...files.map((path) => ({ path, bytes: statSync(path).size, isGenerated: false })),
  ];
  return all.flatMap((file) =>
    targets
      .filter(({ suffixes }) => suffixes.some((suffix) => file.path.endsWith(suffix)))
      .map(({ name }) => ({ ...file, targetName: name })),
  );
}

/**
 * Which runs are each file's.
 * @param {readonly Subject[]} subjects
 * @param {number} seed
 * @param {number} runs
 */
function planned(subjects, seed, runs) {
  if (subjects.length === 0) throw new Error('No file has a reader: nothing would be tried.');
  const shares = subjects.map(({ bytes }) => 1 / (1 + bytes / HALF_AS_OFTEN_BYTES));
  const total = shares.reduce((sum, share) => sum + share, 0);
  /** @type {number[][]} */
  const plan = subjects.map(() => []);
  for (let index = 0; index < runs; index++) {
    let left = (randomOf(~seed, index)(2 ** 30) / 2 ** 30) * total;
    const found = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    plan.at(found)?.push(index);
  }
  return plan;
}

/**
 * @param {Subject} subject
 * @param {string} targetsUrl
 * @param {number} seed
 * @param {readonly number[]} indices
 * @returns {Promise<{ row: Row, findings: Finding[] }>}
 */
async function fuzzFile(subject, targetsUrl, seed, indices) {
  const { path, targetName } = subject;
  /** @type {Row} */
  const row = { path, targetName, runs: indices.length, codes: {}, slowestMs: 0 };
  /** @type {Finding[]} */
  const findings = [];
  /** @param {Outcome} outcome */
  const note = ({ index, code, ms, what, problem }) => {
    row.codes[code ?? 'read'] = (row.codes[code ?? 'read'] ?? 0) + 1;
    row.slowestMs = Math.max(row.slowestMs, ms);
    if (problem !== null) findings.push({ path, index, what, problem });
  };
  for (let left = [...indices]; left.length > 0; ) {
    const batch = left.slice(0, RUNS_PER_THREAD);
    const end = await runThread(subject, targetsUrl, seed, batch, note);
    if (end.problem !== null)
      note({
        index: end.index,
        code: 'fault',
        ms: end.ms,
        what: await whatWasDone(subject, targetsUrl, seed, end.index),
        problem: end.problem,
      });
    left = left.slice(left.indexOf(end.index) + 1);
  }
  return { row, findings };
}

/**
 * Runs a batch in a thread; ends it where it hangs. The index is that of the last run that was begun.
 * @param {Subject} subject
 * @param {string} targetsUrl
 * @param {number} seed
 * @param {readonly number[]} indices
 * @param {(outcome: Outcome) => void} note
 * @returns {Promise<{ index: number, ms: number, problem: string | null }>}
 */
function runThread({ path, targetName, bytes }, targetsUrl, seed, indices, note) {
  const progress = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const limitBytes = MEMORY_PER_BYTE * bytes + ALLOWANCE_BYTES;
  const worker = new Worker(new URL('batch-worker.mjs', import.meta.url), {
    workerData: { targetsUrl, targetName, path, seed, indices, limitBytes, progress },
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(limitBytes / 2 ** 20) },
  });
  worker.on('message', note);
  return new Promise((done, fail) => {
    let last = -1;
    let since = performance.now();
    const watch = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now !== last) since = performance.now();
      last = now;
      // The start, with its import, is no run.
      if (last >= 0 && performance.now() - since > HANG_MS) void worker.terminate();
    }, WATCH_MS);
    /** @type {string | null} */
    let problem = null;
    worker.on('error', (error) => {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code === 'ERR_WORKER_OUT_OF_MEMORY')
        problem = `took more than the ${limitBytes} bytes of heap that are allowed`;
      else fail(error);
    });
    worker.on('exit', (exitCode) => {
      clearInterval(watch);
      if (exitCode !== 0) problem ??= `did not end within ${HANG_MS} ms`;
      const index = Atomics.load(progress, 0);
      if (index < 0) fail(new Error(`The thread for ${path} ended before its first run: ${problem}`));
      else done({ index, ms: performance.now() - since, problem });
    });
  });
}

/**
 * What a run that gave no answer was about to read.
 * @param {Subject} subject
 * @param {string} targetsUrl
 * @param {number} seed
 * @param {number} index
 */
async function whatWasDone({ path, isGenerated }, targetsUrl, seed, index) {
  const { generated } = /** @type {typeof import('./targets.ts')} */ (await import(targetsUrl));
  const made = isGenerated ? generated().find((file) => file.path === path)?.bytes : undefined;
  const file = made ?? new Uint8Array(readFileSync(path));
  return mutate(file, new Uint8Array(file.length + SLACK_BYTES), randomOf(seed, index)).what;
}
