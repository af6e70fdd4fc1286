/**
 * Where results go: one file, or a folder for many.
 */
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from './usage-error.mjs';

/**
 * @typedef {object} FileSystem what the choice depends on; injected in tests
 * @property {(path: string) => boolean} isFolder
 * @property {(path: string) => boolean} isWritable of an existing folder
 * @property {(path: string) => string} realPath the path without links; itself where it does not exist
 *
 * @typedef {{ kind: 'file', path: string } | { kind: 'folder', path: string }} Target
 */

/**
 * @param {string} output as given
 * @param {number} inputCount
 * @param {FileSystem} files
 * @returns {Target}
 * @throws {UsageError} where nothing can be written there
 */
export function chooseTarget(output, inputCount, files) {
  const path = resolve(output);
  const folder = /[/\\]$/.test(output) || files.isFolder(path) || inputCount > 1;
  if (folder && /\.(?:png|jpe?g|webp)$/i.test(output) && !files.isFolder(path)) {
    throw new UsageError(`${inputCount} pictures cannot go into the one file "${output}"; give a folder.`);
  }
  // A folder that is missing is made; what it is made in has to be there.
  const place = folder && files.isFolder(path) ? path : dirname(path);
  if (!files.isFolder(place))
    throw new UsageError(`The folder "${place}" does not exist, so "${output}" cannot be written.`);
  if (!files.isWritable(place)) throw new UsageError(`The folder "${place}" may not be written.`);
  return { kind: folder ? 'folder' : 'file', path };
}

/** Gives each result its path, never that of an input nor of another result of the same run. */
export class Namer {
  /** @type {Set<string>} lower case: many file systems do not tell case apart */
  #taken;
  #target;
  #files;

  /**
   * @param {Target} target
   * @param {readonly string[]} inputs
   * @param {FileSystem} files
   */
  constructor(target, inputs, files) {
    this.#target = target;
    this.#files = files;
    this.#taken = new Set(inputs.map((input) => this.#key(input)));
  }

  /**
   * @param {string} name the result's own, such as `photo_photo-4x.png`
   * @returns {string}
   * @throws {UsageError} where the one file asked for is the input itself
   */
  pathFor(name) {
    if (this.#target.kind === 'file') {
      if (this.#taken.has(this.#key(this.#target.path))) {
        throw new UsageError(
          `"${this.#target.path}" is the picture itself, which is never overwritten; give another name.`,
        );
      }
      return this.#target.path;
    }
    const plain = basename(name);
    const dot = plain.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, ''];
    let path = join(this.#target.path, plain);
    for (let count = 2; this.#taken.has(this.#key(path)); count++)
      path = join(this.#target.path, `${stem} (${count})${ending}`);
    this.#taken.add(this.#key(path));
    return path;
  }

  /** @param {string} path */
  #key(path) {
    return this.#files.realPath(resolve(path)).toLowerCase();
  }
}
