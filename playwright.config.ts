import { defineConfig } from '@playwright/test';
import { chromiumArgs, findChromium } from './scripts/find-chromium.mjs';

/** Another one lets two runs work side by side. */
const PORT = Number(process.env['E2E_PORT'] ?? 4174);

// Found once: the processes that run the tests inherit the answer.
process.env['CHROME_PATH'] ??= await findChromium({ install: true });
const executablePath = process.env['CHROME_PATH'];
const onCi = Boolean(process.env['CI']);
/** CI has twelve minutes: what is tagged so runs with `npm test` on a person's machine only. */
const SLOW = /@slow/;
if (onCi && !process.env['TEST_WORKER_INDEX']) console.log('On CI the tests tagged @slow are left out.');

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Software WebGPU is slow, and two cores are shared by page, worker and WASM threads.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  workers: 2,
  fullyParallel: true,
  retries: 0,
  ...(onCi ? { grepInvert: SLOW } : {}),
  forbidOnly: true,
  reporter: [[onCi ? 'line' : 'list'], ['json', { outputFile: '.cache/playwright.json' }]],
  use: {
    baseURL: `http://localhost:${PORT}/`,
    screenshot: 'off',
    trace: 'off',
    video: 'off',
  },
  projects: [
    {
      // WebGPU in software: proves the road and every recovery, not the speed. First, because it takes one worker only:
      // the processor's tests fill the other one meanwhile.
      name: 'webgpu',
      testMatch: 'webgpu/**/*.spec.ts',
      fullyParallel: false,
      workers: 1,
      use: { launchOptions: { executablePath, args: chromiumArgs({ webgpu: 'software' }) } },
    },
    {
      // The processor only: what every browser has.
      name: 'wasm',
      testMatch: '**/*.spec.ts',
      testIgnore: 'webgpu/**',
      use: { launchOptions: { executablePath, args: chromiumArgs({ webgpu: 'none' }) } },
    },
  ],
  webServer: {
    command: `node scripts/ensure-build.mjs && node scripts/serve.mjs --port ${PORT}`,
    url: `http://localhost:${PORT}/`,
    // Another server on this port would test another build.
    reuseExistingServer: false,
    stderr: 'pipe',
    timeout: 180_000,
  },
});
