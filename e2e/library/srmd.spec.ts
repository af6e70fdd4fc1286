import { expect, test } from '@playwright/test';
import type {} from '../../src/page-api.ts';
import { largestDifference, upscale } from '../fixtures/app.ts';
import { LightTable } from '../fixtures/light-table.ts';
import { ModelLibrary } from '../fixtures/model-library.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyAnswer } from '../fixtures/toy-answer.ts';
import { toySrmd } from '../fixtures/toy-weights.ts';

/** The promise: SRMD runs on a picture alone, and says which noise it removes; its further channels are Tessera's to fill. */
test('SRMD for ncnn is dropped, tells its noise, and gives its answer in tiles', async ({ page }) => {
  const table = await LightTable.open(page, '?backend=wasm');
  const library = new ModelLibrary(page);
  const { param, bin } = toySrmd('srmd_x2');
  await table.drop(param, bin);
  await library.hasArrived('srmd_x2');
  await expect(library.arrival).toContainText('SRMD for noise of level 3 of 255 · 2×');
  await expect(table.radio('srmd_x2 2×')).toBeChecked();

  const id = await page.evaluate(async () => (await tessera.models.list())[0]?.id ?? '');
  const picture = photoLike(150, 93, 5);
  const file = encodePng(picture);
  const { report, pixels } = await upscale(page, { file, options: { model: id, backend: 'wasm', tile: 64 } });
  expect(report.tilesRun).toBeGreaterThan(1);
  expect(largestDifference(pixels, toyAnswer(picture, {}))).toBeLessThanOrEqual(1);
});
