/**
 * What our build does beyond bundling, as small Vite plugins.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { contentPolicy } from './content-policy.mjs';

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/**
 * Writes the Content-Security-Policy into the built page. Not in development, where Vite injects code of its own.
 * @returns {import('vite').Plugin}
 */
export function contentPolicyPlugin() {
  return {
    name: 'tessera:content-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const hashes = [...html.matchAll(INLINE_SCRIPT)].map(([, text]) =>
          createHash('sha256').update(String(text)).digest('base64'),
        );
        return [
          {
            tag: 'meta',
            attrs: { 'http-equiv': 'Content-Security-Policy', content: contentPolicy(hashes) },
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}

/**
 * Emits `runtime-files.json`: the keys (see `src/pwa/runtime-files.ts`) that the runtime cache of this build may
 * hold, so that the service worker can tell what an older build left, without a network.
 * @param {string} catalogPath `catalog.json` of the built-in models
 * @returns {import('vite').Plugin}
 */
export function runtimeListPlugin(catalogPath) {
  return {
    name: 'tessera:runtime-files',
    apply: 'build',
    generateBundle(_options, bundle) {
      const runtime = Object.keys(bundle).filter((name) => /^assets\/ort-[^/]+\.(?:wasm|mjs)$/.test(name));
      /** @type {{ models: { file: string, sha256: string }[] }} */
      const catalog = JSON.parse(readFileSync(catalogPath, 'utf8'));
      const models = catalog.models.map(({ file, sha256 }) => `models/${file}?sha256=${sha256}`);
      this.emitFile({
        type: 'asset',
        fileName: 'runtime-files.json',
        source: `${JSON.stringify([...runtime.sort(), ...models], null, 2)}\n`,
      });
    },
  };
}
