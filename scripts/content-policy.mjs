/**
 * The Content-Security-Policy of Tessera: nothing is loaded from, or sent to, another origin.
 * The page carries it in a meta element, so that it holds on any host; worker scripts, which a page's meta element
 * does not cover, get it as a header from `serve.mjs`. One script may read from other hosts: the worker that downloads a
 * model after the person has seen where it comes from, and agreed.
 */
const DIRECTIVES = {
  'default-src': ["'self'"],
  // Compiling WebAssembly, and nothing else that evaluates.
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'", 'blob:'],
  'img-src': ["'self'", 'blob:', 'data:'],
  'connect-src': ["'self'", 'blob:', 'data:'],
  // Elements that move (the divider, the progress) carry style attributes.
  'style-src': ["'self'", "'unsafe-inline'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** The built script that downloads models. */
export const DOWNLOADING_SCRIPT = /(?:^|\/)assets\/models\.worker-[^/]+\.js$/;

/** The policy of that script: it may read from any host that encrypts, and nothing else more than the others. */
export function downloadingPolicy() {
  const own = `connect-src ${DIRECTIVES['connect-src'].join(' ')}`;
  return contentPolicy().replace(own, `${own} https:`);
}

/**
 * The policy as one line.
 * @param {readonly string[]} [inlineScriptHashes] base64 SHA-256 of scripts written into the page itself
 * @returns {string}
 */
export function contentPolicy(inlineScriptHashes = []) {
  return Object.entries(DIRECTIVES)
    .map(([name, sources]) => {
      const hashes = name === 'script-src' ? inlineScriptHashes.map((hash) => `'sha256-${hash}'`) : [];
      return [name, ...sources, ...hashes].join(' ');
    })
    .join('; ');
}
