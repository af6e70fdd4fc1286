/** Who is measured: each row's name, and how it is prepared and run once. */
import { lastResult, openOrt, peerPixels, runJob, runOrt, runPeer } from './in-page.mjs';

/**
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {{ ms: number, networkMs?: number, detail?: string }} Sample
 *
 * @typedef {object} Contender
 * @property {'UpscalerJS' | 'Tessera' | 'ORT'} who
 * @property {string} what
 * @property {number} scale
 * @property {boolean} tiled in the peer's sense: its patches of 128
 * @property {boolean} isFile whether a finished PNG is what is timed
 * @property {boolean} sameNetwork as esrgan-slim
 * @property {boolean} asPublished false where the bench made it do what its own settings cannot
 * @property {boolean} slow takes minutes for a picture, so it gets the smallest one only, and rounds of its own
 * @property {() => Promise<void>} open
 * @property {(side: number) => Promise<Sample>} run
 * @property {() => Promise<Buffer | { width: number, height: number, rgba: Buffer }>} [result] of the last run: a PNG, or pixels
 */

/** Its documentation calls a padding of 2 or more sufficient; 128 is what the model definition names as its patch size. */
const PATCHES = { patchSize: 128, padding: 2 };

/**
 * UpscalerJS on one backend of tfjs, in a page of its own.
 * @typedef {object} StartedPeer
 * @property {Page} page
 * @property {string} backend
 * @property {string} runs what really runs, in words
 * @property {boolean} asPublished
 */

/**
 * @param {StartedPeer} peer
 * @param {number} scale
 * @returns {Contender[]}
 */
export function upscalerContenders({ page, backend, runs, asPublished }, scale) {
  const slow = backend === 'cpu' || runs === 'SwiftShader';
  const { patchSize, padding } = PATCHES;
  /**
   * @param {string} what
   * @param {{ patchSize: number, padding: number } | null} patches
   * @param {'pixels' | 'file'} output
   * @returns {Contender}
   */
  const contender = (what, patches, output) => ({
    who: 'UpscalerJS',
    what: `${[backend, ...(runs ? [`(${runs})`] : [])].join(' ')}, ${what}`,
    scale,
    tiled: patches !== null,
    isFile: output === 'file',
    sameNetwork: true,
    asPublished,
    slow,
    open: async () => undefined,
    run: async (side) => ({ ms: await page.evaluate(runPeer, { scale, side, patches, output }) }),
    result: async () => {
      const { width, height, rgba } = await page.evaluate(peerPixels);
      return { width, height, rgba: Buffer.from(rgba, 'base64') };
    },
  });
  const whole = contender('one patch', null, 'pixels');
  if (backend === 'cpu') return [whole];
  const tiled = contender(`patches of ${patchSize}, padding ${padding}`, PATCHES, 'pixels');
  if (slow || !asPublished) return [whole, tiled];
  // From a PNG to a PNG, as Tessera's jobs.
  const files = [
    contender('one patch, PNG to PNG', null, 'file'),
    contender(`patches of ${patchSize}, padding ${padding}, PNG to PNG`, PATCHES, 'file'),
  ];
  return [whole, tiled, ...files];
}

/**
 * A whole job of Tessera: from a PNG to a PNG.
 * @param {Page} page of the built app
 * @param {number} scale
 * @param {string} model
 * @param {boolean} sameNetwork
 * @returns {Contender}
 */
export function tesseraContender(page, scale, model, sameNetwork) {
  return {
    who: 'Tessera',
    what: model,
    scale,
    tiled: false,
    isFile: true,
    sameNetwork,
    asPublished: true,
    slow: false,
    open: async () => undefined,
    run: async (side) => {
      const job = { side, options: { model } };
      const { ms, networkMs, tilesRun, paddedTile, threads } = await page.evaluate(runJob, job);
      const { width, height } = paddedTile;
      return { ms, networkMs, detail: `${tilesRun} of ${width} × ${height}, ${threads} threads` };
    },
    result: async () => Buffer.from(await page.evaluate(lastResult), 'base64'),
  };
}

/**
 * onnxruntime-web alone: the whole picture as one tile.
 * @param {Page} page of the built app
 * @param {number} scale
 * @param {string} id of the network
 * @param {number} threads
 * @returns {Contender}
 */
export function ortContender(page, scale, id, threads) {
  const name = `${id}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return {
    who: 'ORT',
    what: name,
    scale,
    tiled: false,
    isFile: false,
    sameNetwork: true,
    asPublished: true,
    slow: false,
    open: async () => void (await page.evaluate(openOrt, { name, file: `${id}.onnx`, threads })),
    run: async (side) => {
      const ms = await page.evaluate(runOrt, { name, side });
      return { ms, networkMs: ms };
    },
  };
}
