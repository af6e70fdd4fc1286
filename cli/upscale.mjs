/**
 * `npm run upscale`: the built application without a window, for people without a mouse and for measuring.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, resolve } from 'node:path';
import { ensureBuild } from '../scripts/ensure-build.mjs';
import { HELP, readArguments } from './arguments.mjs';
import { planModels } from './model-plan.mjs';
import { ProgressBar } from './progress-bar.mjs';
import { chooseTarget, Namer } from './targets.mjs';
import { TesseraPage } from './tessera-page.mjs';
import { UsageError } from './usage-error.mjs';

/**
 * @typedef {import('./tessera-page.mjs').CodedError} CodedError
 * @typedef {import('./tessera-page.mjs').JobReport} JobReport
 * @typedef {import('./arguments.mjs').Arguments} Arguments
 * @typedef {import('./model-plan.mjs').ModelPlan} ModelPlan
 */

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** @type {import('./targets.mjs').FileSystem} */
const FILES = {
  isFolder(path) {
    try {
      return statSync(path).isDirectory();
    } catch {
      // Missing, or below something that is no folder.
      return false;
    }
  },
  isWritable(path) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  realPath: (path) => (existsSync(path) ? realpathSync(path) : path),
};

/**
 * @param {readonly string[]} words
 * @returns {Promise<number>} the exit code
 */
async function main(words) {
  const given = readArguments(words);
  if (given === 'help') {
    process.stdout.write(HELP);
    return EXIT_DONE;
  }
  const plan = planModels(given.models, lookAt);
  const target = chooseTarget(given.output, given.inputs.length, FILES);
  const namer = new Namer(target, given.inputs, FILES);
  // Said before anything is computed: the one file asked for may be the picture itself.
  if (target.kind === 'file') namer.pathFor('');
  if (target.kind === 'folder') mkdirSync(target.path, { recursive: true });
  for (const note of [...given.notes, ...plan.notes]) console.error(`note: ${note}`);
  ensureBuild();
  return upscaleAll(given, plan, namer);
}

/** @type {import('./model-source.mjs').LookAt} */
function lookAt(path) {
  try {
    const info = statSync(path);
    if (!info.isFile()) return info.isDirectory() ? 'folder' : 'unreadable';
    accessSync(path, constants.R_OK);
    return info.size === 0 ? 'empty' : 'file';
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    return code === 'EACCES' || code === 'EPERM' ? 'unreadable' : 'missing';
  }
}

/**
 * @param {Arguments} given
 * @param {ModelPlan} plan
 * @param {Namer} namer
 * @returns {Promise<number>}
 */
async function upscaleAll({ inputs, options, json, softwareGpu }, plan, namer) {
  const bar = new ProgressBar(process.stderr);
  /** @type {OpenedPage | null} */
  let opened = null;
  let failures = 0;
  try {
    for (const input of inputs) {
      bar.begin(basename(input));
      /** @type {{ path: string, report: JobReport } | { error: CodedError }} */
      let done;
      try {
        const missing = notAFile(input);
        if (missing) done = { error: missing };
        else {
          opened ??= await openPage(softwareGpu, plan);
          const { page, model } = opened;
          if (typeof model === 'object') done = model;
          else done = await upscaleOne(page, input, { ...options, ...(model && { model }) }, namer, bar);
        }
      } catch (error) {
        done = { error: error instanceof NoBrowser ? noBrowser(error) : unexpected(error) };
        // What broke the page must not break the next picture.
        await opened?.page.close().catch(() => undefined);
        opened = null;
      }
      bar.end();
      if ('error' in done) failures += 1;
      tell(input, done, json);
    }
  } finally {
    await opened?.page.close();
  }
  return failures > 0 ? EXIT_FAILED : EXIT_DONE;
}

class NoBrowser extends Error {}

/**
 * @typedef {object} OpenedPage
 * @property {TesseraPage} page
 * @property {string | undefined | { error: CodedError }} model the recipe to run; undefined: the page's choice
 */

/**
 * A page, with the models that have to be brought in first.
 * @param {boolean} softwareGpu
 * @param {ModelPlan} plan
 * @returns {Promise<OpenedPage>}
 */
async function openPage(softwareGpu, plan) {
  /** @type {TesseraPage} */
  let page;
  try {
    page = await TesseraPage.open({ softwareGpu });
  } catch (cause) {
    throw new NoBrowser(firstLine(cause), { cause });
  }
  try {
    return { page, model: await bringModels(page, plan) };
  } catch (error) {
    await page.close();
    throw error;
  }
}

/**
 * @param {TesseraPage} page
 * @param {ModelPlan} plan
 * @returns {Promise<OpenedPage['model']>}
 */
async function bringModels(page, { sources, recipe }) {
  const ids = [];
  for (const source of sources) {
    const brought = await page.bringModel(source);
    if ('error' in brought) return brought;
    ids.push(brought.id);
  }
  return recipe?.(ids);
}

/**
 * @param {Error} error
 * @returns {CodedError}
 */
function noBrowser({ message }) {
  return {
    code: 'browser-unavailable',
    message,
    nextStep: 'Install Chrome or Chromium, or name one in CHROME_PATH.',
    details: {},
  };
}

/**
 * @param {TesseraPage} page
 * @param {string} input
 * @param {import('./tessera-page.mjs').UpscaleOptions} options
 * @param {Namer} namer
 * @param {ProgressBar} bar
 * @returns {Promise<{ path: string, report: JobReport } | { error: CodedError }>}
 */
async function upscaleOne(page, input, options, namer, bar) {
  const result = await page.upscale(resolve(input), options, (progress) => bar.update(progress));
  if ('error' in result) return result;
  const path = namer.pathFor(result.name);
  // Beside its place and then moved: a file under the result's name is always a whole one.
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await page.save(unfinished, result.report.output.bytes);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return { path, report: result.report };
}

/**
 * @param {string} input
 * @returns {CodedError | null}
 */
function notAFile(input) {
  const info = existsSync(input) ? statSync(input) : undefined;
  if (info?.isFile()) return null;
  return {
    code: 'file-not-found',
    message: info ? `"${input}" is a folder, not a picture.` : `There is no file "${input}".`,
    nextStep: 'Check the name; a name with spaces needs quotes.',
    details: { path: input },
  };
}

/**
 * @param {unknown} error
 * @returns {CodedError}
 */
function unexpected(error) {
  return {
    code: 'internal',
    message: firstLine(error),
    nextStep: 'Try once more; if it happens again, please report it.',
    details: {},
  };
}

/**
 * Playwright adds a call log after the first line.
 * @param {unknown} error
 */
function firstLine(error) {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/**
 * One line for each picture: JSON or words on stdout, failures in words on stderr.
 * @param {string} input
 * @param {{ path: string, report: JobReport } | { error: CodedError }} done
 * @param {boolean} json
 */
function tell(input, done, json) {
  if (json) {
    console.log(
      JSON.stringify('error' in done ? { input, error: done.error } : { ...done.report, file: done.path }),
    );
  }
  if ('error' in done) {
    const { code, message, nextStep } = done.error;
    console.error(`error [${code}] ${basename(input)}: ${message}${nextStep ? ` — ${nextStep}` : ''}`);
    return;
  }
  if (json) return;
  const { report, path } = done;
  const size = `${report.input.width}×${report.input.height} → ${report.output.width}×${report.output.height}`;
  const ran = `${report.model.name} on ${report.backend} (${report.adapter}), ${(report.ms.total / 1000).toFixed(1)} s`;
  console.log(`${path}: ${size}, ${ran}`);
  for (const warning of report.warnings) console.error(`note: ${warning.message}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(error instanceof Error ? error.message : error);
  if (usage) console.error('See npm run --silent upscale -- --help');
  process.exitCode = usage ? EXIT_USAGE : EXIT_FAILED;
}
