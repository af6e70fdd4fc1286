import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the same build works at the root of a host and below a path.
  base: './',
  plugins: [react()],
  // The flavour of onnxruntime-web whose Emscripten glue is a file of its own: the bundled flavour deadlocks
  // with threads inside a worker chunk (docs/decisions/0003-runtime.md).
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  worker: { format: 'es' },
  build: { target: 'esnext', assetsInlineLimit: 0 },
  preview: { port: 4173 },
});
