/**
 * What takes part: two ways of resampling, the built-in models, and whatever models lie in a folder.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { openNetwork } from './network.mjs';
import { nearest } from './picture.mjs';
import { resampled } from './resampled.mjs';

/** @import { Network } from './network.mjs' */
/** @import { Product } from './product.mjs' */

/**
 * `file` is null for what is no model.
 * @typedef {object} Candidate
 * @property {string} name
 * @property {'resampling' | 'built-in' | 'given'} kind
 * @property {{ readonly bytes: number, readonly sha256: string } | null} file
 * @property {(scale: number) => Promise<Network>} open
 */

/** By suffix, how a model's file becomes ONNX. @type {Readonly<Record<string, Reader>>} */
const READERS = {
  '.onnx': (_product, path) => bytesOf(path),
  '.pth': fromWeights,
  '.safetensors': fromWeights,
  '.param': (product, path) => {
    const bin = binOf(path);
    if (!bin) throw new Error('There is no .bin of its name beside it.');
    const { onnx } = product.convertNcnn(bytesOf(path), bytesOf(bin));
    return new Uint8Array(product.writeOnnx(onnx));
  },
};

/** @typedef {(product: Product, path: string) => Uint8Array<ArrayBuffer>} Reader throws where it cannot read it */

/** @type {Reader} */
function fromWeights(product, path) {
  const { onnx } = product.networkFromWeights(product.readStateDict(bytesOf(path)));
  return new Uint8Array(product.writeOnnx(onnx));
}

/** With the folder that the file lies in: ncnn's networks are often of one name. @param {string} path */
function nameOf(path) {
  const [file, ...folders] = path.slice(0, -extname(path).length).split(/[\\/]/).reverse();
  return folders[0] ? `${folders[0]}/${file}` : String(file);
}

/** Of a .param together with its .bin: networks of one shape share the former. @param {string} path */
function factsOf(path) {
  const bin = extname(path) === '.param' ? binOf(path) : null;
  const parts = (bin ? [path, bin] : [path]).map(bytesOf);
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return { bytes: parts.reduce((sum, { length }) => sum + length, 0), sha256: hash.digest('hex') };
}

/**
 * The weights beside a .param: of its name, or of its name but for the number at the end, for graphs of several scales often
 * share one file.
 * @param {string} path
 * @returns {string | null}
 */
function binOf(path) {
  const stem = (/** @type {string} */ file) => file.slice(0, -extname(file).length);
  const own = `${stem(path)}.bin`;
  if (existsSync(own)) return own;
  const family = stem(basename(path)).replace(/\d+$/, '');
  const shared = readdirSync(dirname(path)).filter(
    (file) => extname(file) === '.bin' && stem(file).replace(/\d+$/, '') === family,
  );
  return shared.length === 1 ? join(dirname(path), String(shared[0])) : null;
}

/** @param {string} path */
function bytesOf(path) {
  return new Uint8Array(readFileSync(path));
}

/** @param {Product} product @returns {Candidate[]} */
export function resamplings(product) {
  const close = async () => {};
  return [
    {
      name: 'Nearest',
      kind: 'resampling',
      file: null,
      open: async (scale) => ({ enlarge: async (picture) => nearest(picture, scale), close }),
    },
    {
      name: 'Lanczos',
      kind: 'resampling',
      file: null,
      open: async (scale) => ({
        enlarge: async (picture) =>
          resampled(product, picture, picture.width * scale, picture.height * scale),
        close,
      }),
    },
  ];
}

/** @param {Product} product @param {string} folder @param {'built-in' | 'given'} kind @returns {Candidate[]} */
export function modelsBelow(product, folder, kind) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => extname(path) in READERS)
    .sort()
    .map((path) => {
      const read = /** @type {Reader} */ (READERS[extname(path)]);
      const open = async () => openNetwork(product, read(product, join(folder, path)));
      return { name: nameOf(path), kind, file: factsOf(join(folder, path)), open };
    });
}
