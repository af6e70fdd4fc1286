/**
 * One thread that damages one file again and again and gives it to its reader. It tells of each run; a run that never ends, or that
 * uses up this thread's memory, is seen from outside by `progress`.
 */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { mutate, randomOf, SLACK_BYTES } from './mutations.mjs';

/**
 * @typedef {object} Batch
 * @property {string} targetsUrl
 * @property {string} targetName
 * @property {string} path
 * @property {number} seed
 * @property {readonly number[]} indices
 * @property {number} limitBytes
 * @property {Int32Array} progress the index under way
 *
 * @typedef {object} Outcome
 * @property {number} index
 * @property {string | null} code null where the file was read
 * @property {number} ms
 * @property {string} what the mutation
 * @property {string | null} problem
 */

const batch = /** @type {Batch} */ (workerData);
const product = /** @type {typeof import('./targets.ts')} */ (await import(batch.targetsUrl));
const target = product.targets.find(({ name }) => name === batch.targetName);
if (!target) throw new Error(`There is no target ${batch.targetName}.`);
const made = product.generated().find(({ path }) => path === batch.path);
const file = made ? made.bytes : new Uint8Array(readFileSync(batch.path));
const buffer = new Uint8Array(file.length + SLACK_BYTES);

for (const index of batch.indices) {
  Atomics.store(batch.progress, 0, index);
  const { bytes, what } = mutate(file, buffer, randomOf(batch.seed, index));
  const held = process.memoryUsage().arrayBuffers;
  const started = performance.now();
  let code = null;
  let problem = null;
  try {
    target.run(bytes, batch.path);
  } catch (error) {
    code = product.codeOf(error) ?? 'fault';
    if (code === 'fault') problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const ms = performance.now() - started;
  const taken = process.memoryUsage().arrayBuffers - held;
  if (taken > batch.limitBytes) problem ??= `took ${taken} bytes of buffers; ${batch.limitBytes} are allowed`;
  parentPort?.postMessage(/** @satisfies {Outcome} */ ({ index, code, ms, what, problem }));
}
