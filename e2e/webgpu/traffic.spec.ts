import { expect, test } from '@playwright/test';
import { upscale } from '../fixtures/app.ts';
import { setFaults, workerCounts } from '../fixtures/faults.ts';
import { onePage } from '../fixtures/one-page.ts';
import { encodePng, photoLike } from '../fixtures/pictures.ts';
import { toyModel } from '../fixtures/toy-model.ts';

/**
 * The promise: pixels stay on the graphics card. What goes over the bus in a whole job is counted, that of onnxruntime
 * included, on the one device that there is.
 */

const SIDE = 128;
const TILE = 64;
const CONTEXT = 8;
/** The four bytes of each finished pixel, and for each tile 32 of figures. */
const MOST_READ_PER_OUTPUT_PX = 4.01;
/** Of parameters for each tile: what our kernels are told, and onnxruntime's. */
const PARAMETERS_PER_TILE = 1024;
/** Of parameters and tables for each plan: the feather, the weights of a reduction, onnxruntime's. */
const PARAMETERS_PER_PLAN = 32_768;

const CASES = [
  { scale: 2, modelScale: 2 },
  { scale: 4, modelScale: 4 },
  { scale: 2, modelScale: 4 },
] as const;

const MODELS = {
  2: { id: 'twice', bytes: toyModel({ scale: 2 }) },
  4: { id: 'four-times', bytes: toyModel({ scale: 4 }), claims: { scale: 4 } },
};
const table = onePage(Object.values(MODELS));

for (const { scale, modelScale } of CASES) {
  test(`${SIDE} × ${SIDE} to ${scale} times, model of ${modelScale} times: each pixel goes over the bus once each way`, async () => {
    const { page } = table();
    const { id: model, bytes } = MODELS[modelScale];
    const input = {
      file: encodePng(photoLike(SIDE, SIDE, 31)),
      options: { model, backend: 'webgpu', scale, tile: TILE, context: CONTEXT, feather: 8 },
    } as const;
    // The first job also finds out what the card can do; a small one is enough for that.
    await upscale(page, { ...input, file: encodePng(photoLike(20, 20, 31)) });
    await setFaults(page, {});
    const { report } = await upscale(page, input);
    const { traffic, gpuErrors } = await workerCounts(page);
    expect(report).toMatchObject({ backend: 'webgpu', tilesRun: 4, tilesRedone: 0 });
    expect(gpuErrors).toEqual([]);

    const outputPx = (scale * SIDE) ** 2;
    expect(traffic.copiedForReadingBytes / outputPx).toBeGreaterThanOrEqual(4);
    expect(traffic.copiedForReadingBytes / outputPx).toBeLessThanOrEqual(MOST_READ_PER_OUTPUT_PX);
    expect(traffic.mappedForReadingBytes, 'only what was copied is mapped').toBe(
      traffic.copiedForReadingBytes,
    );

    // Up go the pixels that the tiles read, four bytes each, with those that they share: 64 and its context to one side,
    // mirrored on the other, in each direction.
    const readPx = (2 * (TILE + CONTEXT)) ** 2;
    const upBytes = traffic.writtenBytes + traffic.mappedForWritingBytes;
    const parameters = report.tilesRun * PARAMETERS_PER_TILE + PARAMETERS_PER_PLAN;
    expect(upBytes).toBeGreaterThanOrEqual(4 * readPx);
    // The session is opened anew for each job: the weights go up.
    expect(upBytes).toBeLessThanOrEqual(4 * readPx + parameters + 2 * bytes.length);

    // Of the runtime one for each of the toy's nodes or two; of the kernels seven, or five without a reduction.
    expect(traffic.dispatches / report.tilesRun).toBeLessThanOrEqual(16);
    expect(traffic.submits / report.tilesRun).toBeLessThanOrEqual(6);
    test.info().annotations.push({ type: 'traffic', description: JSON.stringify(traffic) });
  });
}
