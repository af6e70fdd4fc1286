import { expect, test } from '@playwright/test';
import { failedUpscale, largestDifference, openApp, upscale } from '../fixtures/app.ts';
import { destroyDevices, injectFaults, setFaults, workerCounts } from '../fixtures/faults.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { upscaleThroughHang } from '../fixtures/silence.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

/** Two columns and two rows of tiles of 64. */
const picture = encodePng(photoLike(66, 66, 6));
const INPUT = { file: picture, options: { backend: 'webgpu', tile: 64, context: 4 } } as const;
const toy = { id: 'toy', bytes: toyModel() };
const table = onePage([toy]);

test('a device destroyed in a job: another one goes on', async () => {
  const { page } = table();
  const undisturbed = await upscale(page, INPUT);

  await test.step('once, at the first and the last tile', async () => {
    for (const afterTiles of [0, 3]) {
      await setFaults(page, { destroyDevice: { afterTiles, times: 1 } });
      const { report, pixels, end } = await upscale(page, INPUT);
      const { strikes, readBacks, devicesOpened } = await workerCounts(page);
      expect({ strikes, devicesOpened }).toEqual({ strikes: 1, devicesOpened: 1 });
      expect(report).toMatchObject({
        backend: 'webgpu',
        tileSizesTried: [64],
        devicesLost: 1,
        workersLost: 0,
        tilesRedone: afterTiles % 2,
        tilesRun: 4 + (afterTiles % 2),
      });
      expect(readBacks.length, 'finished rows are not run again').toBe(report.tilesRun);
      expect(end.messages.join()).toContain('graphics card stopped answering');
      expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
    }
  });

  await test.step('twice at one place: also smaller tiles', async () => {
    await setFaults(page, { destroyDevice: { afterTiles: 2, times: 2 } });
    const { report, pixels } = await upscale(page, INPUT);
    expect((await workerCounts(page)).strikes).toBe(2);
    expect(report).toMatchObject({ tileSizesTried: [64, 32], devicesLost: 2, workersLost: 0 });
    expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
  });

  await test.step('three times at one place: an error, and the page works on', async () => {
    await setFaults(page, { destroyDevice: { afterTiles: 2, times: 3 } });
    const error = await failedUpscale(page, INPUT);
    expect(error).toMatchObject({ code: 'device-lost', details: { losses: 3, tileSizesTried: [64, 32] } });
    const { report } = await upscale(page, INPUT);
    expect(report).toMatchObject({ backend: 'webgpu', devicesLost: 0 });
  });
});

test('a card that is gone for good in a job: the processor goes on from the finished rows', async () => {
  const { page } = table();
  const undisturbed = await upscale(page, INPUT);
  await setFaults(page, { destroyDevice: { afterTiles: 2, times: 1 }, refuseDevices: true });
  const { report, pixels } = await upscale(page, INPUT);
  expect(report).toMatchObject({ backend: 'wasm', devicesLost: 1, workersLost: 0 });
  const { code, message } = report.warnings.at(-1) ?? {};
  // And not, besides, that the card was started again.
  expect(code).toBe('processor-took-over');
  expect(message).toMatch(/did not come back, so the processor goes on from row [1-9]/);
  // Two rows of tiles of two: the finished one is not run again.
  expect(report.tilesRun - report.tilesRedone).toBe(4);
  expect(report.tilesRedone).toBeLessThan(3);
  expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
  await setFaults(page, {});
  expect((await upscale(page, INPUT)).report.backend, 'once it is back').toBe('webgpu');
});

test('a device destroyed between two jobs: the second one opens another', async () => {
  const { page } = table();
  const { pixels } = await upscale(page, INPUT);
  await setFaults(page, {});
  await destroyDevices(page);
  const after = await upscale(page, INPUT);
  expect(after.report).toMatchObject({ backend: 'webgpu', tilesRun: 4, tilesRedone: 0 });
  expect((await workerCounts(page)).devicesOpened).toBe(1);
  expect(largestDifference(after.pixels, pixels)).toBeLessThanOrEqual(1);
});

test('the worker ended in a job: another one goes on', async () => {
  const { page } = table();
  const undisturbed = await upscale(page, INPUT);
  for (const tile of [1, 3]) {
    const { report, pixels, end } = await upscale(page, { ...INPUT, disturb: { tile, act: 'end-worker' } });
    expect(report).toMatchObject({ backend: 'webgpu', tileSizesTried: [64], devicesLost: 0, workersLost: 1 });
    expect(report.warnings.map(({ code }) => code)).toContain('worker-recovered');
    expect(end.messages.join()).toContain(`from row ${tile === 1 ? 0 : 30}`);
    expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
  }
});

test('the worker hung in a job: the watch replaces it', async ({ page, context }) => {
  await injectFaults(context);
  await serveModels(context, [toy]);
  await page.clock.install();
  await openApp(page);
  const { report, pixels, end } = await upscaleThroughHang(page, {
    ...INPUT,
    disturb: { tile: 2, act: 'hang-worker' },
  });
  expect(report).toMatchObject({ backend: 'webgpu', tileSizesTried: [64], devicesLost: 0, workersLost: 1 });
  expect(end.messages.join()).toContain('stopped answering');
  const undisturbed = await upscale(page, INPUT);
  expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
});

test('the GPU process killed in a job: the job finishes', async ({ playwright }) => {
  test.skip(process.platform === 'win32', 'needs signals to end a process');
  // A browser of its own: Chromium counts the crashes of its GPU process.
  const { launchOptions, baseURL } = test.info().project.use;
  const browser = await playwright.chromium.launch(launchOptions);
  try {
    const context = await browser.newContext({ serviceWorkers: 'block', baseURL: baseURL as string });
    await serveModels(context, [toy]);
    const page = await context.newPage();
    await openApp(page);
    const undisturbed = await upscale(page, INPUT);
    const session = await browser.newBrowserCDPSession();
    await page.exposeFunction('killGpuProcess', async () => {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      const gpu = processInfo.find(({ type }) => type === 'GPU');
      if (!gpu) throw new Error('this browser has no GPU process');
      process.kill(gpu.id, 'SIGKILL');
    });
    const { report, pixels } = await upscale(page, {
      ...INPUT,
      disturb: { tile: 2, act: 'kill-gpu-process' },
    });
    expect(report).toMatchObject({ backend: 'webgpu', devicesLost: 1, workersLost: 0 });
    expect(largestDifference(pixels, undisturbed.pixels)).toBeLessThanOrEqual(1);
  } finally {
    await browser.close();
  }
});
