/**
 * The built application in a headless Chromium: opened once, used for any number of pictures.
 */
import { stat } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { chromiumArgs, findChromium } from '../scripts/find-chromium.mjs';
import { startServer } from '../scripts/serve.mjs';

/**
 * @typedef {import('../src/worker/protocol.ts').UpscaleOptions} UpscaleOptions
 * @typedef {import('../src/worker/protocol.ts').JobReport} JobReport
 * @typedef {import('./progress-bar.mjs').Progress} Progress
 * @typedef {{ code: string, message: string, nextStep: string, details: object }} CodedError
 * @typedef {{ name: string, report: JobReport } | { error: CodedError }} Result
 * @typedef {{ id: string, name: string } | { error: CodedError }} BroughtModel
 * @typedef {import('./model-source.mjs').ModelSource} ModelSource
 *
 * @typedef {object} PageGlobals what the page offers, and what we add to it
 * @property {{ models: import('../src/page-api-models.ts').ModelsPageApi, ready: Promise<void>, upscale: (file: File, options: UpscaleOptions, onProgress: (progress: Progress) => void) => Promise<{ blob: Blob, name: string, report: JobReport }> }} tessera
 * @property {(progress: Progress) => void} cliProgress
 * @property {string} [cliResult] the object URL of the last result
 */

const INPUT = 'cli-input';
/** A download begins at once or not at all. */
const DOWNLOAD_PATIENCE_MS = 2000;
const DOWNLOAD_TRIES = 15;

/** A page that upscales. Create with `TesseraPage.open`, and `close` in any case. */
export class TesseraPage {
  #page;
  #closers;
  /** @type {(progress: Progress) => void} */
  #onProgress = () => undefined;
  /** @type {Promise<never>} */
  #crashed;
  #saved = 0;

  /**
   * @param {import('@playwright/test').Page} page
   * @param {(() => Promise<void>)[]} closers
   */
  constructor(page, closers) {
    this.#page = page;
    this.#closers = closers;
    this.#crashed = new Promise((_, fail) =>
      page.once('crash', () => fail(new Error('The browser page ran out of memory or crashed.'))),
    );
    // It may reject while nobody waits for it.
    this.#crashed.catch(() => undefined);
  }

  /**
   * @param {{ softwareGpu: boolean }} options
   * @returns {Promise<TesseraPage>}
   */
  static async open({ softwareGpu }) {
    /** @type {(() => Promise<void>)[]} */
    const closers = [];
    try {
      const server = await startServer({ port: 0 });
      closers.unshift(() => server.close());
      const browser = await chromium.launch({
        executablePath: await findChromium({ install: true }),
        args: chromiumArgs({ webgpu: softwareGpu ? 'software' : 'default' }),
      });
      closers.unshift(() => browser.close());
      // Nothing is kept between runs, so a service worker would only fetch everything twice.
      const context = await browser.newContext({ serviceWorkers: 'block', acceptDownloads: true });
      const page = await context.newPage();
      const opened = new TesseraPage(page, closers);
      await opened.#prepare(server.url);
      return opened;
    } catch (error) {
      for (const close of closers) await close();
      throw error;
    }
  }

  /** @param {string} url */
  async #prepare(url) {
    await this.#page.exposeFunction('cliProgress', (/** @type {Progress} */ progress) =>
      this.#onProgress(progress),
    );
    await this.#page.goto(url);
    await this.#page.evaluate(async (id) => {
      const page = /** @type {PageGlobals} */ (/** @type {unknown} */ (globalThis));
      if (!page.tessera) throw new Error('The page offers no globalThis.tessera.');
      await page.tessera.ready;
      const input = document.createElement('input');
      input.type = 'file';
      input.id = id;
      // A model may be of two files.
      input.multiple = true;
      input.hidden = true;
      document.body.append(input);
    }, INPUT);
  }

  /**
   * Brings in a model of this computer or, as was agreed, of another host; nothing of it is kept after this run.
   * @param {ModelSource} source
   * @returns {Promise<BroughtModel>}
   */
  async bringModel(source) {
    await this.#page.setInputFiles(`#${INPUT}`, source.kind === 'files' ? [...source.paths] : []);
    const run = this.#page.evaluate(bringModelInPage, { id: INPUT, source });
    return Promise.race([run, this.#crashed]);
  }

  /**
   * Upscales one file; its result stays in the page until `save`.
   * @param {string} path
   * @param {UpscaleOptions} options
   * @param {(progress: Progress) => void} onProgress
   * @returns {Promise<Result>}
   */
  async upscale(path, options, onProgress) {
    this.#onProgress = onProgress;
    // By path: the browser reads the file itself, however large.
    await this.#page.setInputFiles(`#${INPUT}`, path);
    const run = this.#page.evaluate(upscaleInPage, { id: INPUT, options });
    return Promise.race([run, this.#crashed]);
  }

  /**
   * Saves the last result, as the browser saves a download: nothing of it passes through this program's memory.
   * @param {string} path overwritten
   * @param {number} expectedBytes
   */
  async save(path, expectedBytes) {
    const download = await this.#beginDownload();
    await download.saveAs(path);
    await download.delete();
    const { size } = await stat(path);
    if (size !== expectedBytes) throw new Error(`"${path}" has ${size} bytes instead of ${expectedBytes}.`);
  }

  /**
   * Chromium drops downloads without a word when more than ten begin within a second, as with a folder of small pictures
   * (LocalFrame::ShouldThrottleDownload), so one that does not begin is asked for again. The name tells it from the others.
   */
  async #beginDownload() {
    // With an ending of its own: Chromium adds one where there is none.
    const name = `result-${++this.#saved}.part`;
    for (let tries = 0; tries < DOWNLOAD_TRIES; tries++) {
      const begun = this.#page
        .waitForEvent('download', {
          predicate: (download) => download.suggestedFilename() === name,
          timeout: DOWNLOAD_PATIENCE_MS,
        })
        .catch(() => null);
      await this.#page.evaluate(downloadInPage, name);
      const download = await begun;
      if (download) return download;
    }
    throw new Error('The browser did not hand out the result.');
  }

  async close() {
    for (const close of this.#closers) await close();
  }
}

/**
 * Runs in the page.
 * @param {{ id: string, options: UpscaleOptions }} request
 * @returns {Promise<Result>}
 */
async function upscaleInPage({ id, options }) {
  const page = /** @type {PageGlobals} */ (/** @type {unknown} */ (globalThis));
  const file = /** @type {HTMLInputElement} */ (document.getElementById(id)).files?.[0];
  if (!file) throw new Error('The browser did not take the file.');
  try {
    if (page.cliResult) URL.revokeObjectURL(page.cliResult);
    const { blob, name, report } = await page.tessera.upscale(file, options, page.cliProgress);
    page.cliResult = URL.createObjectURL(blob);
    return { name, report };
  } catch (thrown) {
    const error = /** @type {CodedError & Error} */ (thrown);
    return {
      error: {
        code: error.code ?? 'internal',
        message: error.message ?? String(thrown),
        nextStep: error.nextStep ?? '',
        details: error.details ?? {},
      },
    };
  }
}

/**
 * Runs in the page.
 * @param {{ id: string, source: ModelSource }} request
 * @returns {Promise<BroughtModel>}
 */
async function bringModelInPage({ id, source }) {
  const { models } = /** @type {PageGlobals} */ (/** @type {unknown} */ (globalThis)).tessera;
  const files = /** @type {HTMLInputElement} */ (document.getElementById(id)).files ?? [];
  try {
    const model =
      source.kind === 'files'
        ? await models.add([...files])
        : await models.download(source.url, source.sha256);
    return { id: model.id, name: model.name };
  } catch (thrown) {
    const error = /** @type {CodedError & Error} */ (thrown);
    return {
      error: {
        code: error.code ?? 'internal',
        message: error.message ?? String(thrown),
        nextStep: error.nextStep ?? '',
        details: error.details ?? {},
      },
    };
  }
}

/**
 * Runs in the page.
 * @param {string} name
 */
function downloadInPage(name) {
  const page = /** @type {PageGlobals} */ (/** @type {unknown} */ (globalThis));
  const url = page.cliResult;
  if (!url) throw new Error('There is no result to save.');
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
