/**
 * `node bench/convert.mjs FILE [FILE]`: how long a model file takes to become a network of the library, and how much memory
 * beside; as a line of Markdown for `docs/benchmarks.md`. Two files for ncnn.
 *
 * First in Node the conversion alone, from the file's bytes to the bytes that are kept: each round is a process of its own, so
 * that the peak of its memory is that of one conversion. Then all of it in Chromium, from choosing the file to having it,
 * with its trial run; and, for what the runtime takes by itself, the same with a model of 0.1 MB.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { ensureBuild } from '../scripts/ensure-build.mjs';
import { filesGiven, mustExist, orUsage } from '../scripts/usage.mjs';
import { importInPage } from './drive-import.mjs';

const ROUNDS = 5;
/** In Chromium, which each time is started anew. */
const PAGE_ROUNDS = 3;
const SMALL_MODEL = fileURLToPath(new URL('../public/models/fast-2x.onnx', import.meta.url));
const SELF = fileURLToPath(import.meta.url);
const MIB = 2 ** 20;

/** @typedef {{ ms: number, extraBytes: number, fileBytes: number, outputBytes: number }} Round */

const HELP = `node bench/convert.mjs FILE [FILE]

How long a model file takes to become a network of the library, and how much memory beside. Two files for ncnn.`;

const [first, ...others] = process.argv.slice(2);
if (first === '--once') {
  console.log(JSON.stringify(await convertOnce(others)));
} else {
  const files = filesGiven(HELP, (count) => count === 1 || count === 2);
  if (files && orUsage(HELP, () => files.forEach(mustExist)) !== null) await report(files);
}

/** @param {readonly string[]} files */
async function report(files) {
  ensureBuild();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [SELF, '--once', ...files], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return /** @type {Round} */ (JSON.parse(stdout));
  });
  const size = median(rounds.map(({ fileBytes }) => fileBytes));
  const runtime = await importInPage([SMALL_MODEL]);
  const imports = [];
  for (let round = 0; round < PAGE_ROUNDS; round++) imports.push(await importInPage(files));
  const inPage = median(imports.map(({ extraBytes }) => extraBytes));
  const cells = [
    files.map((file) => basename(file)).join(' + '),
    `${(size / MIB).toFixed(1)} MiB`,
    secondsText(median(rounds.map(({ ms }) => ms))),
    memoryText(median(rounds.map(({ extraBytes }) => extraBytes)), size),
    secondsText(median(imports.map(({ ms }) => ms))),
    memoryText(inPage, size),
    memoryText(inPage - runtime.extraBytes, size),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @param {number} ms */
function secondsText(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

/**
 * In MiB, and as a multiple of the file.
 * @param {number} bytes
 * @param {number} fileBytes
 */
function memoryText(bytes, fileBytes) {
  return `${(bytes / MIB).toFixed(0)} MiB (${(bytes / fileBytes).toFixed(2)})`;
}

/**
 * @param {readonly string[]} files
 * @returns {Promise<Round>}
 */
async function convertOnce(files) {
  const vite = await createServer({ server: { middlewareMode: true }, logLevel: 'error', appType: 'custom' });
  const { convertFiles } = await vite.ssrLoadModule('/src/worker/import-model.ts');
  const { withFacts } = await vite.ssrLoadModule('/src/models/kept-facts.ts');
  const { writeOnnx } = await vite.ssrLoadModule('/src/models/onnx/write.ts');
  const given = files.map((file) => ({ name: basename(file), bytes: bytesOf(file) }));
  const noTrial = () => Promise.reject(new Error('only files that are rebuilt are measured, not .onnx'));
  const before = peakBytes();
  const started = performance.now();
  const converted = await convertFiles(given, noTrial);
  const output = writeOnnx(withFacts(converted.network));
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
