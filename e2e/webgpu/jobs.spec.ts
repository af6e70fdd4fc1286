import { expect, test } from '@playwright/test';
import { runJob, upscale } from '../fixtures/app.ts';
import { workerCounts } from '../fixtures/faults.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';

/** Two columns and two rows of tiles of 64. */
const INPUT = {
  file: encodePng(photoLike(66, 66, 8)),
  options: { backend: 'webgpu', tile: 64, context: 4 },
} as const;

const table = onePage([{ id: 'toy', bytes: toyModel() }]);

test('two jobs at once, a cancelled job, and no memory of the card left behind', async () => {
  const { page } = table();

  await test.step('the second of two jobs is refused, the first one finishes', async () => {
    const { report, end } = await upscale(page, { ...INPUT, disturb: { tile: 1, act: 'start-another' } });
    expect(end.other).toBe('busy');
    expect(report).toMatchObject({ backend: 'webgpu', tilesRun: 4 });
  });

  const { gpuBytesAlive: before } = await workerCounts(page);
  expect(before).toBeGreaterThan(0);

  await test.step('cancelled at the first tile, a job ends within one more that is told of', async () => {
    const readBefore = (await workerCounts(page)).readBacks.length;
    const end = await runJob(page, { ...INPUT, disturb: { tile: 1, act: 'abort' } });
    expect(end.error?.code).toBe('AbortError');
    expect(end.tilesAfter).toBeLessThanOrEqual(1);
    const { readBacks } = await workerCounts(page);
    // The one that was told of, and the two that were under way when the page said so: one computing, one queued.
    expect(readBacks.length - readBefore).toBeLessThanOrEqual(3);
  });

  await test.step('cancelled before anything began', async () => {
    const end = await runJob(page, { ...INPUT, disturb: { tile: 0, act: 'abort' } });
    expect(end.error?.code).toBe('AbortError');
    expect(end.tilesAfter).toBe(0);
  });

  await test.step('a new job works, in the same worker, and holds no more than the first', async () => {
    const { report } = await upscale(page, INPUT);
    expect(report).toMatchObject({ backend: 'webgpu', tilesRun: 4, workersLost: 0 });
    const { gpuBytesAlive, devicesOpened } = await workerCounts(page);
    expect(gpuBytesAlive).toBeLessThanOrEqual(before);
    expect(devicesOpened).toBe(1);
  });
});
