/**
 * Builds `dist` where it is missing or older than what it is made of. `node scripts/ensure-build.mjs`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = [
  'src',
  'public',
  'index.html',
  'bench.html',
  'vite.config.ts',
  'package-lock.json',
  'scripts/build-plugins.mjs',
  'scripts/content-policy.mjs',
];

/**
 * @param {string} path a file or a folder
 * @returns {number} when the newest file of it changed, in milliseconds; 0 where there is none
 */
function newestMs(path) {
  if (!existsSync(path)) return 0;
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** @returns {'missing' | 'old' | 'current'} */
export function buildState() {
  const page = join(ROOT, 'dist', 'index.html');
  if (!existsSync(page)) return 'missing';
  return Math.max(...SOURCES.map((path) => newestMs(join(ROOT, path)))) > statSync(page).mtimeMs
    ? 'old'
    : 'current';
}

/**
 * Builds in any case. Output goes to stderr: stdout may carry results.
 * @returns {void} throws where the build fails; the lines above say why
 */
export function build() {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  execFileSync(process.execPath, [vite, 'build'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
}

/** Builds where it is needed. */
export function ensureBuild() {
  const state = buildState();
  if (state === 'current') return;
  console.error(
    state === 'missing' ? 'Building Tessera once …' : 'The sources are newer than the build: building …',
  );
  build();
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    ensureBuild();
  } catch {
    console.error('The build failed; the lines above say why.');
    process.exitCode = 1;
  }
}
