/**
 * The product's own TypeScript, for a script in Node.
 */
import { createServer } from 'vite';

/**
 * @typedef {typeof import('../../src/image/resample.ts') & typeof import('../../src/models/onnx/read.ts')
 *   & typeof import('../../src/models/onnx/float16.ts')} Product
 */

/** @returns {Promise<{ product: Product, close: () => Promise<void> }>} */
export async function openProduct() {
  const vite = await createServer({ server: { middlewareMode: true }, logLevel: 'error', appType: 'custom' });
  const paths = ['image/resample.ts', 'models/onnx/read.ts', 'models/onnx/float16.ts'];
  const modules = await Promise.all(paths.map((path) => vite.ssrLoadModule(`/src/${path}`)));
  return { product: Object.assign({}, ...modules), close: () => vite.close() };
}
