import { expect, type Page, test } from '@playwright/test';
import { failedUpscale, largestDifference, openApp, type ResultPixels, upscale } from '../fixtures/app.ts';
import { injectFaults, setFaults, type WorkerFaults, workerCounts } from '../fixtures/faults.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { serveModels, toyModel } from '../fixtures/toy-model.ts';

/** In tiles of 64: two columns and two rows; of 32: three and four. The lower half begins at an edge of both. */
const WIDTH = 66;
const HEIGHT = 100;
const picture = encodePng(photoLike(WIDTH, HEIGHT, 5));
const OPTIONS = { backend: 'webgpu', context: 4, feather: 4 } as const;
/** Output rows around the edge in the middle that are blended from both sides: half of the feather, times scale. */
const BLENDED = 4;
/**
 * Bytes of the buffer in which a tile of each size comes back: 32 of figures, and RGBA of the most pixels that one finishes.
 * With the blended zone of 8 output pixels to its left, that is 2 × 33 + 8 columns, or 2 × 22 + 8; with the one above, and
 * without half of the one below, 104 rows of the last row of tiles, or 54.
 */
const BACK_64 = 32 + 4 * 104 * (66 + 8);
const BACK_32 = 32 + 4 * 54 * (44 + 8);
/** Smaller than the input of any tile, larger than the weights. */
const TILE_BYTES = 15_000;
/** Of one zone between two rows of tiles: three planes of 8 rows, float32. */
const ZONE_BYTES = 4 * 3 * 8 * 2 * WIDTH;

/**
 * Its answer shows the tile that it came from, so that rows of one size cannot pass for rows of another. Each of its runs
 * asks the device for buffers.
 */
const tinted = { id: 'tinted', bytes: toyModel({ tint: 0.2, branches: 60 }) };
const table = onePage([{ id: 'toy', bytes: toyModel() }, tinted]);

const IN_64 = { file: picture, options: { ...OPTIONS, model: 'tinted', tile: 64 } } as const;

/** What undisturbed runs make of the picture in tiles of 32 and of 64, and what the last one leaves on the card. */
type Undisturbed = { of64: ResultPixels; of32: ResultPixels; gpuBytesAlive: number };
let known: Undisturbed | null = null;

async function undisturbed(page: Page): Promise<Undisturbed> {
  known ??= await runUndisturbed(page);
  return known;
}

async function runUndisturbed(page: Page): Promise<Undisturbed> {
  const of32 = await upscale(page, { ...IN_64, options: { ...IN_64.options, tile: 32 } });
  const of64 = await upscale(page, IN_64);
  expect(largestDifference(of64.pixels, of32.pixels), 'this network shows its tiles').toBeGreaterThan(3);
  const { gpuBytesAlive } = await workerCounts(page);
  return { of64: of64.pixels, of32: of32.pixels, gpuBytesAlive };
}

/**
 * Refused buffers, and a card that is full when it is given work; at the tiles after so many. In the grid of 64 there are two
 * columns and two rows. Not every way at every tile: each job takes seconds.
 */
const WAYS = [
  { how: 'too-large', tiles: [0, 1, 2, 3] },
  { how: 'no-memory', tiles: [0, 2] },
  { how: 'only-told', tiles: [2] },
  { how: 'full-card', tiles: [1, 3] },
] as const;

function faultOf(how: (typeof WAYS)[number]['how'], afterTiles: number): WorkerFaults {
  if (how === 'full-card') return { fullCard: { afterTiles, times: 1 } };
  return { refuseBuffers: { afterTiles, minBytes: TILE_BYTES, times: 1, how } };
}

for (const { how, tiles } of WAYS) {
  test(`memory runs out at the first, a middle or the last tile (${how}): smaller tiles finish the rest`, async () => {
    const { page } = table();
    const expected = await undisturbed(page);
    for (const afterTiles of tiles) {
      await test.step(`after ${afterTiles} tiles`, async () => {
        await setFaults(page, faultOf(how, afterTiles));
        const { report, pixels, end } = await upscale(page, IN_64);
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

        // No finished row was run twice: 64s up to the failure, then 32s for the rows below only. A refusal that rejects a
        // run is that tile's. Else a device does not say which work an error belongs to, so that with two tiles under way
        // the one before may be given up for it, and the other one may come back for nothing.
        const failed = how === 'too-large' ? [afterTiles] : [afterTiles, Math.max(0, afterTiles - 1)];
        const of32 = readBacks.filter((bytes) => bytes === BACK_32).length;
        const keptRows = of32 === 6 ? 50 : 0;
        expect(
          failed.map((tile) => (tile < 2 ? 0 : 50)),
          'rows kept',
        ).toContain(keptRows);
        const tiles32 = keptRows === 0 ? 12 : 6;
        const of64 = readBacks.length - of32;
        expect(readBacks.slice(0, of64)).toEqual(new Array(of64).fill(BACK_64));
        expect(readBacks.slice(of64)).toEqual(new Array(tiles32).fill(BACK_32));
        expect(of64, 'tiles of 64').toBeLessThanOrEqual(afterTiles + 2);
        const run64 = report.tilesRun - tiles32;
        expect(run64).toBeGreaterThanOrEqual(Math.min(...failed));
        expect(run64).toBeLessThanOrEqual(how === 'too-large' ? afterTiles : afterTiles + 1);
        expect(report.tilesRedone).toBe(run64 - (keptRows === 0 ? 0 : 2));

        const edge = 2 * keptRows;
        const to = Math.max(0, edge - BLENDED);
        expect(largestDifference(pixels, expected.of64, 0, to)).toBeLessThanOrEqual(1);
        const from = edge === 0 ? 0 : edge + BLENDED;
        expect(largestDifference(pixels, expected.of32, from)).toBeLessThanOrEqual(1);
      });
    }
    await setFaults(page, {});
    await upscale(page, IN_64);
    expect((await workerCounts(page)).gpuBytesAlive, 'nothing is left behind').toBeLessThanOrEqual(
      expected.gpuBytesAlive,
    );
  });
}

test('every buffer refused: the error names each size and the limit, and the page works on', async () => {
  const { page } = table();
  await setFaults(page, { refuseBuffers: { minBytes: TILE_BYTES, how: 'too-large' } });
  const input = { ...IN_64, options: { ...IN_64.options, tile: 128 } };
  const error = await failedUpscale(page, input);
  expect(error).toMatchObject({ code: 'out-of-memory', details: { tileSizesTried: [128, 64, 32] } });
  expect(error.message).toContain('128, 64, 32');
  expect(error.message).toMatch(/graphics card/);
  const { report } = await upscale(page, input);
  expect(report).toMatchObject({ backend: 'webgpu', tileSizesTried: [128] });
});

test('weights that cannot go up end the runtime: the job finishes, and the next one is on the card again', async () => {
  const { page } = table();
  const input = { file: picture, options: { ...OPTIONS, model: 'toy', tile: 64 } };
  const { pixels } = await upscale(page, input);
  await setFaults(page, { refuseBuffers: { minBytes: 1000, times: 1, how: 'no-mapping' } });
  // Another context and so another shape, because a session that is kept has its weights on the card already.
  const disturbed = await upscale(page, { ...input, options: { ...input.options, context: 12 } });
  // onnxruntime aborts where a buffer throws that is to be mapped at once, and nothing brings it back in this worker.
  expect(disturbed.report.backend).toBe('wasm');
  expect(disturbed.report.warnings.map(({ code }) => code)).toContain('processor-took-over');
  expect(largestDifference(disturbed.pixels, pixels)).toBeLessThanOrEqual(1);
  const after = await upscale(page, input);
  expect(after.report).toMatchObject({ backend: 'webgpu', tilesRun: 4, tilesRedone: 0 });
  expect(largestDifference(after.pixels, pixels)).toBeLessThanOrEqual(1);
});

test('the zones between rows of tiles refused: they are made anew for smaller tiles', async () => {
  const { page } = table();
  const input = { file: picture, options: { ...OPTIONS, model: 'toy', tile: 64 } };
  const { pixels } = await upscale(page, input);
  // Larger than the weights, and first among the buffers of a plan.
  for (const how of ['too-large', 'no-memory'] as const) {
    await setFaults(page, { refuseBuffers: { minBytes: ZONE_BYTES, times: 1, how } });
    const disturbed = await upscale(page, input);
    expect((await workerCounts(page)).strikes).toBe(1);
    expect(disturbed.report).toMatchObject({ backend: 'webgpu', tileSizesTried: [64, 32], tilesRun: 12 });
    expect(largestDifference(disturbed.pixels, pixels)).toBeLessThanOrEqual(1);
  }
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
