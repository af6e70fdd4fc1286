/**
 * The Cache Storage cache of what is fetched on first use and then kept for work without a network: the runtime
 * files of this browser (`assets/ort-*.wasm`, `assets/ort-*.mjs`) and the models (`models/*.onnx?sha256=…`).
 * The service worker and the upscale worker both write it, under the full address.
 */
export const RUNTIME_CACHE = 'tessera-runtime-v1';
