/** Functions that the bench runs inside the page; each is sent there by itself, so none may use the others. */

/**
 * @typedef {object} BenchGlobals
 * @property {import('../src/page-api.ts').TesseraPageApi} tessera
 * @property {File} benchPicture
 * @property {ImageData} benchPixels
 * @property {string} benchModel
 * @property {Worker} bareWorker
 * @property {(count: number) => Float32Array[]} cutTiles
 * @property {{ width: number, height: number }} barePadded
 */

/**
 * Draws a photograph-like picture (soft shading, shapes with edges, fine noise), the same every time.
 * @param {{ side: number, model: string }} wanted
 */
export async function prepareJob({ side, model }) {
  const bench = /** @type {BenchGlobals} */ (/** @type {unknown} */ (globalThis));
  const canvas = new OffscreenCanvas(side, side);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext('2d', { willReadFrequently: true })
  );
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const sky = context.createLinearGradient(0, 0, side / 3, side);
  sky.addColorStop(0, '#7fa6d6');
  sky.addColorStop(1, '#3d4a2c');
  context.fillStyle = sky;
  context.fillRect(0, 0, side, side);
  for (let i = 0; i < 400; i++) {
    context.fillStyle = `hsl(${random() * 360} ${20 + random() * 50}% ${20 + random() * 60}% / ${0.3 + random() * 0.7})`;
    context.beginPath();
    context.ellipse(
      random() * side,
      random() * side,
      4 + random() * 60,
      4 + random() * 40,
      random() * 3,
      0,
      7,
    );
    context.fill();
  }
  const pixels = context.getImageData(0, 0, side, side);
  for (let p = 0; p < pixels.data.length; p++) {
    if (p % 4 !== 3) pixels.data[p] = Number(pixels.data[p]) + (random() - 0.5) * 16;
  }
  context.putImageData(pixels, 0, 0);
  bench.benchPixels = pixels;
  bench.benchModel = model;
  bench.benchPicture = new File([await canvas.convertToBlob()], 'bench.png');
}

/** One whole job, from the file to the finished file. */
export async function runJob() {
  const bench = /** @type {BenchGlobals} */ (/** @type {unknown} */ (globalThis));
  const started = performance.now();
  const { report } = await bench.tessera.upscale(bench.benchPicture, {
    model: bench.benchModel,
    backend: 'wasm',
  });
  const wallMs = performance.now() - started;
  const { tilesRun, threads, paddedTile, ms } = report;
  return { wallMs, tilesRun, threads, paddedTile, ms };
}

/**
 * Opens the bare runtime with the same model and number of threads.
 * @param {{ model: string, threads: number, padded: { width: number, height: number }, side: number }} wanted
 */
export async function openBare({ model, threads, padded, side }) {
  const bench = /** @type {BenchGlobals} */ (/** @type {unknown} */ (globalThis));
  const bytes = await (await fetch(`models/${model}.onnx`)).arrayBuffer();
  bench.barePadded = padded;
  bench.cutTiles = (count) =>
    Array.from({ length: count }, (_, i) => {
      const { width, height } = padded;
      const columns = Math.max(1, Math.round(Math.sqrt(count)));
      const left = (i % columns) * Math.floor((side - width) / columns);
      const top = Math.floor(i / columns) * Math.floor((side - height) / columns);
      const tile = new Float32Array(3 * width * height);
      for (let j = 0; j < width * height; j++) {
        const p = 4 * ((top + Math.floor(j / width)) * side + left + (j % width));
        for (let c = 0; c < 3; c++)
          tile[c * width * height + j] = Number(bench.benchPixels.data[p + c]) / 255;
      }
      return tile;
    });
  bench.bareWorker = new Worker('bench/bare-worker.mjs', { type: 'module' });
  await new Promise((resolve, reject) => {
    bench.bareWorker.onmessage = resolve;
    bench.bareWorker.onerror = (event) => reject(new Error(`The bare worker failed: ${event.message}`));
    bench.bareWorker.postMessage({ kind: 'open', model: bytes, threads }, [bytes]);
  });
}

/**
 * The bare runs; gives the sum of their times in milliseconds.
 * @param {{ tiles: number }} wanted
 * @returns {Promise<number>}
 */
export function runBare({ tiles }) {
  const bench = /** @type {BenchGlobals} */ (/** @type {unknown} */ (globalThis));
  return new Promise((resolve) => {
    bench.bareWorker.onmessage = ({ data }) => resolve(data.ms);
    bench.bareWorker.postMessage({ kind: 'run', ...bench.barePadded, tiles: bench.cutTiles(tiles) });
  });
}
