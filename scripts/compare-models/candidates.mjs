/**
 * What takes part: two ways of resampling, the built-in models, and whatever models lie in a folder.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
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

/**
 * By suffix, how a model's file becomes ONNX.
 * @type {Readonly<Record<string, (path: string) => Promise<Uint8Array<ArrayBuffer>>>>}
 */
const READERS = { '.onnx': async (path) => new Uint8Array(readFileSync(path)) };

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
      const bytes = readFileSync(join(folder, path));
      const file = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
      const read = READERS[extname(path)] ?? (() => Promise.reject(new Error('unknown format')));
      const open = async () => openNetwork(product, await read(join(folder, path)));
      return { name: basename(path, extname(path)), kind, file, open };
    });
}
