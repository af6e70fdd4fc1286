import { describe, expect, it, vi } from 'vitest';
import { sourcePx } from '../base/geometry.ts';
import { ANY_SIZE } from '../base/size-rule.ts';
import { LANCZOS3, PlaneResampler } from '../image/resample.ts';
import { ArrayRoad, type TileOperation } from '../tiling/array-road.ts';
import { tileAt } from '../tiling/plan.ts';
import { runTiles } from '../tiling/run-tiles.ts';
import type { Band } from '../tiling/stitch.ts';
import { joined, largestDifference, nearest, noise, plan } from '../tiling/test-support.ts';
import { startingState } from '../tiling/tile-policy.ts';
import { atReducedScale, reductionReach } from './reduced-scale.ts';

const size = (width: number, height: number) => ({ width: sourcePx(width), height: sourcePx(height) });
/** Only for errors that name one. */
const ANY_TILE = tileAt(plan(40, 40, { tile: 40, context: 4, feather: 0 }), 0);
const at4: TileOperation = async (input, of) => nearest(4)(input, of);

function wave(width: number, height: number): Float32Array {
  return Float32Array.from(
    { length: 3 * width * height },
    (_, i) => 0.5 + 0.4 * Math.sin(i * 1.7 + i ** 1.3),
  );
}

/** A picture of 90 × 75 at a reduced scale, through the same loop as in a job. */
async function atScale(scale: number, tile: number, context: number, feather: number) {
  const bands: Band[] = [];
  let tilesRun = 0;
  const source = noise(90, 75);
  const road = new ArrayRoad({ source, scale, bitDepth: 8, operation: atReducedScale(at4, 4, scale) });
  await runTiles({
    source,
    scale,
    tiling: { context: sourcePx(context), feather: sourcePx(feather), sizeRule: ANY_SIZE, alignTo: 1 },
    fromRow: sourcePx(0),
    recovery: startingState(sourcePx(tile)),
    road: () => road,
    classify: () => null,
    repair: async () => undefined,
    shouldStop: async () => false,
    onPlan: () => undefined,
    onTile: () => {
      tilesRun++;
    },
    onBand: async (band) => {
      bands.push(band);
    },
    now: () => 0,
  });
  return { tilesRun, pixels: joined(bands) };
}

describe('atReducedScale', () => {
  it('leaves an operation alone at its own scale', () => {
    expect(atReducedScale(at4, 4, 4)).toBe(at4);
    expect(reductionReach(4, 4)).toBe(0);
  });

  it.each([3, 2])('from 4 to %i gives each channel of the answer, reduced', async (scale) => {
    const input = wave(7, 5);
    const answer = await atReducedScale(at4, 4, scale)(input, size(7, 5), ANY_TILE);
    expect(answer).toHaveLength(3 * 7 * 5 * scale ** 2);
    const whole = await at4(input, size(7, 5), ANY_TILE);
    for (let c = 0; c < 3; c++) {
      const expected = new Float32Array(35 * scale ** 2);
      const resampler = new PlaneResampler(
        { width: 28, height: 20 },
        { width: 7 * scale, height: 5 * scale },
        LANCZOS3,
      );
      resampler.rows(whole.subarray(c * 560, (c + 1) * 560), 0, 5 * scale, expected);
      expect(answer.subarray(c * expected.length, (c + 1) * expected.length)).toEqual(expected);
    }
  });

  it('follows a change of the tile’s shape, also to the same area turned round', async () => {
    const reduced = atReducedScale(at4, 4, 2);
    for (const of of [size(6, 4), size(6, 8), size(4, 6), size(3, 8), size(6, 4)]) {
      const input = wave(of.width, of.height);
      const fresh = await atReducedScale(at4, 4, 2)(input, of, ANY_TILE);
      expect(await reduced(input, of, ANY_TILE)).toEqual(fresh);
    }
  });

  it('keeps a constant constant', async () => {
    const answer = await atReducedScale(at4, 4, 3)(new Float32Array(3 * 64).fill(0.25), size(8, 8), ANY_TILE);
    for (const value of answer) expect(value).toBeCloseTo(0.25, 5);
  });

  it.each([3, 2])(
    'to %i, tile by tile, equals reducing the whole (±1 of 255 after rounding)',
    async (scale) => {
      const feather = 4;
      const context = Math.max(4, reductionReach(4, scale) + feather / 2);
      const tiled = await atScale(scale, 32, context, feather);
      const whole = await atScale(scale, 128, 16, feather);
      expect(tiled.tilesRun).toBe(9);
      expect(whole.tilesRun).toBe(1);
      expect(largestDifference(tiled.pixels, whole.pixels)).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    [4, 3, 1],
    [4, 2, 2],
    [8, 2, 2],
    [3, 2, 2],
  ])('from %i to %i reaches %i source pixels, and no further', async (from, to, reach) => {
    expect(reductionReach(from, to)).toBe(reach);
    const operation: TileOperation = async (input, of) => nearest(from)(input, of);
    const input = new Float32Array(3 * 15 * 15).fill(0.5);
    const before = (await atReducedScale(operation, from, to)(input, size(15, 15), ANY_TILE)).slice();
    input[7 * 15 + 7] = 1;
    const after = await atReducedScale(operation, from, to)(input, size(15, 15), ANY_TILE);
    const changed = new Set<number>();
    after.forEach((value, i) => {
      if (value !== before[i]) changed.add(Math.abs(Math.floor((i % (15 * to)) / to) - 7));
    });
    expect(Math.max(...changed)).toBe(reach);
  });

  it('throws on what the operation throws', async () => {
    const broken = new Error('lost');
    const operation = vi.fn(async () => Promise.reject(broken));
    await expect(atReducedScale(operation, 4, 2)(wave(2, 2), size(2, 2), ANY_TILE)).rejects.toBe(broken);
  });
});
