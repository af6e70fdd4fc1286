import { expect, type Page, test } from '@playwright/test';
import { failedUpscale, largestDifference, openApp, upscale } from '../fixtures/app.ts';
import { injectFaults, setFaults, workerCounts } from '../fixtures/faults.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

// Routes do not see what a service worker fetches.
test.use({ serviceWorkers: 'block' });

/** In tiles of 64: two columns and two rows; of 32: three and four. The lower half begins at an edge of both. */
const WIDTH = 66;
const HEIGHT = 100;
const picture = encodePng(photoLike(WIDTH, HEIGHT, 5));
const OPTIONS = { backend: 'webgpu', context: 4, feather: 4 } as const;
/** Output rows around the edge in the middle that are blended from both sides: half of the feather, times scale. */
const BLENDED = 4;
/** Bytes of the answer for one tile with its context, in multiples of 8: 2 × 2 output pixels of 3 float32 values. */
const ANSWER_64 = 48 * 64 * 48;
const ANSWER_32 = 32 * 40 * 48;
/** Smaller than the input of any tile, larger than the weights. */
const TILE_BYTES = 15_000;

/** Its answer shows the tile that it came from, so that rows of one size cannot pass for rows of another. */
const tinted = { id: 'toy', bytes: toyModel({ tint: 0.2 }) };

/** What an undisturbed run makes of the picture in tiles of 64 and of 32. */
async function undisturbed(page: Page) {
  const of64 = await upscale(page, { file: picture, options: { ...OPTIONS, tile: 64 } });
  const of32 = await upscale(page, { file: picture, options: { ...OPTIONS, tile: 32 } });
  expect(largestDifference(of64.pixels, of32.pixels), 'this network shows its tiles').toBeGreaterThan(3);
  return { of64: of64.pixels, of32: of32.pixels };
}

const CASES = [
  { tile: 'first', afterTiles: 0, keptRows: 0, redone: 0, tiles32: 12 },
  { tile: 'second', afterTiles: 1, keptRows: 0, redone: 1, tiles32: 12 },
  { tile: 'third', afterTiles: 2, keptRows: 50, redone: 0, tiles32: 6 },
  { tile: 'last', afterTiles: 3, keptRows: 50, redone: 1, tiles32: 6 },
] as const;

test('a buffer refused at the first, a middle or the last tile: smaller tiles finish the rest', async ({
  page,
  context,
}) => {
  await injectFaults(context);
  await serveModels(context, [tinted]);
  await openApp(page);
  const expected = await undisturbed(page);
  for (const how of ['too-large', 'no-memory', 'only-told'] as const) {
    // Once is enough for the answer that must not be believed though it looks like one.
    for (const { tile, afterTiles, keptRows, redone, tiles32 } of how === 'only-told'
      ? CASES.slice(2, 3)
      : CASES) {
      await test.step(`${how} at the ${tile} tile`, async () => {
        await setFaults(page, { refuseBuffers: { afterTiles, minBytes: TILE_BYTES, times: 1, how } });
        const { report, pixels, end } = await upscale(page, {
          file: picture,
          options: { ...OPTIONS, tile: 64 },
        });
        const { strikes, readBacks } = await workerCounts(page);
        expect(strikes, 'the fault struck').toBe(1);
        expect(report).toMatchObject({
          backend: 'webgpu',
          tileSizesTried: [64, 32],
          devicesLost: 0,
          workersLost: 0,
        });
        const halved = report.warnings.find(({ code }) => code === 'tile-halved');
        expect(halved?.message).toMatch(/32 instead of 64/);
        expect(end.messages).toContain(halved?.message);

        // No finished row was run twice: 64s up to the failure, then 32s for the rows below only. The tile that failed
        // may have been read back before the device told what was wrong.
        const of64 = readBacks.filter((bytes) => bytes === ANSWER_64).length;
        expect([afterTiles, afterTiles + 1]).toContain(of64);
        expect(readBacks.slice(of64)).toEqual(new Array(tiles32).fill(ANSWER_32));
        expect(report).toMatchObject({ tilesRun: afterTiles + tiles32, tilesRedone: redone });

        const edge = 2 * keptRows;
        expect(largestDifference(pixels, expected.of64, 0, Math.max(0, edge - BLENDED))).toBeLessThanOrEqual(
          1,
        );
        const from = edge === 0 ? 0 : edge + BLENDED;
        expect(largestDifference(pixels, expected.of32, from)).toBeLessThanOrEqual(1);
      });
    }
  }
});

test('every buffer refused: the error names each size and the limit, and the page works on', async ({
  page,
  context,
}) => {
  const faults = { refuseBuffers: { minBytes: TILE_BYTES, how: 'too-large' } } as const;
  await injectFaults(context, (start) => (start === 0 ? faults : {}));
  await serveModels(context, [tinted]);
  await openApp(page);
  const input = { file: picture, options: { ...OPTIONS, tile: 128 } };
  const error = await failedUpscale(page, input);
  expect(error).toMatchObject({ code: 'out-of-memory', details: { tileSizesTried: [128, 64, 32] } });
  expect(error.message).toContain('128, 64, 32');
  expect(error.message).toMatch(/graphics card/);
  const { report } = await upscale(page, input);
  expect(report).toMatchObject({ backend: 'webgpu', tileSizesTried: [128] });
});

test('an upload buffer that cannot be mapped spoils the runtime: the job finishes all the same', async ({
  page,
  context,
}) => {
  const input = { file: picture, options: { ...OPTIONS, tile: 64 } };
  const faults = {
    refuseBuffers: { afterTiles: 2, minBytes: TILE_BYTES, times: 1, how: 'no-mapping' },
  } as const;
  await injectFaults(context, (start) => (start === 0 ? faults : {}));
  await serveModels(context, [{ id: 'toy', bytes: toyModel() }]);
  await openApp(page);
  const disturbed = await upscale(page, input);
  expect(disturbed.report.backend).toBe('webgpu');
  expect(disturbed.report.warnings.length, 'it is told').toBeGreaterThan(1);
  const { pixels } = await upscale(page, input);
  expect(largestDifference(disturbed.pixels, pixels)).toBeLessThanOrEqual(1);
});

test('a tensor above the limit of the device halves the tile', async ({ page, context }) => {
  // Devices without special wishes allow 268 MB a buffer. The copies are 270 MB for the 32 × 64 pixels that a tile of 64
  // reads here, 169 MB for the 32 × 40 of the next smaller one.
  await injectFaults(context, () => ({ smallLimits: true }));
  await serveModels(context, [{ id: 'toy', bytes: toyModel({ copies: 11_000 }) }]);
  await openApp(page);
  const { report } = await upscale(page, {
    file: encodePng(photoLike(20, 50)),
    options: { ...OPTIONS, tile: 64 },
  });
  expect(report).toMatchObject({ backend: 'webgpu', tileSizesTried: [64, 32], tilesRun: 2, tilesRedone: 0 });
});
