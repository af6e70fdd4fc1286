/**
 * UpscalerJS as a page of its own would use it: one tfjs backend, the packaged network, pictures in, pictures out.
 * `globalThis.peer` is what the bench calls; one page serves one backend.
 */

/**
 * @typedef {{ patchSize: number, padding: number } | null} Patches null: the whole picture at once
 * @typedef {{ scale: number, side: number, patches: Patches, output: 'pixels' | 'file' }} Run `pixels`: a tensor, read
 *   back; `file`: from a PNG to a PNG (data addresses), what `execute` does when it is told nothing
 * @typedef {{ width: number, height: number, rgba: string }} Pixels 8-bit RGBA in base64
 * @typedef {object} Peer
 * @property {(backend: string) => Promise<string>} start gives what really runs, in words; rejects where it does not start
 * @property {(side: number, png: string) => Promise<void>} setPicture
 * @property {(run: Run) => Promise<number>} run gives milliseconds
 * @property {() => Promise<Pixels>} lastPixels the result of the last run for pixels
 */

// The packages are scripts without types: what is used of them is written down here.
/**
 * @typedef {{ shape: number[], data(): Promise<Float32Array>, dispose(): void }} Tensor
 * @typedef {object} Packages
 * @property {{ setBackend(name: string): Promise<boolean>, ready(): Promise<void>,
 *   env(): { getAsync(flag: string): Promise<boolean> }, memory(): { numTensors: number },
 *   wasm: { setWasmPaths(prefix: string): void, getThreadsCount(): number } }} tf
 * @property {new (options: { model: object }) => { ready: Promise<void>, execute(image: ImageData | string,
 *   options: object): Promise<Tensor | string> }} Upscaler
 * @property {object} ESRGANSlim2x
 * @property {object} ESRGANSlim4x
 * @property {Peer} peer
 */

const page = /** @type {Packages} */ (/** @type {unknown} */ (globalThis));
const { tf } = page;

/** @type {Map<number, { pixels: ImageData, url: string }>} by side */
const pictures = new Map();
/** @type {Map<number, InstanceType<Packages['Upscaler']>>} by scale */
const upscalers = new Map();
/** @type {{ width: number, height: number, rgb: Float32Array } | null} */
let last = null;

page.peer = {
  async start(backend) {
    tf.wasm.setWasmPaths('packages/@tensorflow/tfjs-backend-wasm/dist/');
    await setBackend(backend);
    for (const [scale, model] of /** @type {const} */ ([
      [2, page.ESRGANSlim2x],
      [4, page.ESRGANSlim4x],
    ])) {
      const path = `packages/@upscalerjs/esrgan-slim/models/x${scale}/model.json`;
      const upscaler = new page.Upscaler({ model: { ...model, path } });
      await upscaler.ready;
      upscalers.set(scale, upscaler);
    }
    return describe(backend);
  },

  async setPicture(side, png) {
    const url = `data:image/png;base64,${png}`;
    const bitmap = await createImageBitmap(await (await fetch(url)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(bitmap, 0, 0);
    pictures.set(side, { pixels: context.getImageData(0, 0, bitmap.width, bitmap.height), url });
  },

  async run({ scale, side, patches, output }) {
    const upscaler = upscalers.get(scale);
    const picture = pictures.get(side);
    if (!upscaler || !picture) throw new Error(`There is no upscaler ${scale}x or no picture of ${side} px.`);
    const before = tf.memory().numTensors;
    const started = performance.now();
    if (output === 'file') {
      await upscaler.execute(picture.url, { ...patches, output: 'base64' });
    } else {
      const tensor = /** @type {Tensor} */ (
        await upscaler.execute(picture.pixels, { ...patches, output: 'tensor' })
      );
      // Read back, or a backend that works ahead would be timed for its promises.
      const rgb = await tensor.data();
      last = { width: Number(tensor.shape[1]), height: Number(tensor.shape[0]), rgb };
      tensor.dispose();
    }
    const ms = performance.now() - started;
    const left = tf.memory().numTensors - before;
    if (left > 0) console.warn(`UpscalerJS left ${left} tensors behind.`);
    return ms;
  },

  async lastPixels() {
    if (!last) throw new Error('No run has given pixels yet.');
    const { width, height, rgb } = last;
    const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
    for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
    return { width, height, rgba: toBase64(rgba) };
  },
};

/**
 * tfjs only says no, and warns of the reason.
 * @param {string} backend
 */
async function setBackend(backend) {
  const { warn } = console;
  /** @type {string[]} */
  const warnings = [];
  console.warn = (/** @type {unknown} */ text) => warnings.push(String(text).split('\n')[0] ?? '');
  const started = await tf.setBackend(backend);
  console.warn = warn;
  if (!started) throw new Error(warnings.join(': ') || `tfjs does not know "${backend}".`);
  await tf.ready();
}

/** @param {string} backend */
async function describe(backend) {
  if (backend === 'wasm') {
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const threads = await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT');
    const count = threads ? tf.wasm.getThreadsCount() : 1;
    return `${simd ? 'SIMD' : 'no SIMD'}, ${count} ${count === 1 ? 'thread' : 'threads'}`;
  }
  if (backend !== 'webgl') return '';
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const facts = gl?.getExtension('WEBGL_debug_renderer_info');
  const renderer = String((facts && gl?.getParameter(facts.UNMASKED_RENDERER_WEBGL)) ?? 'unknown renderer');
  return /SwiftShader/.test(renderer) ? 'SwiftShader' : renderer;
}

/** @param {Uint8ClampedArray} bytes */
function toBase64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

export {};
