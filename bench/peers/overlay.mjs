/** The built app with what the peers need beside it, as links in a folder of its own: nothing of it enters `dist`. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OWN_FILES = ['peer-page.html', 'peer-page.mjs', 'ort-worker.mjs'];

/**
 * @param {string} dist the built app
 * @param {readonly { path: string, entry: import('../../src/models/descriptor.ts').BuiltInEntry }[]} networks
 * @returns {string} the folder, to be removed by the caller
 */
export function peersOverlay(dist, networks) {
  const packages = here('../node_modules');
  if (!existsSync(join(packages, 'upscaler'))) {
    throw new Error('The peers are not installed. Run "npm ci --prefix bench --ignore-scripts" first.');
  }
  const root = mkdtempSync(join(tmpdir(), 'tessera-peers-'));
  linkAll(dist, root, ['models']);
  mkdirSync(join(root, 'models'));
  linkAll(join(dist, 'models'), join(root, 'models'), ['catalog.json']);
  const catalog = JSON.parse(readFileSync(join(dist, 'models/catalog.json'), 'utf8'));
  catalog.models.push(...networks.map(({ entry }) => entry));
  writeFileSync(join(root, 'models/catalog.json'), JSON.stringify(catalog));
  for (const { path, entry } of networks) symlinkSync(path, join(root, 'models', entry.file));

  mkdirSync(join(root, 'bench/peers'), { recursive: true });
  symlinkSync(here('../../node_modules/onnxruntime-web/dist'), join(root, 'bench/ort'));
  symlinkSync(packages, join(root, 'bench/peers/packages'));
  for (const name of OWN_FILES) symlinkSync(here(name), join(root, 'bench/peers', name));
  return root;
}

/**
 * @param {string} from
 * @param {string} to
 * @param {readonly string[]} except
 */
function linkAll(from, to, except) {
  for (const name of readdirSync(from)) {
    if (!except.includes(name)) symlinkSync(join(from, name), join(to, name));
  }
}

/** @param {string} path seen from this file */
function here(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
