/**
 * Completes `package-lock.json` after `npm install` from a registry that mirrors the binaries of few platforms:
 * npm leaves the others out, and `npm ci` then refuses the file. Run by hand when dependencies changed:
 * `node scripts/complete-lockfile.mjs`. Entries made here have no integrity; npm checks those that it wrote itself.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCKFILE = fileURLToPath(new URL('../package-lock.json', import.meta.url));

const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
/** Longest first: `arm64` is not `arm`. */
const PROCESSORS = ['loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'arm64', 'ia32', 'x64', 'arm'];

/**
 * @typedef {{ version?: string, optional?: boolean, dev?: boolean, optionalDependencies?: Record<string, string>, [key: string]: unknown }} Entry
 */

/**
 * The entry of a package that holds one platform's binaries, told from its name.
 * @param {string} name such as `@rollup/rollup-linux-x64-musl`
 * @param {string} version exact
 * @param {boolean} dev
 * @returns {Entry | null} null where the name tells no platform, or the version is a range
 */
export function platformEntry(name, version, dev) {
  const words = (name.split('/').pop() ?? '').split('-');
  const system = SYSTEMS.find((one) => words.includes(one));
  const processor = PROCESSORS.find((one) => words.includes(one));
  if (!system || !processor || !/^\d+\.\d+\.\d+/.test(version)) return null;
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  return {
    version,
    cpu: [processor],
    ...(dev ? { dev } : {}),
    ...(system === 'linux' ? { libc: [libc] } : {}),
    optional: true,
    os: [system],
  };
}

/**
 * Adds what is missing.
 * @param {Record<string, Entry>} packages of the lock file, changed
 * @returns {{ added: string[], unknown: string[] }}
 */
export function complete(packages) {
  /** @type {string[]} */
  const added = [];
  /** @type {string[]} */
  const unknown = [];
  for (const entry of Object.values({ ...packages })) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (
        Object.keys(packages).some(
          (path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
        )
      )
        continue;
      const made = platformEntry(name, version, entry.dev === true);
      if (made) packages[`node_modules/${name}`] = made;
      (made ? added : unknown).push(`${name}@${version}`);
    }
  }
  return { added, unknown };
}

function main() {
  const lock = JSON.parse(readFileSync(LOCKFILE, 'utf8'));
  const { added, unknown } = complete(lock.packages);
  // npm's own order: by path, the project itself first.
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')),
  );
  writeFileSync(LOCKFILE, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added ${added.length} packages of other platforms to package-lock.json.`);
  for (const one of unknown) console.error(`${one} is missing, and its name tells no platform.`);
  if (unknown.length > 0) process.exitCode = 1;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
