/**
 * Screenshots of every state of the page, made with the real worker, for people to judge.
 * `node scripts/screenshots.mjs [folder]`; default `.cache/screenshots`. Needs a build: `npm run build`.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { chromiumArgs, findChromium } from './find-chromium.mjs';
import { DIST, startServer } from './serve.mjs';
import { filesGiven } from './usage.mjs';

/** @import { Browser, BrowserContextOptions, Page } from '@playwright/test' */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HELP = `node scripts/screenshots.mjs [FOLDER]

Screenshots of every state of the page, into .cache/screenshots or the folder. Needs a build: npm run build.`;

const given = filesGiven(HELP, (count) => count <= 1);
if (given === null) process.exit();
const FOLDER = resolve(given[0] ?? join(ROOT, '.cache/screenshots'));
const PHOTO = join(ROOT, '../shared/images/photos/chelsea.png');
const STATE_LIMIT_MS = 180_000;

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 640 };

/**
 * One window in which the whole road is gone.
 * @typedef {object} Visit
 * @property {string} name begins the names of its files
 * @property {BrowserContextOptions} context
 * @property {boolean} [largeText] at twice the size, as set in the browser
 */

/** @type {readonly Visit[]} */
const VISITS = [
  { name: 'desktop-dark', context: { viewport: DESKTOP, colorScheme: 'dark' } },
  { name: 'desktop-light', context: { viewport: DESKTOP, colorScheme: 'light' } },
  { name: 'phone-dark', context: { ...phone(PHONE), colorScheme: 'dark' } },
  { name: 'phone-light', context: { ...phone(PHONE), colorScheme: 'light' } },
  { name: 'narrow-320', context: { ...phone(NARROW), colorScheme: 'light' } },
  { name: 'text-200', context: { viewport: DESKTOP, colorScheme: 'dark' }, largeText: true },
];

await main();

async function main() {
  mkdirSync(FOLDER, { recursive: true });
  const server = await startServer({ port: 0, root: process.env['SCREENSHOTS_DIST'] ?? DIST });
  const executablePath = await findChromium({ install: true });
  const browser = await chromium.launch({ executablePath, args: chromiumArgs({ webgpu: 'none' }) });
  try {
    for (const visit of VISITS) {
      await goRound(browser, visit, server.url);
      console.log(`${visit.name}: done`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  console.log(`The screenshots are in ${FOLDER}`);
}

/**
 * @param {{ width: number, height: number }} viewport
 * @returns {BrowserContextOptions}
 */
function phone(viewport) {
  return { viewport, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
}

/**
 * From the empty page through every state.
 * @param {Browser} browser
 * @param {Visit} visit
 * @param {string} address
 */
async function goRound(browser, { name, context: options, largeText = false }, address) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // Keeping everything for offline use would take the time of the states.
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
  });
  const picture = await photo(page, address);
  let count = 0;
  /** @param {string} state */
  const shoot = async (state) => {
    // The picture is painted in the next frame.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    count++;
    const file = `${name}-${String(count).padStart(2, '0')}-${state}.png`;
    await page.screenshot({ path: join(FOLDER, file), animations: 'disabled' });
  };
  /** @param {string} search */
  const open = async (search) => {
    await page.goto(`${address}${search}`);
    await isIn(page, 'empty');
    if (largeText) await page.addStyleTag({ content: ':root { font-size: 200% }' });
  };

  await open('?model=fast-2x&scale=99');
  await shoot('address-ignored');
  await open('');
  await shoot('empty');
  await page.keyboard.press('m');
  await page
    .getByRole('button', { name: /^Download .+…$/ })
    .first()
    .click();
  await shoot('model-to-download');
  await page.keyboard.press('Escape');
  await drag(page, 'dragenter', picture);
  await shoot('dragging');
  await drag(page, 'drop', picture);
  await isIn(page, 'picked');
  await shoot('picked');
  await openSheet(page);
  await page.getByText('Advanced', { exact: true }).click();
  await page.getByLabel('Tile', { exact: true }).selectOption('32');
  await page.getByLabel('Backend', { exact: true }).scrollIntoViewIfNeeded();
  await shoot('advanced');
  await closeSheet(page);

  const start = page.getByRole('button', { name: /^(?:Upscale|Try again)$/ });
  await start.click();
  await page.waitForFunction(
    () => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) >= 45,
    undefined,
    { timeout: STATE_LIMIT_MS },
  );
  await shoot('running');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await isIn(page, 'cancelled');
  await shoot('cancelled');

  await open('?model=fast-2x');
  await offer(page, { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await page.getByRole('alert').waitFor();
  await shoot('not-a-picture');
  await offer(page, picture);
  await isIn(page, 'picked');
  await start.click();
  await isIn(page, 'done');
  await shoot('done');
  await openSheet(page);
  await page.getByText('Details', { exact: true }).click();
  await shoot('done-details');
  await closeSheet(page);
  // Where the sheet leaves the picture little room there is none.
  const actualSize = page.getByRole('button', { name: '100 %' });
  if (await actualSize.isVisible()) {
    await actualSize.click();
    await shoot('done-100');
  }

  await open('?model=fast-2x&backend=webgpu');
  await offer(page, picture);
  await isIn(page, 'picked');
  await start.click();
  await isIn(page, 'failed');
  await shoot('failed');

  await open('?model=fast-2x&format=webp');
  await offer(page, await widePicture(page));
  await page.getByRole('alert').waitFor();
  await shoot('refused');
  await page.getByTestId('system').click();
  await shoot('this-device');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
  await shoot('shortcuts');
  await context.close();
}

/**
 * @param {Page} page
 * @param {string} state
 */
async function isIn(page, state) {
  await page.locator(`main[data-state=${state}]`).waitFor({ timeout: STATE_LIMIT_MS });
}

/**
 * @param {Page} page
 * @param {{ name: string, mimeType: string, buffer: Buffer }} file
 */
async function offer(page, file) {
  await page.locator('input[type=file]').setInputFiles(file);
}

/**
 * A photo where there is one, else the page's own sample picture.
 * @param {Page} page
 * @param {string} address
 */
async function photo(page, address) {
  if (existsSync(PHOTO)) return { name: 'chelsea.png', mimeType: 'image/png', buffer: readFileSync(PHOTO) };
  await page.goto(address);
  const base64 = await page.evaluate(drawPicture, { width: 451, height: 300 });
  return { name: 'drawn.png', mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') };
}

/** @param {Page} page */
async function widePicture(page) {
  const base64 = await page.evaluate(drawPicture, { width: 9000, height: 100 });
  return { name: 'panorama.png', mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') };
}

/**
 * Runs in the page: hills in the evening.
 * @param {{ width: number, height: number }} size
 */
async function drawPicture({ width, height }) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2D canvas');
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, '#274060');
  sky.addColorStop(1, '#f2b48a');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let hill = 0; hill < 5; hill++) {
    context.fillStyle = `hsl(${150 + 12 * hill} 30% ${40 - 7 * hill}%)`;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width; x++) {
      const top = height * (0.45 + 0.1 * hill) + height * 0.08 * Math.sin(x / (30 + 14 * hill) + 2 * hill);
      context.lineTo(x, top);
    }
    context.lineTo(width, height);
    context.fill();
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/**
 * @param {Page} page
 * @param {'dragenter' | 'drop'} type
 * @param {{ name: string, buffer: Buffer }} file
 */
async function drag(page, type, { name, buffer }) {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], fileName));
      return transfer;
    },
    /** @type {const} */ ([name, buffer.toString('base64')]),
  );
  await page.locator('main').dispatchEvent(type, { dataTransfer });
}

/** @param {Page} page */
async function openSheet(page) {
  await setSheet(page, 'true');
}

/** @param {Page} page */
async function closeSheet(page) {
  await setSheet(page, 'false');
}

/**
 * On small windows the choices are in a sheet below the picture.
 * @param {Page} page
 * @param {'true' | 'false'} wanted
 */
async function setSheet(page, wanted) {
  const grip = page.locator('[aria-controls=panel-content]');
  if ((await grip.isVisible()) && (await grip.getAttribute('aria-expanded')) !== wanted) await grip.click();
}
