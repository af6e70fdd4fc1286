import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { readOnnx } from '../../src/models/onnx/read.ts';
import { fixDimensions } from '../../src/models/onnx/rewrites/fix-dimensions.ts';
import { writeOnnx } from '../../src/models/onnx/write.ts';
import type {} from '../../src/page-api.ts';
import { largestDifference, upscale } from '../fixtures/app.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';

/** The promise: a model that takes pictures of one size only is tiled at that size, and gives what it gives untied. */
const app = onePage();

test('a network of one size, not a square', async () => {
  const { page } = app();
  const model = readOnnx(readFileSync('public/models/fast-2x.onnx'));
  const fixed = writeOnnx({ ...model, graph: fixDimensions(model.graph, [1, 3, 64, 80]) });
  const added = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const { id, sizeRule, scale } = await tessera.models.add([new File([bytes], 'fixed.onnx')]);
    return { id, sizeRule, scale };
  }, Buffer.from(fixed).toString('base64'));
  expect(added).toMatchObject({ scale: 2, sizeRule: { fixed: { width: 80, height: 64 } } });

  const file = encodePng(photoLike(150, 93, 5));
  const tiled = await upscale(page, { file, options: { model: added.id, backend: 'wasm' } });
  const free = await upscale(page, { file, options: { model: 'fast-2x', backend: 'wasm' } });
  expect(tiled.report).toMatchObject({ paddedTile: { width: 80, height: 64 }, tileSizesTried: [60] });
  expect(tiled.report.tilesRun).toBeGreaterThan(4);
  expect(largestDifference(tiled.pixels, free.pixels)).toBeLessThanOrEqual(1);
});
