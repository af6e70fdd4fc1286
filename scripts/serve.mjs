/**
 * A small static server of the built application, with the headers that cross-origin isolation (and so WASM
 * threads) needs. `node scripts/serve.mjs [--port N] [--base /some/path/]`, or PORT in the environment.
 */
import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { contentPolicy, DOWNLOADING_SCRIPT, downloadingPolicy } from './content-policy.mjs';

export const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const DEFAULT_PORT = 4173;

/** @type {Readonly<Record<string, string>>} */
const MIME_TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.onnx': 'application/octet-stream',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};
const GZIPPED = new Set(['.html', '.js', '.mjs', '.css', '.json', '.webmanifest', '.svg', '.md']);

const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * @typedef {object} ServerOptions
 * @property {number} [port] 0 for any free one; default 4173
 * @property {string} [base] the path that the application lies below, such as `/some/path/`; default `/`
 * @property {string} [root] the built files; default `dist`
 *
 * @typedef {object} RunningServer
 * @property {string} url the address of the application, ending in `/`
 * @property {() => Promise<void>} close
 */

/**
 * Serves `root` to this machine only (loopback).
 * @param {ServerOptions} [options]
 * @returns {Promise<RunningServer>} rejects where there is no build or the port is taken
 */
export async function startServer({ port = DEFAULT_PORT, base = '/', root = DIST } = {}) {
  if (!existsSync(join(root, 'index.html'))) {
    throw new Error(
      `There is no built application in ${root}: index.html is missing. Run "npm run build" first.`,
    );
  }
  // As requests carry it: a space is `%20` there.
  const prefix = new URL(`/${base}/`.replace(/\/+/g, '/'), 'http://localhost').pathname;
  const server = createServer((request, response) => {
    answer(request, response, root, prefix).catch((error) => {
      console.error(`Could not serve ${request.url}: ${error instanceof Error ? error.message : error}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const used = await listen(server, port);
  return {
    url: `http://localhost:${used}${prefix}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {import('node:http').Server} server
 * @param {number} port
 * @returns {Promise<number>} the port in use
 */
function listen(server, port) {
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      const taken = 'code' in error && error.code === 'EADDRINUSE';
      fail(
        taken
          ? new Error(
              `Port ${port} is taken by another program. Choose another one, such as PORT=${port + 1}.`,
            )
          : error,
      );
    });
    server.listen(port, 'localhost', () => {
      const address = server.address();
      done(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} root
 * @param {string} prefix
 */
async function answer(request, response, root, prefix) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'Only GET and HEAD are answered here.');
  }
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (`${pathname}/` === prefix) {
    response.writeHead(301, { ...ISOLATION_HEADERS, Location: prefix }).end();
    return;
  }
  const path = filePath(pathname, root, prefix);
  const info = path === null ? null : await stat(path).catch(() => null);
  // No fallback to the page: a missing script must be seen as missing.
  if (path === null || !info?.isFile()) return refuse(response, 404, `Nothing is at ${pathname}.`);

  const etag = `"${info.size.toString(36)}-${Math.floor(info.mtimeMs).toString(36)}"`;
  const gzip =
    GZIPPED.has(extname(path)) && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const headers = {
    ...headersFor(path, pathname, prefix),
    ETag: gzip ? `W/${etag}` : etag,
    'Last-Modified': info.mtime.toUTCString(),
  };
  if (String(request.headers['if-none-match'] ?? '').includes(etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(
    200,
    gzip ? { ...headers, 'Content-Encoding': 'gzip' } : { ...headers, 'Content-Length': info.size },
  );
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const bytes = createReadStream(path);
  bytes.on('error', () => response.destroy());
  (gzip ? bytes.pipe(createGzip()) : bytes).pipe(response);
}

/**
 * The file that a request path means; null where it is outside `root`, hidden or not below the prefix.
 * @param {string} pathname still percent-encoded
 * @param {string} root
 * @param {string} prefix
 * @returns {string | null}
 */
export function filePath(pathname, root, prefix) {
  if (!pathname.startsWith(prefix)) return null;
  /** @type {string} */
  let relative;
  try {
    relative = decodeURIComponent(pathname.slice(prefix.length));
  } catch {
    return null;
  }
  if (relative.includes('\0') || relative.split(/[\\/]/).some((part) => part.startsWith('.'))) return null;
  const path = normalize(
    join(resolve(root), relative === '' || relative.endsWith('/') ? `${relative}index.html` : relative),
  );
  return path.startsWith(resolve(root) + sep) ? path : null;
}

/**
 * @param {string} path
 * @param {string} pathname
 * @param {string} prefix
 * @returns {Record<string, string>}
 */
function headersFor(path, pathname, prefix) {
  const type = MIME_TYPES[extname(path)] ?? 'application/octet-stream';
  const hashed = pathname.startsWith(`${prefix}assets/`);
  return {
    ...ISOLATION_HEADERS,
    'Content-Type': type,
    'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    // The page has its own, in a meta element; this one is for workers, which do not inherit it.
    ...(type.startsWith('text/javascript') ? { 'Content-Security-Policy': policyOf(pathname) } : {}),
  };
}

/**
 * @param {string} pathname of a script
 * @returns {string}
 */
function policyOf(pathname) {
  return DOWNLOADING_SCRIPT.test(pathname) ? downloadingPolicy() : contentPolicy();
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} message
 */
function refuse(response, status, message) {
  response
    .writeHead(status, { ...ISOLATION_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' })
    .end(`${message}\n`);
}

/**
 * The port from `--port`, else from PORT, else the default.
 * @param {string | undefined} option
 * @param {string | undefined} environment
 * @returns {number}
 */
export function choosePort(option, environment) {
  const text = option ?? (environment || String(DEFAULT_PORT));
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new Error(`"${text}" is not a port: give a number from 0 to 65535.`);
  return port;
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, base: { type: 'string' } } });
  const port = choosePort(values.port, process.env['PORT']);
  const server = await startServer({ port, base: values.base ?? '/' });
  const address = server.url.endsWith(`:${new URL(server.url).port}/`) ? server.url.slice(0, -1) : server.url;
  console.log(`Tessera is ready at ${address} (nothing you open there leaves this computer)`);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => void server.close().then(() => process.exit(0)));
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
