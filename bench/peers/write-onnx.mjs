/**
 * `node bench/peers/write-onnx.mjs [--out DIR] [--verify]`: the networks of `@upscalerjs/esrgan-slim` as ONNX, with the
 * entries that Tessera's catalog needs for them, as JSON on stdout. After `npm ci --prefix bench`.
 *
 * `--verify` compares each with TensorFlow.js and prints the largest difference, borders included; it fails above 1e-4 (of
 * 0..1).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { figures, toOnnx } from './convert.mjs';
import { packagedModel, readLayersModel } from './layers-model.mjs';
import { largestDifference } from './verify.mjs';

/** Git ignores it. */
export const OUT = fileURLToPath(new URL('../../.cache/peers', import.meta.url));
const TOLERANCE = 1e-4;

/**
 * @typedef {import('../../src/models/descriptor.ts').BuiltInEntry} BuiltInEntry
 * @typedef {{ scale: 2 | 4, path: string, entry: BuiltInEntry }} Written
 */

/**
 * @param {string} [folder] is made where it is missing
 * @returns {Written[]}
 */
export function writeNetworks(folder = OUT) {
  mkdirSync(folder, { recursive: true });
  return /** @type {const} */ ([2, 4]).map((scale) => write(folder, scale));
}

/** @param {2 | 4} scale */
export function networkId(scale) {
  return `esrgan-slim-${scale}x`;
}

/**
 * @param {string} folder
 * @param {2 | 4} scale
 * @returns {Written}
 */
function write(folder, scale) {
  const network = readLayersModel(packagedModel(scale));
  const bytes = toOnnx(network);
  const id = networkId(scale);
  const file = `${id}.onnx`;
  const path = join(folder, file);
  writeFileSync(path, bytes);
  const entry = {
    id,
    name: 'ESRGAN slim',
    description: 'The network of @upscalerjs/esrgan-slim, for the bench.',
    file,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    licence: 'MIT',
    source: '@upscalerjs/esrgan-slim 1.0.0',
    ...figures(network),
  };
  return { scale, path, entry };
}

async function main() {
  const { values } = parseArgs({
    options: { out: { type: 'string', default: OUT }, verify: { type: 'boolean', default: false } },
  });
  const written = writeNetworks(resolve(values.out));
  console.log(
    JSON.stringify(
      written.map(({ entry }) => entry),
      null,
      2,
    ),
  );
  if (!values.verify) return;
  for (const { scale, path, entry } of written) {
    for (const { picture, difference } of await largestDifference(packagedModel(scale), path)) {
      const verdict = difference <= TOLERANCE ? 'equal' : 'DIFFERENT';
      console.error(
        `${entry.id}, ${picture}: largest difference ${difference.toExponential(2)} of 1: ${verdict}`,
      );
      if (difference > TOLERANCE) process.exitCode = 1;
    }
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
