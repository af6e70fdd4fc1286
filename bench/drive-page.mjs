/** Runs the suite of `bench.html` in a headless Chromium of this machine, one backend at a time. */
import { cpus } from 'node:os';
import { chromium } from '@playwright/test';
import { chromiumArgs, findChromium } from '../scripts/find-chromium.mjs';
import { startServer } from '../scripts/serve.mjs';

/**
 * @typedef {import('../src/bench/main.ts').BenchEnd} BenchEnd
 * @typedef {import('../src/bench/result.ts').BenchResult} BenchResult
 * @typedef {Extract<BenchEnd, { result: BenchResult }>} Measured
 */

/** How often the page is asked what it does. */
const NEWS_EVERY_MS = 1000;

/**
 * @param {'wasm' | 'webgpu'} backend
 * @param {Readonly<Record<string, string>>} query of `bench.html`, see `src/bench/options.ts`
 * @param {{ software: boolean, tell: (line: string) => void }} settings `software`: WebGPU without a graphics card
 * @returns {Promise<Measured>} rejects with what the page says
 */
export async function runInPage(backend, query, { software, tell }) {
  const server = await startServer({ port: 0 });
  const browser = await chromium.launch({
    executablePath: await findChromium({ install: true }),
    args: chromiumArgs({ webgpu: backend === 'wasm' ? 'none' : software ? 'software' : 'default' }),
  });
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    const address = new URL('bench.html', server.url);
    address.search = String(
      new URLSearchParams({ ...query, auto: '1', backends: backend, machine: machine() }),
    );
    await page.goto(address.href);
    const stopTelling = tellNews(page, tell);
    const end = await page.evaluate(() => globalThis.tesseraBench);
    await stopTelling();
    if ('problem' in end) throw new Error(end.problem);
    return end;
  } finally {
    await browser.close();
    await server.close();
  }
}

/** @returns {string} processor and memory of this machine */
export function machine() {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {(line: string) => void} tell
 * @returns {() => Promise<void>} ends it
 */
function tellNews(page, tell) {
  let isOver = false;
  const telling = (async () => {
    for (let last = ''; !isOver; await page.waitForTimeout(NEWS_EVERY_MS)) {
      const news = (await page.locator('#state').textContent()) ?? '';
      if (news !== last && news !== '') tell(news);
      last = news;
    }
  })().catch(() => undefined);
  return async () => {
    isOver = true;
    await telling;
  };
}
