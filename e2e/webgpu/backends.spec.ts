import { expect, test } from '@playwright/test';
import { largestDifference, openApp, upscale } from '../fixtures/app.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

/** Up to two tiles of 64 across and down: WebGPU in software takes its time. */
const SIZES = [
  [1, 1],
  [1, 50],
  [37, 41],
  [70, 100],
] as const;

test('WebGPU gives the same picture as WASM, and the report names what ran', async ({ page, context }) => {
  await serveModels(context, [{ id: 'toy', bytes: toyModel() }]);
  await openApp(page);
  const inputs = SIZES.map(([width, height]) => ({ file: encodePng(photoLike(width, height, 3)) }));
  const options = { tile: 64, context: 4 };
  const onGpu = [];
  for (const input of inputs) {
    onGpu.push(await upscale(page, { ...input, options: { ...options, backend: 'webgpu' } }));
  }
  for (const [i, input] of inputs.entries()) {
    const [width, height] = SIZES[i] as readonly [number, number];
    const gpu = onGpu[i] as (typeof onGpu)[0];
    const cpu = await upscale(page, { ...input, options: { ...options, backend: 'wasm' } });
    expect(gpu.report).toMatchObject({ backend: 'webgpu', adapter: expect.stringMatching(/swiftshader/i) });
    expect(gpu.report.warnings.map(({ code }) => code)).toEqual(['software-adapter']);
    expect(cpu.report).toMatchObject({ backend: 'wasm', adapter: 'CPU' });
    expect(gpu.pixels).toMatchObject({ width: 2 * width, height: 2 * height });
    expect(largestDifference(gpu.pixels, cpu.pixels), `${width} × ${height}`).toBeLessThanOrEqual(1);
  }
});

test('a software adapter is not chosen unasked, and the report says so', async ({ page, context }) => {
  await serveModels(context, [{ id: 'toy', bytes: toyModel() }]);
  await openApp(page);
  const { report } = await upscale(page, { file: encodePng(photoLike(20, 20)) });
  expect(report.backend).toBe('wasm');
  expect(report.warnings.map(({ code }) => code)).toEqual(['webgpu-absent']);
});
