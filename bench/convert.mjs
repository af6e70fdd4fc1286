/**
 * `node bench/convert.mjs FILE [FILE]`: how long a model file takes to become the network that the library keeps, and how
 * much memory beside the file itself; as a line of Markdown for `docs/benchmarks.md`. Two files for ncnn. Reading the disk
 * is not in it, nor is trying the network.
 *
 * Each round is a process of its own, so that the peak of its memory is that of one conversion.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const ROUNDS = 5;
const SELF = fileURLToPath(import.meta.url);
const MIB = 2 ** 20;

/** @typedef {{ ms: number, extraBytes: number, fileBytes: number, outputBytes: number }} Round */

const [first, ...others] = process.argv.slice(2);
if (first === undefined) {
  console.error('Name a model file; for ncnn its .param and its .bin.');
  process.exitCode = 2;
} else if (first === '--once') {
  console.log(JSON.stringify(await convertOnce(others)));
} else {
  report([first, ...others]);
}

/** @param {readonly string[]} files */
function report(files) {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [SELF, '--once', ...files], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return /** @type {Round} */ (JSON.parse(stdout));
  });
  const median = (/** @type {(round: Round) => number} */ of) =>
    rounds.map(of).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  const size = median((round) => round.fileBytes);
  const extra = median((round) => round.extraBytes);
  const cells = [
    files.map((file) => basename(file)).join(' + '),
    `${(size / MIB).toFixed(1)} MiB`,
    `${(median((round) => round.ms) / 1000).toFixed(2)} s`,
    `${(extra / MIB).toFixed(0)} MiB`,
    `${(extra / size).toFixed(2)}`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

/**
 * @param {readonly string[]} files
 * @returns {Promise<Round>}
 */
async function convertOnce(files) {
  const vite = await createServer({ server: { middlewareMode: true }, logLevel: 'error', appType: 'custom' });
  const { convertFiles } = await vite.ssrLoadModule('/src/worker/import-model.ts');
  const { writeOnnx } = await vite.ssrLoadModule('/src/models/onnx/write.ts');
  const given = files.map((file) => ({ name: basename(file), bytes: bytesOf(file) }));
  const noTrial = () => Promise.reject(new Error('only files that are rebuilt are measured, not .onnx'));
  const before = peakBytes();
  const started = performance.now();
  const converted = await convertFiles(given, noTrial);
  const output = writeOnnx(converted.network.onnx);
  const ms = performance.now() - started;
  const extraBytes = peakBytes() - before;
  await vite.close();
  const fileBytes = given.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { ms, extraBytes, fileBytes, outputBytes: output.length };
}

/**
 * Without a copy: its memory, given back, would be there for the conversion.
 * @param {string} file
 */
function bytesOf(file) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The most memory that this process ever had. */
function peakBytes() {
  return process.resourceUsage().maxRSS * 1024;
}
