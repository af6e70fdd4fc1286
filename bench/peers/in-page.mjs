/**
 * Functions that the bench runs inside Tessera's page, and inside that of UpscalerJS; each is sent there by itself, so
 * none may use the others.
 */

/**
 * @typedef {object} PeerGlobals
 * @property {import('../../src/page-api.ts').TesseraPageApi} tessera
 * @property {Map<number, File>} peerPictures by side
 * @property {Map<number, Float32Array>} peerPlanes by side
 * @property {Map<string, Worker>} peerWorkers by name
 * @property {Blob} peerResult of the last job
 * @property {import('./peer-page.mjs').Peer} peer in the page of UpscalerJS
 */

/** @param {{ side: number, png: string }} picture */
export async function setPicture({ side, png }) {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const bitmap = await createImageBitmap(blob);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    new OffscreenCanvas(side, side).getContext('2d')
  );
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, side, side);
  const planes = Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const pixel = i % (side * side);
    return Number(data[4 * pixel + Math.floor(i / (side * side))]) / 255;
  });
  page.peerPictures ??= new Map();
  page.peerPlanes ??= new Map();
  page.peerPictures.set(side, new File([blob], 'peer.png', { type: 'image/png' }));
  page.peerPlanes.set(side, planes);
}

/**
 * One whole job, from the file to the finished file.
 * @param {{ side: number, options: import('../../src/worker/protocol.ts').UpscaleOptions }} job
 */
export async function runJob({ side, options }) {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  const started = performance.now();
  const { blob, report } = await page.tessera.upscale(/** @type {File} */ (page.peerPictures.get(side)), {
    backend: 'wasm',
    ...options,
  });
  const ms = performance.now() - started;
  page.peerResult = blob;
  const { paddedTile, tilesRun, threads } = report;
  return { ms, networkMs: report.ms.network, paddedTile, tilesRun, threads };
}

/** @returns {Promise<string>} the last job's PNG in base64 */
export async function lastResult() {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  const reader = new FileReader();
  await new Promise((resolve) => {
    reader.onload = resolve;
    reader.readAsDataURL(page.peerResult);
  });
  return String(reader.result).replace(/^[^,]*,/, '');
}

/**
 * Opens the bare runtime; a worker of that name is replaced.
 * @param {{ name: string, file: string, threads: number, options?: object | undefined }} wanted
 * @returns {Promise<number>} milliseconds of creating the session
 */
export async function openOrt({ name, file, threads, options }) {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  page.peerWorkers ??= new Map();
  page.peerWorkers.get(name)?.terminate();
  const worker = new Worker('bench/peers/ort-worker.mjs', { type: 'module' });
  page.peerWorkers.set(name, worker);
  const model = await (await fetch(`models/${file}`)).arrayBuffer();
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.problem ? reject(new Error(data.problem)) : resolve(data.ms));
    worker.onerror = (event) => reject(new Error(`The bare worker failed: ${event.message}`));
    worker.postMessage({ kind: 'open', model, threads, options }, [model]);
  });
}

/**
 * The network over the whole picture, or its top left corner, as one tile.
 * @param {{ name: string, side: number }} wanted
 * @returns {Promise<number>} milliseconds of `session.run`
 */
export function runOrt({ name, side }) {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  const worker = /** @type {Worker} */ (page.peerWorkers.get(name));
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.problem ? reject(new Error(data.problem)) : resolve(data.ms));
    worker.postMessage({ kind: 'run', width: side, height: side, tile: page.peerPlanes.get(side) });
  });
}

/**
 * @param {string} backend of tfjs
 * @returns {Promise<string>} what really runs, in words; rejects where the backend does not start
 */
export function startPeer(backend) {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  return page.peer.start(backend);
}

/** @param {number} count what the page is told from now on */
export function pretendCores(count) {
  Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => count });
}

/** @param {{ side: number, png: string }} picture */
export function setPeerPicture({ side, png }) {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  return page.peer.setPicture(side, png);
}

/**
 * @param {import('./peer-page.mjs').Run} run
 * @returns {Promise<number>} milliseconds
 */
export function runPeer(run) {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  return page.peer.run(run);
}

/** @returns {Promise<import('./peer-page.mjs').Pixels>} of the last run */
export function peerPixels() {
  const page = /** @type {PeerGlobals} */ (/** @type {unknown} */ (globalThis));
  return page.peer.lastPixels();
}
