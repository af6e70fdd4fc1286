/**
 * `node bench/wasm-options.mjs [--model ID] [--side PX] [--rounds N] [--threads N] [--write]`: what the runtime's own options do to a built-in
 * model on the processor, in Node, in turns. Nothing of Tessera's is in it: this is the floor that it stands on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import * as ort from 'onnxruntime-web';
import { countOf, optionsGiven, orUsage } from '../scripts/usage.mjs';
import { writeSection } from './write-section.mjs';

const HELP = `node bench/wasm-options.mjs [--model ID] [--side PX] [--rounds N] [--threads N] [--write]

What the runtime's own options do to a built-in model on the processor, in Node, in turns.`;

const values = optionsGiven(HELP, {
  model: { type: 'string', default: 'photo-4x' },
  side: { type: 'string', default: '256' },
  rounds: { type: 'string', default: '5' },
  threads: { type: 'string', default: String(cpus().length) },
  write: { type: 'boolean', default: false },
});
if (values === null) process.exit();
const asked = orUsage(HELP, () => ({
  side: countOf('side', values.side),
  rounds: countOf('rounds', values.rounds),
  threads: countOf('threads', values.threads),
  bytes: readFileSync(modelFile(values.model)),
}));
if (asked === null) process.exit();
const { side, rounds, threads, bytes } = asked;

/** @typedef {import('onnxruntime-web').InferenceSession.SessionOptions} SessionOptions */

/** @type {readonly { readonly what: string, readonly options?: SessionOptions }[]} */
const CANDIDATES = [
  { what: 'as Tessera runs it' },
  { what: 'sides fixed beforehand', options: { freeDimensionOverrides: fixedSides() } },
  { what: 'graph optimisation off', options: { graphOptimizationLevel: 'disabled' } },
  { what: 'graph optimisation basic', options: { graphOptimizationLevel: 'basic' } },
  { what: 'no memory arena', options: { enableCpuMemArena: false } },
  { what: 'no memory pattern', options: { enableMemPattern: false } },
  { what: 'operators beside each other', options: { executionMode: 'parallel' } },
  { what: 'threads do not spin', options: { extra: { session: { intra_op: { allow_spinning: '0' } } } } },
  { what: 'tiny numbers as zero', options: { extra: { session: { set_denormal_as_zero: '1' } } } },
];

/** @type {Map<string, number[]>} in millitimes */
const times = new Map();
// Settled when the runtime starts: another number is another process.
ort.env.wasm.numThreads = threads;
ort.env.logLevel = 'error';

const sessions = [];
for (const { what, options } of CANDIDATES) {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], ...options });
  await run(session);
  sessions.push({ what, session });
}
for (let round = 0; round < rounds; round++) {
  const order = round % 2 ? [...sessions].reverse() : sessions;
  for (const { what, session } of order) times.set(what, [...(times.get(what) ?? []), await run(session)]);
}
const base = median(times.get('as Tessera runs it') ?? []);
const rows = [...times].map(([what, ms]) => {
  const [low, high] = [Math.min(...ms), Math.max(...ms)];
  const middle = median(ms);
  return `| ${what} | ${middle.toFixed(0)} | ${low.toFixed(0)} to ${high.toFixed(0)} | ${(middle / base).toFixed(3)} |`;
});
const table = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}, onnxruntime-web ${ort.env.versions.web}, ${values.model}, ${side} × ${side}, ${threads} threads, ${rounds} rounds`,
  '',
  '| option | median ms | range | of the first |',
  '|---|---|---|---|',
  ...rows,
].join('\n');
if (values.write) writeSection('wasm-options', table);
console.log(table);
process.exit(0);

/** @param {string} id */
function modelFile(id) {
  const file = new URL(`../public/models/${id}.onnx`, import.meta.url);
  if (!existsSync(file)) throw new TypeError(`There is no model “${id}”.`);
  return file;
}

/**
 * @param {import('onnxruntime-web').InferenceSession} session
 * @returns {Promise<number>} millitimes
 */
async function run(session) {
  const input = new ort.Tensor('float32', new Float32Array(3 * side * side).fill(0.5), [1, 3, side, side]);
  const before = performance.now();
  const answer = await session.run({ [/** @type {string} */ (session.inputNames[0])]: input });
  const ms = performance.now() - before;
  for (const tensor of Object.values(answer)) tensor.dispose();
  return ms;
}

/** @returns {Record<string, number>} */
function fixedSides() {
  return { height: side, width: side };
}

/** @param {readonly number[]} all */
function median(all) {
  const sorted = [...all].sort((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.floor(sorted.length / 2)]);
}
