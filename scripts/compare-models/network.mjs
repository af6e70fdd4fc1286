/**
 * A network on onnxruntime-web's processor provider, in Node.
 */
import * as ort from 'onnxruntime-web/wasm';

/** @import { Picture } from './picture.mjs' */
/** @import { Product } from './product.mjs' */

/** ONNX's number of half precision (`onnx.proto`, TensorProto.DataType). */
const FLOAT16 = 10;

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/**
 * A way to enlarge; `close` frees what it holds.
 * @typedef {{ readonly enlarge: (picture: Picture) => Promise<Picture>, readonly close: () => Promise<void> }} Network
 */

/**
 * A network of RGB in 0..1, NCHW; float32 or float16.
 * @param {Product} product
 * @param {Uint8Array<ArrayBuffer>} bytes an ONNX file
 * @returns {Promise<Network>}
 */
export async function openNetwork(product, bytes) {
  const half = product.readOnnx(bytes).graph.inputs[0]?.elemType === FLOAT16;
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const [input, output] = [String(session.inputNames[0]), String(session.outputNames[0])];
  return {
    async enlarge({ width, height, planes }) {
      const dims = [1, 3, height, width];
      const tensor = half
        ? new ort.Tensor('float16', product.toFloat16(planes), dims)
        : new ort.Tensor('float32', planes, dims);
      const answer = (await session.run({ [input]: tensor }))[output];
      const [n, channels, outHeight = 0, outWidth = 0] = answer?.dims ?? [];
      if (n !== 1 || channels !== 3) throw new Error(`It answers with ${answer?.dims.join(' × ')}.`);
      const data = /** @type {Float32Array | Uint16Array<ArrayBuffer>} */ (answer?.data);
      const values =
        answer?.type === 'float16'
          ? product.fromFloat16(/** @type {Uint16Array<ArrayBuffer>} */ (data))
          : Float32Array.from(data);
      return { width: outWidth, height: outHeight, planes: values };
    },
    close: () => session.release(),
  };
}
