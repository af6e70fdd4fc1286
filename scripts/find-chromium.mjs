/**
 * Finds a Chromium for tests and the command line, and can get one where there is none, so that nobody installs
 * anything by hand. `node scripts/find-chromium.mjs [--install]` prints its path.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix, resolve, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const PATH_NAMES = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome'];
/** A download that hangs must not hang the tests. */
const INSTALL_LIMIT_MS = 5 * 60 * 1000;

/**
 * What the choice depends on; injected, so that every kind of machine can be tested on one.
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {(path: string) => boolean} isProgram whether it exists as an executable file
 * @property {(path: string) => boolean} starts whether it runs: Ubuntu's `chromium-browser` may be an empty promise
 */

/**
 * The usual places of each system, best first.
 * @param {Machine} machine
 * @returns {string[]}
 */
function usualPlaces({ platform, env }) {
  if (platform === 'darwin') {
    const apps = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'];
    const roots = ['/Applications', ...(env['HOME'] ? [posix.join(env['HOME'], 'Applications')] : [])];
    return roots.flatMap((root) => apps.map((app) => posix.join(root, app)));
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    const apps = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe'];
    return roots.flatMap((root) => (root ? apps.map((app) => win32.join(root, app)) : []));
  }
  return [
    '/opt/google/chrome/chrome',
    '/usr/bin/chromium',
    '/usr/lib/chromium/chromium',
    '/snap/bin/chromium',
  ];
}

/**
 * CHROME_PATH, else an installed Chrome or Chromium; null where there is neither.
 * @param {Machine} machine
 * @returns {string | null} throws where CHROME_PATH is set and wrong: it is a wish, not a hint
 */
export function chooseInstalled(machine) {
  const wished = machine.env['CHROME_PATH'];
  if (wished) {
    if (machine.isProgram(wished)) return wished;
    throw new Error(`CHROME_PATH is "${wished}", but no program is there. Correct it or unset it.`);
  }
  const path = machine.platform === 'win32' ? win32 : posix;
  const folders = (machine.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const inPath =
    machine.platform === 'win32'
      ? []
      : PATH_NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = [...inPath, ...usualPlaces(machine)];
  return found.find((candidate) => machine.isProgram(candidate) && machine.starts(candidate)) ?? null;
}

/** @returns {Machine} this one */
export function thisMachine() {
  return {
    platform: process.platform,
    env: process.env,
    isProgram(path) {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    },
    starts(path) {
      // On Windows `--version` opens a window instead of answering.
      if (process.platform === 'win32') return true;
      try {
        execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 });
        return true;
      } catch {
        return false;
      }
    },
  };
}

/**
 * The path of a Chromium that starts.
 * @param {{ install: boolean }} options `install`: whether one may be downloaded where there is none
 * @returns {Promise<string>} rejects with what to install
 */
export async function findChromium({ install }) {
  const machine = thisMachine();
  const installed = chooseInstalled(machine) ?? playwrightsOwn(machine);
  if (installed) return installed;
  if (install) {
    const got = downloadPlaywrights(machine) ?? installDebians(machine);
    if (got) return got;
  }
  throw new Error(
    `No Chrome or Chromium was found on this machine (${process.platform})${install ? ' and none could be downloaded' : ''}. ` +
      'Install Google Chrome or Chromium, or set CHROME_PATH to its program.',
  );
}

/**
 * @param {Machine} machine
 * @returns {string | null}
 */
function playwrightsOwn(machine) {
  const path = chromium.executablePath();
  return path && machine.isProgram(path) && machine.starts(path) ? path : null;
}

/**
 * @param {Machine} machine
 * @returns {string | null} null where it cannot be downloaded, or lacks libraries of the system
 */
function downloadPlaywrights(machine) {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')),
    'cli.js',
  );
  console.error('No Chrome or Chromium is installed: downloading the one of Playwright.');
  return quietly(process.execPath, [cli, 'install', 'chromium', '--no-shell'])
    ? playwrightsOwn(machine)
    : null;
}

/**
 * @param {Machine} machine
 * @returns {string | null}
 */
function installDebians(machine) {
  if (!isRootOnLinux() || !existsSync('/usr/bin/apt-get')) return null;
  console.error('Installing Chromium with apt-get.');
  quietly('apt-get', ['update', '-qq']);
  const done = quietly('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  return done ? chooseInstalled(machine) : null;
}

/**
 * Runs an installer with its output on stderr, out of the way of results on stdout.
 * @param {string} program
 * @param {string[]} parameters
 * @returns {boolean} whether it ended well
 */
function quietly(program, parameters) {
  try {
    execFileSync(program, parameters, {
      stdio: ['ignore', 2, 2],
      timeout: INSTALL_LIMIT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    return true;
  } catch (error) {
    console.error(
      `${program} did not succeed: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
    );
    return false;
  }
}

function isRootOnLinux() {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** Without these, Chromium asks for updates and lists by itself: noise, and a request that leaves the machine. */
const QUIET_ARGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${[
    // Pages of the address bar's list: each new window would start them, for half a second of a core.
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
    // Playwright's list, which this one replaces, as far as it matters here.
    'AimEnabled',
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'HttpsFirstBalancedModeAutoEnable',
    'HttpsUpgrades',
    'LensOverlay',
    'MediaRouter',
    'NetworkTimeServiceQuerying',
    'OptimizationHints',
    'PaintHolding',
    'PreconnectToSearch',
    'ThirdPartyStoragePartitioning',
  ].join()}`,
];

/** Each of the four is needed for a WebGPU that runs in software and can be read back. */
const SOFTWARE_WEBGPU_ARGS = [
  '--use-angle=swiftshader',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/** WebGPU on the machine's own graphics card; on Linux it is behind a switch on most of them. */
const HARDWARE_WEBGPU_ARGS =
  process.platform === 'linux' ? ['--enable-unsafe-webgpu', '--enable-features=Vulkan'] : [];

/**
 * The switches to start Chromium with.
 * @param {{ webgpu: 'software' | 'none' | 'default' }} options
 * @returns {string[]}
 */
export function chromiumArgs({ webgpu }) {
  const sandbox = isRootOnLinux() ? ['--no-sandbox'] : [];
  const graphics = {
    software: SOFTWARE_WEBGPU_ARGS,
    // No switch of Chromium 156 takes WebGPU away; on a headless Linux it is absent unless asked for.
    none: [],
    default: HARDWARE_WEBGPU_ARGS,
  };
  return [...QUIET_ARGS, ...sandbox, ...graphics[webgpu]];
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  findChromium({ install: process.argv.includes('--install') }).then(
    (path) => console.log(path),
    (error) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
