import { expect, test } from '@playwright/test';
import { largestDifference, upscale } from '../fixtures/app.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';

/** One tile of 64, and two across and down; that both give one picture is in the contract, too, for more sizes. */
const SIZES = [
  [37, 41],
  [70, 66],
] as const;
const table = onePage([{ id: 'toy', bytes: toyModel() }]);

test('WebGPU gives the same picture as WASM, and the report names what ran', async () => {
  const { page } = table();
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

test('a software adapter is not chosen unasked, and the report says so', async () => {
  const { report } = await upscale(table().page, { file: encodePng(photoLike(20, 20)) });
  expect(report.backend).toBe('wasm');
  expect(report.warnings.map(({ code }) => code)).toEqual(['webgpu-absent']);
});
