import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { contentPolicyPlugin, runtimeListPlugin } from './scripts/build-plugins.mjs';

export default defineConfig({
  // Relative, so that the same build works at the root of a host and below a path.
  base: './',
  // The one line that `npm start` prints should stand out; warnings and errors still show.
  logLevel: process.argv.includes('build') ? 'warn' : 'info',
  plugins: [react(), contentPolicyPlugin(), runtimeListPlugin('public/models/catalog.json'), installable()],
  // The flavour of onnxruntime-web whose Emscripten glue is a file of its own: the bundled flavour deadlocks
  // with threads inside a worker chunk (docs/decisions/0003-runtime.md).
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { input: ['index.html', 'bench.html'] },
  },
  preview: { port: 4173 },
});

/** The web manifest and the service worker, which is our own: see `src/pwa/service-worker.ts`. */
function installable() {
  return VitePWA({
    strategies: 'injectManifest',
    srcDir: 'src/pwa',
    filename: 'service-worker.ts',
    registerType: 'prompt',
    // `src/pwa/registration.ts` registers it.
    injectRegister: false,
    includeManifestIcons: false,
    integration: {
      // The plugin's own build of the worker takes neither our log level nor the present name of this option.
      configureCustomSWViteBuild(options) {
        options.logLevel = 'warn';
        const output = options.build?.rollupOptions?.output;
        if (!output || Array.isArray(output)) return;
        delete output.inlineDynamicImports;
        output.codeSplitting = false;
      },
    },
    manifest: {
      id: './',
      name: 'Tessera',
      short_name: 'Tessera',
      description: 'Makes pictures larger and sharper, on your own device. Nothing is uploaded.',
      start_url: './',
      scope: './',
      display: 'standalone',
      theme_color: '#1c1c1e',
      background_color: '#1c1c1e',
      categories: ['photo', 'graphics', 'utilities'],
      icons: [
        { src: './icons/icon-192.png', sizes: '192x192', type: 'image/png' },
        { src: './icons/icon-512.png', sizes: '512x512', type: 'image/png' },
        { src: './icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        { src: './icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      ],
    },
    injectManifest: {
      // The runtime (.wasm, .mjs) and the models (.onnx) are large and of each browser needs few: they are kept when
      // first used. `scripts/check-size.mjs` holds this.
      globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}', 'models/*.json', 'runtime-files.json'],
      // The bench is for the few who measure; its scripts are told from the application's by their names.
      globIgnores: ['service-worker.js', 'bench.html', 'assets/bench-*'],
      // Names under assets/ carry a hash already.
      dontCacheBustURLsMatching: /^assets\//,
      target: 'esnext',
    },
  });
}
