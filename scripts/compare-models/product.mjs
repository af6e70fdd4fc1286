/**
 * The product's own TypeScript, for a script in Node.
 */
import { createServer } from 'vite';

/**
 * @typedef {typeof import('../../src/image/resample.ts') & typeof import('../../src/models/onnx/read.ts')
 *   & typeof import('../../src/models/onnx/float16.ts') & typeof import('../../src/models/onnx/write.ts')
 *   & typeof import('../../src/models/convert/read-state-dict.ts')
 *   & typeof import('../../src/models/architectures/network-from-weights.ts')
 *   & typeof import('../../src/models/convert/ncnn/convert-ncnn.ts')} Product
 */

const PATHS = [
  'image/resample.ts',
  'models/onnx/read.ts',
  'models/onnx/float16.ts',
  'models/onnx/write.ts',
  'models/convert/read-state-dict.ts',
  'models/architectures/network-from-weights.ts',
  'models/convert/ncnn/convert-ncnn.ts',
];

/** @returns {Promise<{ product: Product, close: () => Promise<void> }>} */
export async function openProduct() {
  const vite = await createServer({ server: { middlewareMode: true }, logLevel: 'error', appType: 'custom' });
  const modules = await Promise.all(PATHS.map((path) => vite.ssrLoadModule(`/src/${path}`)));
  return { product: Object.assign({}, ...modules), close: () => vite.close() };
}
