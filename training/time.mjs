/**
 * How long models take, in onnxruntime-web on the processor, one thread. Counted are the seconds that the processor worked
 * for it, the models take turns, and the quickest round of each counts, so that other programs matter little.
 */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { filesGiven } from '../scripts/usage.mjs';

const HELP = `node training/time.mjs MODEL.onnx …

Prints, as JSON, each model's seconds for a megapixel of input.`;

const SIDE_PX = 128;
const ROUNDS = 9;

const given = filesGiven(HELP, (count) => count > 0);
if (given) console.log(JSON.stringify(await secondsPerMegapixel(given)));

/** @param {readonly string[]} paths @returns {Promise<number[]>} */
async function secondsPerMegapixel(paths) {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const sessions = [];
  for (const path of paths)
    sessions.push(await ort.InferenceSession.create(readFileSync(path), { executionProviders: ['wasm'] }));

  const values = Float32Array.from({ length: 3 * SIDE_PX ** 2 }, (_, i) => (i % 251) / 250);
  const input = new ort.Tensor('float32', values, [1, 3, SIDE_PX, SIDE_PX]);
  const quickestSeconds = sessions.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, session] of sessions.entries()) {
      const before = process.cpuUsage();
      await session.run({ input });
      const { user, system } = process.cpuUsage(before);
      quickestSeconds[index] = Math.min(Number(quickestSeconds[index]), (user + system) / 1e6);
    }
  }
  return quickestSeconds.map((seconds) => (seconds * 1e6) / SIDE_PX ** 2);
}
