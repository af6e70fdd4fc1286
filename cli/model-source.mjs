/**
 * What `--model` means: a model by its name, files of this computer, or a file of another host.
 */
import { UsageError } from './usage-error.mjs';

/**
 * @typedef {{ kind: 'named', recipe: string }} NamedModel built in; several are joined as in an address
 * @typedef {{ kind: 'files', paths: readonly string[] }} ModelFiles one file, or the two of ncnn
 * @typedef {{ kind: 'address', url: string, sha256: string | null }} ModelAddress agreed to
 * @typedef {NamedModel | ModelFiles | ModelAddress} ModelSource
 */

const MODEL_FILE = /\.(?:onnx|pth|pt|ckpt|safetensors|param|bin|zip)$/i;

/**
 * @param {string} text what was given as `--model`
 * @param {{ yes: boolean, sha256: string | undefined }} consent
 * @returns {ModelSource}
 * @throws {UsageError}
 */
export function readModelSource(text, { yes, sha256 }) {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readAddress(text, yes, sha256);
  if (sha256 !== undefined)
    throw new UsageError('--sha256 is for a --model that is an address; files of this computer need none.');
  const parts = text.split(',');
  const isFile = parts.every((part) => MODEL_FILE.test(part)) || /[/\\]/.test(text);
  if (!isFile) return { kind: 'named', recipe: text };
  const [first = text, second] = parts;
  if (parts.length > 2) throw new UsageError(`--model names ${parts.length} files; a model has one or two.`);
  if (second !== undefined) return { kind: 'files', paths: [first, second] };
  const partner = /\.param$/i.test(first)
    ? first.replace(/param$/i, 'bin')
    : /\.bin$/i.test(first)
      ? first.replace(/bin$/i, 'param')
      : null;
  // Of an ncnn model one half is enough to find the other; a .bin may also be a model by itself.
  return { kind: 'files', paths: partner === null ? [first] : [first, partner] };
}

/**
 * The files as they are there: the other half of an ncnn model goes where it was only guessed and is missing.
 * @param {readonly string[]} paths
 * @param {(path: string) => boolean} isFile
 * @returns {readonly string[]}
 * @throws {UsageError} where a file that was named is missing
 */
export function presentFiles(paths, isFile) {
  const [first = '', second] = paths;
  if (!isFile(first)) throw new UsageError(`There is no model file "${first}".`);
  return second !== undefined && isFile(second) ? [first, second] : [first];
}

/**
 * @param {string} text
 * @param {boolean} yes
 * @param {string | undefined} given
 * @returns {ModelAddress}
 */
function readAddress(text, yes, given) {
  if (!URL.canParse(text)) throw new UsageError(`--model is "${text}", which is no address.`);
  const url = new URL(text);
  const own = /^#sha256=(.*)$/i.exec(url.hash)?.[1];
  url.hash = '';
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new UsageError(
      '--model has to begin with https://, without a user name or password, to be downloaded.',
    );
  if (own !== undefined && given !== undefined && own.toLowerCase() !== given.toLowerCase())
    throw new UsageError('--sha256 and the hash in the address of --model are two different ones.');
  const sha256 = (own ?? given)?.toLowerCase() ?? null;
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256))
    throw new UsageError(`The SHA-256 of --model is "${sha256}"; it has 64 hexadecimal digits.`);
  if (!yes) {
    const checked =
      sha256 === null
        ? 'without a hash, so that what arrives cannot be checked against what was meant'
        : `and used if its SHA-256 is ${sha256}`;
    throw new UsageError(
      `--model is an address. ${url.href} would be downloaded from ${url.host}, ${checked}. Add --yes to agree.`,
    );
  }
  return { kind: 'address', url: url.href, sha256 };
}
