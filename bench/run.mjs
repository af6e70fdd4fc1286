/**
 * `npm run bench [-- --rounds N] [--model ID] [--json]`: what Tessera adds to the network's own time, on the processor.
 *
 * Each round runs one whole job in the built app (a 1-megapixel photograph-like PNG: decode, tiles, stitch,
 * PNG file) and then the bare `session.run` calls on the same tiles, in the same browser. The figure is the median of
 * the rounds' ratios: a ratio within one run, so that a slow or busy machine cancels out.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { checkSize } from '../scripts/check-size.mjs';
import { ensureBuild } from '../scripts/ensure-build.mjs';
import { chromiumArgs, findChromium } from '../scripts/find-chromium.mjs';
import { DIST, startServer } from '../scripts/serve.mjs';
import { openBare, prepareJob, runBare, runJob } from './in-page.mjs';

const SIDE_PX = 1024;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    model: { type: 'string', default: 'photo-4x' },
    json: { type: 'boolean', default: false },
  },
});

const result = await measure(values.model, Number(values.rounds));
if (values.json) console.log(JSON.stringify(result, null, 2));
else print(result);

/**
 * @param {string} model
 * @param {number} rounds
 */
async function measure(model, rounds) {
  await ensureBuild();
  const root = overlay();
  const server = await startServer({ port: 0, root });
  const browser = await chromium.launch({
    executablePath: await findChromium({ install: true }),
    args: chromiumArgs({ webgpu: 'none' }),
  });
  try {
    const page = await openPage(browser, server.url);
    await page.evaluate(prepareJob, { side: SIDE_PX, model });
    // Once for nothing: the runtime and the model are loaded, and code is compiled.
    const first = await page.evaluate(runJob);
    await page.evaluate(openBare, { model, threads: first.threads, padded: first.paddedTile, side: SIDE_PX });
    await page.evaluate(runBare, { tiles: 1 });
    const samples = [];
    for (let round = 0; round < rounds; round++) {
      const job = await page.evaluate(runJob);
      const bareMs = await page.evaluate(runBare, { tiles: job.tilesRun });
      console.error(
        `round ${round + 1} of ${rounds}: ${Math.round(job.wallMs)} ms ÷ ${Math.round(bareMs)} ms`,
      );
      samples.push({ jobMs: job.wallMs, bareMs, ratio: job.wallMs / bareMs, ms: job.ms });
    }
    return {
      date: new Date().toISOString().slice(0, 10),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`,
      browser: `Chromium ${browser.version()}`,
      model,
      picture: `${SIDE_PX} × ${SIDE_PX} PNG`,
      threads: first.threads,
      paddedTile: first.paddedTile,
      tiles: first.tilesRun,
      coldJobMs: Math.round(first.wallMs),
      medianRatio: median(samples.map((s) => s.ratio)),
      samples,
      size: checkSize(DIST).figures[0],
    };
  } finally {
    await browser.close();
    await server.close();
    rmSync(root, { recursive: true });
  }
}

/** The built app with the bench's worker and the bare runtime beside it, as links in a folder of their own. */
function overlay() {
  const root = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
  for (const name of readdirSync(DIST)) symlinkSync(join(DIST, name), join(root, name));
  mkdirSync(join(root, 'bench'));
  symlinkSync(
    fileURLToPath(new URL('bare-worker.mjs', import.meta.url)),
    join(root, 'bench/bare-worker.mjs'),
  );
  symlinkSync(
    fileURLToPath(new URL('../node_modules/onnxruntime-web/dist', import.meta.url)),
    join(root, 'bench/ort'),
  );
  return root;
}

/**
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url
 */
async function openPage(browser, url) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? Number(sorted[Math.floor(middle)])
    : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}

/** @param {Awaited<ReturnType<typeof measure>>} result */
function print(result) {
  const { model, picture, threads, tiles, paddedTile, samples, medianRatio } = result;
  console.log(`${result.date}, ${result.machine}, ${result.browser}`);
  console.log(
    `${model}, ${picture}, WASM with ${threads} threads, ${tiles} tiles of ${paddedTile.width} × ${paddedTile.height}`,
  );
  console.log('round   whole job   bare session.run   ratio   inside the job (ms)');
  samples.forEach(({ jobMs, bareMs, ratio, ms }, i) => {
    const inside = `reading ${ms.reading}, tiles ${ms.tiles} (network ${ms.network}), encoding ${ms.encoding}`;
    console.log(
      `${String(i + 1).padStart(5)}   ${cell(jobMs)}   ${cell(bareMs).padStart(16)}   ${ratio.toFixed(3)}   ${inside}`,
    );
  });
  console.log(`first job, runtime and model loaded in it: ${result.coldJobMs} ms`);
  console.log(
    `whole job ÷ bare session.run, median of ${samples.length}: ${medianRatio.toFixed(3)} (goal: 1.10 or less)`,
  );
  console.log(result.size);
}

/** @param {number} ms */
function cell(ms) {
  return `${Math.round(ms)} ms`.padStart(9);
}
