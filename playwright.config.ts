import { defineConfig } from '@playwright/test';
import { chromiumArgs, findChromium } from './scripts/find-chromium.mjs';

/** Another one lets two runs work side by side. */
const PORT = Number(process.env['E2E_PORT'] ?? 4174);

// Found once: the processes that run the tests inherit the answer.
process.env['CHROME_PATH'] ??= await findChromium({ install: true });
const executablePath = process.env['CHROME_PATH'];
const onCi = Boolean(process.env['CI']);
/**
 * What makes software WebGPU quicker. The memory of workgroups is not filled with zeros first, which takes half of the time
 * (stricter, too: a kernel that read what it did not write would be found out), and the page around it is drawn without the
 * emulated card.
 */
const QUICKER_WEBGPU = [
  '--enable-dawn-features=disable_workgroup_init',
  '--disable-gpu-compositing',
  '--disable-gpu-rasterization',
];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Software WebGPU is slow, and two cores are shared by page, worker and WASM threads.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  workers: 2,
  fullyParallel: true,
  retries: 0,
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
      use: {
        // Routes do not see what a service worker fetches.
        serviceWorkers: 'block',
        launchOptions: {
          executablePath,
          args: [...chromiumArgs({ webgpu: 'software' }), ...QUICKER_WEBGPU],
        },
      },
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
