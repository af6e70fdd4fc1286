/**
 * Where a model comes from that is brought in for one run: files of this computer, or a file of another host.
 */
import { UsageError } from './usage-error.mjs';

/**
 * @typedef {{ kind: 'files', paths: readonly string[] }} ModelFiles one file, or the two of ncnn
 * @typedef {{ kind: 'address', url: string, sha256: string | null }} ModelAddress
 * @typedef {ModelFiles | ModelAddress} ModelSource
 *
 * @typedef {'file' | 'empty' | 'unreadable' | 'folder' | 'missing'} PathKind
 * @typedef {(path: string) => PathKind} LookAt injected in tests
 */

const MODEL_FILE = /\.(?:onnx|pth|pt|ckpt|safetensors|param|bin|zip)$/i;
/** Each is a whole model; with another file it makes none. */
const WHOLE_MODEL = /\.(?:onnx|pth|pt|ckpt|safetensors|zip)$/i;

/** @param {string} text */
export function isAddress(text) {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/**
 * Whether the words mean a file rather than a model's name: by their ending, or a slash.
 * @param {string} text
 */
export function meansFiles(text) {
  return /[/\\]/.test(text) || text.split(',').every((part) => MODEL_FILE.test(part));
}

/**
 * The files of one model, each of which is there; of an ncnn model one is enough to find the other.
 * @param {string} text one path, or two with a comma
 * @param {LookAt} lookAt
 * @returns {ModelFiles}
 * @throws {UsageError}
 */
export function readFiles(text, lookAt) {
  const whole = lookAt(text) !== 'missing';
  const parts = whole ? [text] : text.split(',');
  if (parts.length > 2)
    throw new UsageError(`"${text}" names ${parts.length} files; a model has one or two.`);
  for (const path of parts) mustBeFile(path, lookAt);
  const [first = '', second] = parts;
  if (second !== undefined) {
    const other = parts.find((path) => WHOLE_MODEL.test(path));
    if (other !== undefined)
      throw new UsageError(
        `"${text}" names two files as one model, as ncnn has them, but "${other}" is none of an ncnn model. For several models, join them with * or bring each in with --import.`,
      );
    return { kind: 'files', paths: [first, second] };
  }
  if (/\.param$/i.test(first)) {
    const bin = first.replace(/param$/i, 'bin');
    if (lookAt(bin) === 'missing')
      throw new UsageError(
        `"${first}" is half of an ncnn model, and there is no "${bin}" beside it. Name both, as ${first},OTHER.bin`,
      );
    mustBeFile(bin, lookAt);
    return { kind: 'files', paths: [first, bin] };
  }
  // A .bin may also be a model by itself.
  const param = first.replace(/\.bin$/i, '.param');
  return { kind: 'files', paths: param !== first && lookAt(param) === 'file' ? [first, param] : [first] };
}

/**
 * @param {string} path
 * @param {LookAt} lookAt
 */
function mustBeFile(path, lookAt) {
  switch (lookAt(path)) {
    case 'file':
      return;
    case 'folder':
      throw new UsageError(`"${path}" is a folder, not a model file.`);
    case 'empty':
      throw new UsageError(`The model file "${path}" is empty.`);
    case 'unreadable':
      throw new UsageError(`The model file "${path}" may not be read.`);
    case 'missing':
      throw new UsageError(`There is no model file "${path}".${isBlendOfFiles(path) ? BLEND_HINT : ''}`);
  }
}

const BLEND_HINT =
  ' To blend files, bring each in with --import and name it without folder and ending, as --model a.b.50.';

/** @param {string} text */
function isBlendOfFiles(text) {
  return /\.(?:onnx|pth|pt|ckpt|safetensors|param|bin)\..*\.\d{1,3}$/i.test(text);
}

/**
 * @param {string} text
 * @returns {ModelAddress} whether it may be downloaded is not said with it
 * @throws {UsageError}
 */
export function readAddress(text) {
  if (!URL.canParse(text)) throw new UsageError(`"${text}" is no address.`);
  const url = new URL(text);
  const sha256 = /^#sha256=(.*)$/i.exec(url.hash)?.[1] ?? null;
  url.hash = '';
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`The address at ${url.host} holds a user name or a password, which is not sent.`);
  if (url.protocol === 'file:')
    throw new UsageError(`"${text}" is an address; name a file of this computer by its path.`);
  if (url.protocol !== 'https:')
    throw new UsageError(`"${text}" cannot be downloaded: the address has to begin with https://.`);
  if (/\.param$/i.test(url.pathname) || /,https:/i.test(text))
    throw new UsageError(
      `"${text}": an ncnn model is of two files, and only one can be downloaded. Download both and name their paths, or the address of a .zip of both.`,
    );
  return { kind: 'address', url: url.href, sha256: sha256 === null ? null : hash(sha256) };
}

/**
 * @param {string} text
 * @returns {string} in lower case
 * @throws {UsageError}
 */
export function hash(text) {
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new UsageError(`The SHA-256 "${text}" is none: it has 64 hexadecimal digits.`);
  return text.toLowerCase();
}

/**
 * What the source is called in a recipe: its file's name without folder and ending, in small letters, digits and hyphens.
 * @param {ModelSource} source
 */
export function nameOf(source) {
  const path = source.kind === 'files' ? (source.paths[0] ?? '') : new URL(source.url).pathname;
  return slug((path.split(/[/\\]/).at(-1) ?? '').replace(MODEL_FILE, ''));
}

/** @param {string} text */
export function slug(text) {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** @param {ModelSource} source */
export function textOf(source) {
  return source.kind === 'files' ? source.paths.join(',') : source.url;
}
