/**
 * `node bench/peers/write-onnx.mjs [--out DIR] [--verify]`: the networks of `@upscalerjs/esrgan-slim` as ONNX, with the
 * entries that Tessera's catalog needs for them, as JSON on stdout. After `npm ci --prefix bench`.
 *
 * `--verify` compares each with TensorFlow.js and prints the largest difference; it fails above 1e-4 (of 0..1). Borders
 * count, but for the collapsed form, which does not promise them.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { collapse } from './collapse.mjs';
import { figures, toOnnx } from './convert.mjs';
import { foldUpsample } from './fold-upsample.mjs';
import { packagedModel, readLayersModel } from './layers-model.mjs';
import { largestDifference } from './verify.mjs';

/** Git ignores it. */
export const OUT = fileURLToPath(new URL('../../.cache/peers', import.meta.url));
const TOLERANCE = 1e-4;

/**
 * The same function three times; Tessera is given each, so that nobody takes one for another.
 * @typedef {'layers' | 'folded' | 'collapsed'} Form `layers`: every layer as it stands in the package; `folded`: the last
 *   enlargement and convolution as one convolution and a pixel shuffle; `collapsed`: also all layers multiplied out that
 *   have no non-linearity between them
 * @typedef {import('./layers-model.mjs').Network} Network
 * @typedef {import('../../src/models/descriptor.ts').BuiltInEntry} BuiltInEntry
 * @typedef {{ scale: 2 | 4, form: Form, path: string, entry: BuiltInEntry }} Written
 */

/** @type {Readonly<Record<Form, (network: Network) => Network>>} */
const FORMS = {
  layers: (network) => network,
  folded: foldUpsample,
  // After UPN3 comes the folded convolution: one of both would be larger than the two.
  collapsed: (network) => collapse(foldUpsample(network), ['UPN3']),
};

/**
 * @param {string} [folder] is made where it is missing
 * @returns {Written[]}
 */
export function writeNetworks(folder = OUT) {
  mkdirSync(folder, { recursive: true });
  return /** @type {const} */ ([2, 4]).flatMap((scale) => {
    const network = readLayersModel(packagedModel(scale));
    return Object.entries(FORMS).map(([form, change]) =>
      write(folder, scale, /** @type {Form} */ (form), change(network)),
    );
  });
}

/**
 * @param {2 | 4} scale
 * @param {Form} form
 */
export function networkId(scale, form) {
  return `esrgan-slim-${scale}x${form === 'layers' ? '' : `-${form}`}`;
}

/**
 * @param {string} folder
 * @param {2 | 4} scale
 * @param {Form} form
 * @param {Network} network
 * @returns {Written}
 */
function write(folder, scale, form, network) {
  const bytes = toOnnx(network);
  const id = networkId(scale, form);
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
  return { scale, form, path, entry };
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
  for (const { scale, form, path, entry } of written) {
    const border = form === 'collapsed' ? entry.receptiveFieldPx * scale : 0;
    for (const { picture, difference } of await largestDifference(packagedModel(scale), path, border)) {
      const verdict = difference <= TOLERANCE ? 'equal' : 'DIFFERENT';
      console.error(
        `${entry.id}, ${picture}: largest difference ${difference.toExponential(2)} of 1: ${verdict}`,
      );
      if (difference > TOLERANCE) process.exitCode = 1;
    }
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
