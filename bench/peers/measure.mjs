/**
 * The peers beside Tessera: on the same pictures, in the same browser, in interleaved rounds, so that a busy moment of the
 * machine meets everyone. `run.mjs` is the command; `measurePeers` is for other benches.
 */
import { rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { chromium } from '@playwright/test';
import { chromiumArgs, findChromium } from '../../scripts/find-chromium.mjs';
import { DIST, startServer } from '../../scripts/serve.mjs';
import { compareResults } from './compare.mjs';
import { ortContender, tesseraContender, upscalerContenders } from './contenders.mjs';
import { pretendCores, setPeerPicture, setPicture, startPeer } from './in-page.mjs';
import { peersOverlay } from './overlay.mjs';
import { picturePng } from './picture.mjs';
import { firstLine, measureSide } from './rounds.mjs';
import { networkId, writeNetworks } from './write-onnx.mjs';

/**
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {import('./contenders.mjs').Contender} Contender
 * @typedef {import('./contenders.mjs').StartedPeer} StartedPeer
 *
 * @typedef {object} Options
 * @property {number} [rounds] default 5
 * @property {readonly number[]} [sides] of the square pictures; default 256 and 512
 * @property {readonly (2 | 4)[]} [scales] default both
 * @property {readonly string[]} [backends] of tfjs; default all four
 * @property {string} [dist] the built app; default `dist`
 * @property {(line: string) => void} [log]
 */

const BACKENDS = ['wasm', 'webgl', 'webgpu', 'cpu'];
/** As `receptiveFieldPx` of the networks. */
const REACH = 10;

/** @param {Options} [options] */
export async function measurePeers(options = {}) {
  const { rounds = 5, sides = [256, 512], scales = [2, 4], dist = DIST, log = console.error } = options;
  const networks = writeNetworks();
  const root = peersOverlay(dist, networks);
  const server = await startServer({ port: 0, root });
  const browser = await chromium.launch({
    executablePath: await findChromium({ install: true }),
    // WebGPU in software, or the peer's backend for it would not start at all.
    args: chromiumArgs({ webgpu: 'software' }),
  });
  const loadBefore = loadavg()[0] ?? 0;
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const open = async (/** @type {string} */ path) => {
      const page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && log(`${path}: ${message.text()}`));
      await page.goto(server.url + path);
      return page;
    };
    const app = await open('');
    await app.evaluate(() => globalThis.tessera.ready);
    const { peers, absent } = await startPeers(
      () => open('bench/peers/peer-page.html'),
      options.backends ?? BACKENDS,
    );
    for (const one of absent) log(`UpscalerJS on ${one.backend} does not start: ${one.problem}`);
    for (const side of sides) {
      const png = picturePng(side);
      await app.evaluate(setPicture, { side, png });
      for (const { page } of peers) await page.evaluate(setPeerPicture, { side, png });
    }
    /** @type {import('./rounds.mjs').Row[]} */
    const rows = [];
    /** @type {import('./compare.mjs').Sameness[]} */
    const same = [];
    const smallest = Math.min(...sides);
    for (const scale of scales) {
      const contenders = contendersOf(app, peers, scale);
      for (const side of sides) {
        const taking = contenders.filter((one) => !one.slow || side === smallest);
        const measured = await measureSide(taking, side, rounds, log);
        rows.push(...measured);
        const sound = taking.filter((_, i) => !measured[i]?.problem);
        same.push(...(await compareResults(sound, scale, side, REACH)));
      }
    }
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`,
      browser: `Chromium ${browser.version()}`,
      loadBefore,
      rounds,
      absent,
      rows,
      same,
    };
  } finally {
    await browser.close();
    await server.close();
    rmSync(root, { recursive: true });
  }
}

/**
 * @param {() => Promise<Page>} openPeer
 * @param {readonly string[]} backends
 */
async function startPeers(openPeer, backends) {
  /** @type {StartedPeer[]} */
  const peers = [];
  /** @type {{ backend: string, problem: string }[]} */
  const absent = [];
  for (const backend of backends) {
    const page = await openPeer();
    try {
      const runs = await page.evaluate(startPeer, backend);
      peers.push({ backend, page, runs, asPublished: true });
    } catch (error) {
      absent.push({ backend, problem: firstLine(error) });
      await page.close();
    }
  }
  if (peers.some((one) => one.backend === 'wasm')) peers.push(await withAllCores(openPeer));
  return { peers, absent };
}

/**
 * tfjs takes half of the cores that the browser tells of, whatever `setThreadsCount` says. Told of twice as many it takes
 * what Tessera takes: that is not what people get, but it shows what of the difference is threads.
 * @param {() => Promise<Page>} openPeer
 * @returns {Promise<StartedPeer>}
 */
async function withAllCores(openPeer) {
  const page = await openPeer();
  await page.evaluate(pretendCores, 2 * cpus().length);
  const runs = await page.evaluate(startPeer, 'wasm');
  return { backend: 'wasm', page, runs: `${runs}, made to`, asPublished: false };
}

/**
 * @param {Page} app
 * @param {readonly StartedPeer[]} peers
 * @param {2 | 4} scale
 * @returns {Contender[]}
 */
function contendersOf(app, peers, scale) {
  const id = networkId(scale);
  const builtIn = scale === 4 ? ['photo-4x'] : ['photo-2x', 'fast-2x'];
  const threads = Math.min(cpus().length, 4);
  return [
    ...peers.flatMap((peer) => upscalerContenders(peer, scale)),
    tesseraContender(app, scale, id, true),
    ...builtIn.map((model) => tesseraContender(app, scale, model, false)),
    ortContender(app, scale, id, threads),
    ortContender(app, scale, id, 1),
  ];
}
