/**
 * Which addresses the runtime cache may hold. Pure, so that the rules are tested in Node.
 */

/** The file, beside `index.html`, in which the build lists what the runtime cache may hold. */
export const RUNTIME_LIST_FILE = 'runtime-files.json';

const RUNTIME_FILE = /^assets\/ort-[^/]+\.(?:wasm|mjs)$/;
const MODEL_FILE = /^models\/[^/]+\.onnx$/;

/**
 * The cache key of `url`, relative to the scope, such as `models/fast-2x.onnx?sha256=…`; null for an address that
 * the runtime cache never holds. A model without a hash in its address is not kept: its key would not change
 * with its bytes.
 */
export function runtimeKey(url: URL, scope: URL): string | null {
  if (url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return null;
  const path = url.pathname.slice(scope.pathname.length);
  if (RUNTIME_FILE.test(path)) return url.search === '' ? path : null;
  const sha256 = url.searchParams.get('sha256');
  return MODEL_FILE.test(path) && sha256 ? `${path}?sha256=${sha256}` : null;
}

/**
 * Those of `urls` that `listed` (keys of this build) does not name: left over from an older build. What lies outside
 * the scope is another installation's on the same origin, and left alone.
 */
export function staleUrls(urls: readonly string[], scope: URL, listed: readonly string[]): string[] {
  const keep = new Set(listed);
  return urls.filter((url) => {
    if (!url.startsWith(scope.href)) return false;
    const key = runtimeKey(new URL(url), scope);
    return key === null || !keep.has(key);
  });
}
