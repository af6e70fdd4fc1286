import { describe, expect, it } from 'vitest';
import { runtimeKey, staleUrls } from './runtime-files.ts';

const scope = new URL('https://example.org/deep/path/');
const at = (path: string) => new URL(path, scope);

describe('runtimeKey', () => {
  it('keeps runtime files and models that carry their hash', () => {
    expect(runtimeKey(at('assets/ort-wasm-simd-threaded-a1B2.wasm'), scope)).toBe(
      'assets/ort-wasm-simd-threaded-a1B2.wasm',
    );
    expect(runtimeKey(at('assets/ort-wasm-simd-threaded.jspi-x.mjs'), scope)).toBe(
      'assets/ort-wasm-simd-threaded.jspi-x.mjs',
    );
    expect(runtimeKey(at('models/fast-2x.onnx?sha256=ab'), scope)).toBe('models/fast-2x.onnx?sha256=ab');
  });

  it.each([
    ['a model without a hash', 'models/fast-2x.onnx'],
    ['the catalog', 'models/catalog.json'],
    ['a script of the page', 'assets/index-a1.js'],
    ['an asset below a folder', 'assets/deeper/ort-a.wasm'],
    ['a file outside the scope', '/assets/ort-a.wasm'],
    ['another origin', 'https://elsewhere.example/deep/path/assets/ort-a.wasm'],
    ['a runtime file with a query', 'assets/ort-a.wasm?x=1'],
  ])('leaves %s alone', (_what, path) => {
    expect(runtimeKey(at(path), scope)).toBeNull();
  });
});

describe('staleUrls', () => {
  it('names what the build does not list, and nothing else', () => {
    const urls = [
      'assets/ort-old.wasm',
      'assets/ort-new.wasm',
      'models/m.onnx?sha256=1',
      'models/m.onnx?sha256=2',
    ];
    expect(
      staleUrls(
        urls.map((path) => at(path).href),
        scope,
        ['assets/ort-new.wasm', 'models/m.onnx?sha256=2'],
      ),
    ).toEqual([at('assets/ort-old.wasm').href, at('models/m.onnx?sha256=1').href]);
  });
});
