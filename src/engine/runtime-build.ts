import asyncifyGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiGlue from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import cpuGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import cpuWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

export type Ort = typeof import('onnxruntime-web/webgpu');

/** One of the builds of onnxruntime-web: its JavaScript, and the files that it loads by address. */
export type RuntimeBuild = {
  readonly name: 'jspi' | 'asyncify' | 'cpu';
  readonly load: () => Promise<Ort>;
  readonly glueUrl: string;
  readonly wasmUrl: string;
};

const absolute = (url: string): string => new URL(url, import.meta.url).href;

/** Native WebGPU provider over JavaScript promise integration: smaller, and survives failures that hang Asyncify. */
const JSPI: RuntimeBuild = {
  name: 'jspi',
  load: () => import('onnxruntime-web/jspi'),
  glueUrl: absolute(jspiGlue),
  wasmUrl: absolute(jspiWasm),
};

/** The same provider for browsers without promise integration. */
const ASYNCIFY: RuntimeBuild = {
  name: 'asyncify',
  load: () => import('onnxruntime-web/webgpu'),
  glueUrl: absolute(asyncifyGlue),
  wasmUrl: absolute(asyncifyWasm),
};

/** Processor only: the smallest. */
const CPU: RuntimeBuild = {
  name: 'cpu',
  load: () => import('onnxruntime-web/wasm'),
  glueUrl: absolute(cpuGlue),
  wasmUrl: absolute(cpuWasm),
};

/** The build that this browser uses for a backend. */
export function buildFor(backend: 'webgpu' | 'wasm'): RuntimeBuild {
  if (backend === 'wasm') return CPU;
  return 'Suspending' in WebAssembly ? JSPI : ASYNCIFY;
}
