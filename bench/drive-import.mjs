/** Gives a model file to the built page in a headless Chromium of this machine, and watches its memory until it is in the library. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArgs, findChromium } from '../scripts/find-chromium.mjs';
import { startServer } from '../scripts/serve.mjs';

/** The longest that a model may take. */
const LIMIT_MS = 60_000;
/** How long the page has to come to rest before its memory is taken for what it is without a model. */
const REST_MS = 1000;

/** @typedef {{ ms: number, extraBytes: number }} Import */

/**
 * From choosing the files to the words that the model is ready, on the processor. The memory is the most that the page's
 * process, with all its workers, had beside what it had before; it is read from `/proc`.
 * @param {readonly string[]} files paths
 * @returns {Promise<Import>} rejects with what the page says where it refuses the model
 */
export async function importInPage(files) {
  if (process.platform !== 'linux')
    throw new Error('The memory of a browser is read from /proc: Linux only.');
  const server = await startServer({ port: 0 });
  // A profile of its own, on the disk: without one the library's files would be kept in memory.
  const profile = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await findChromium({ install: true }),
    args: chromiumArgs({ webgpu: 'none' }),
  });
  try {
    const page = await context.newPage();
    // Without its preparation for offline use, which would run beside.
    await page.addInitScript(() =>
      Object.defineProperty(navigator, 'connection', { value: { saveData: true } }),
    );
    await page.goto(server.url);
    await page.locator('main[data-state=empty]').waitFor();
    await page.waitForTimeout(REST_MS);
    const pid = await processOfPage(context);
    await (await context.newCDPSession(page)).send('HeapProfiler.collectGarbage');
    const before = bytesIn(pid, 'VmRSS');
    forgetPeak(pid);
    const arrival = page.getByTestId('arrival');
    const started = performance.now();
    await page.locator('input[type=file]').setInputFiles([...files]);
    const end = arrival.getByText(/ is ready$/).or(page.getByRole('alert'));
    await end.waitFor({ timeout: LIMIT_MS });
    const ms = performance.now() - started;
    const extraBytes = bytesIn(pid, 'VmHWM') - before;
    const text = (await end.textContent()) ?? '';
    if (!text.endsWith('is ready')) throw new Error(text);
    return { ms, extraBytes };
  } finally {
    await context.close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/**
 * Of the processes for pages, one is a spare without a page: the smaller one.
 * @param {import('@playwright/test').BrowserContext} context
 */
async function processOfPage(context) {
  const session = await context.browser()?.newBrowserCDPSession();
  if (!session) throw new Error('The browser does not tell of its processes.');
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const [largest] = pages.toSorted((a, b) => bytesIn(b, 'VmRSS') - bytesIn(a, 'VmRSS'));
  if (largest === undefined) throw new Error('The browser names no process of the page.');
  return largest;
}

/**
 * What is in memory of a process now, or was at most since its peak was forgotten.
 * @param {number} pid
 * @param {'VmRSS' | 'VmHWM'} field
 */
function bytesIn(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}

/**
 * See `clear_refs` in proc(5).
 * @param {number} pid
 */
function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
