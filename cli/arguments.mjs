/**
 * Reads the command line of `npm run upscale`. Pure: what is in the file system is not its business.
 */
import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.mjs';

/** @typedef {import('../src/worker/protocol.ts').UpscaleOptions} UpscaleOptions */

/**
 * @typedef {object} Arguments
 * @property {string[]} inputs at least one
 * @property {string} output as given
 * @property {UpscaleOptions} options only what was given
 * @property {import('./model-plan.mjs').ModelWords} models which to use, and which to bring in for it
 * @property {boolean} json
 * @property {boolean} softwareGpu
 * @property {string[]} notes what is obeyed, but may not be meant
 */

export const HELP = `Upscales pictures with Tessera, on this computer, without a window.

  npm run --silent upscale -- IN [IN…] -o OUT [options]

  IN                 a picture: PNG, JPEG, WebP, AVIF, GIF (first frame) or BMP
  -o, --output OUT   a file for one IN. A folder for several, or where OUT exists as a folder or ends in "/":
                     the results are then named like photo_photo-4x.png.
                     What is there under the result's name is overwritten, but never an IN.

  --model M          a built-in model: photo-4x, photo-2x or fast-2x. Default: photo-4x, or the one that was imported.
                     Or a file: .onnx, .pth, .pt, .ckpt, .safetensors, .zip, or the .param of an ncnn model with its .bin
                     beside it (or both: a.param,b.bin). Or an address, https://…, which is downloaded with --yes only.
                     Or several of these one after the other, up to four: "fast-2x*model.pth".
                     Or a blend of two trainings of one network: a.b.30 is 30 parts of a and 70 of b
  --import M         brings in a file or an address, so that --model can name it: by the name of its file without folder
                     and ending, before what is built in. For blends, and as often as needed:
                     --import General.param --import WDN.param --model General.WDN.50
  --yes              agrees to the downloads
  --sha256 HEX       what the downloaded file has to be; also at the end of the address, as #sha256=HEX
  --scale N          output pixels per source pixel, 2 or more (1 or more if the model only restores), at most the model's.
                     Default: the model's
  --format F         png, jpeg or webp. Default: by the name of OUT, else png
  --quality N        of JPEG and WebP, 1..100. Default 92
  --backend B        webgpu or wasm: used, or the job fails. Default: WebGPU on a graphics card, else wasm
  --tile N           side of a tile in source pixels, 32..1024. Default: chosen for the device
  --context N        source pixels read around each tile, 4..64. Default: what the model needs
  --feather N        source pixels over which tiles blend, even, 0..16. Default 8, or less where the context is short
  --software-gpu     WebGPU in software: very slow, for tests
  --json             one JSON report for each IN on stdout, one line each, failures too
  -h, --help         this text

A progress bar is drawn on stderr where that is a terminal.
Ends with 0 when every picture is done, 1 when any failed, 2 when the command line cannot be obeyed.
`;

const BACKENDS = /** @type {const} */ (['webgpu', 'wasm']);
const FORMATS = /** @type {const} */ (['png', 'jpeg', 'webp']);
/** @type {Readonly<Record<string, 'png' | 'jpeg' | 'webp'>>} */
const FORMAT_OF_EXTENSION = { png: 'png', jpg: 'jpeg', jpeg: 'jpeg', webp: 'webp' };

/**
 * @param {readonly string[]} words after the program's name
 * @returns {Arguments | 'help'}
 * @throws {UsageError}
 */
export function readArguments(words) {
  const { values, positionals } = parse(words);
  if (values.help) return 'help';
  if (positionals.length === 0) throw new UsageError('No picture is named.');
  if (values.output === undefined || values.output === '')
    throw new UsageError('-o OUT is missing: where should the result go?');
  const named = oneOf('--format', values.format, FORMATS);
  const ending =
    named === undefined || endsAsPicture(values.output) ? formatOfName(values.output) : undefined;
  const format = named ?? ending;
  /** @type {{ -readonly [K in keyof UpscaleOptions]: UpscaleOptions[K] }} */
  const options = {};
  if (format !== undefined) options.format = format;
  const backend = oneOf('--backend', values.backend, BACKENDS);
  if (backend !== undefined) options.backend = backend;
  for (const key of /** @type {const} */ (['scale', 'tile', 'context', 'feather', 'quality'])) {
    const number = wholeNumber(`--${key}`, values[key]);
    if (number !== undefined) options[key] = number;
  }
  return {
    inputs: positionals,
    output: values.output,
    options,
    models: {
      model: values.model,
      imports: values.import ?? [],
      yes: values.yes ?? false,
      sha256: values.sha256,
    },
    json: values.json ?? false,
    softwareGpu: values['software-gpu'] ?? false,
    notes:
      ending !== undefined && ending !== format
        ? [`the result is a ${format} file, as --format says, though its name is "${values.output}".`]
        : [],
  };
}

/** @param {readonly string[]} words */
function parse(words) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        output: { type: 'string', short: 'o' },
        model: { type: 'string' },
        import: { type: 'string', multiple: true },
        yes: { type: 'boolean' },
        sha256: { type: 'string' },
        scale: { type: 'string' },
        tile: { type: 'string' },
        context: { type: 'string' },
        feather: { type: 'string' },
        backend: { type: 'string' },
        format: { type: 'string' },
        quality: { type: 'string' },
        json: { type: 'boolean' },
        'software-gpu': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // "Unknown option '--titel'. To specify a positional …": the first sentence is the news.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message.split('. ')[0]}.`);
  }
}

/**
 * Whole numbers only; whether one is in range is for the job to say, with the model at hand.
 * @param {string} option
 * @param {string | undefined} text
 * @returns {number | undefined}
 */
function wholeNumber(option, text) {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new UsageError(`${option} is "${text}"; it has to be a whole number.`);
  return Number(text);
}

/**
 * @template {string} T
 * @param {string} option
 * @param {string | undefined} text
 * @param {readonly T[]} allowed
 * @returns {T | undefined}
 */
function oneOf(option, text, allowed) {
  if (text === undefined) return undefined;
  const found = allowed.find((one) => one === text);
  if (found === undefined)
    throw new UsageError(`${option} is "${text}"; it has to be one of ${allowed.join(', ')}.`);
  return found;
}

/** @param {string} name */
function endsAsPicture(name) {
  return /\.(?:png|jpe?g|webp)$/i.test(name);
}

/**
 * The format that a file name ends in; undefined for a folder or a name without an ending.
 * @param {string} name
 * @returns {'png' | 'jpeg' | 'webp' | undefined}
 * @throws {UsageError} for an ending that cannot be written
 */
function formatOfName(name) {
  const extension = /[^/\\]\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase();
  if (extension === undefined) return undefined;
  const format = FORMAT_OF_EXTENSION[extension];
  // A folder may be called `trip.2026`: only endings that promise another picture format are refused.
  if (format === undefined && /^(?:gif|bmp|avif|tiff?|heic|jxl|ico|svg)$/.test(extension)) {
    throw new UsageError(
      `"${name}" ends in .${extension}, which cannot be written; use .png, .jpg or .webp, or --format.`,
    );
  }
  return format;
}
