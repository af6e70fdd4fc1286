import { describe, expect, it } from 'vitest';
import { sourcePx } from '../base/geometry.ts';
import { firstTile, type TileBudget, type TileCost } from './first-tile.ts';

const context = sourcePx(16);
const plenty = Number.MAX_SAFE_INTEGER;
const cost = (changes: Partial<TileCost> = {}): TileCost => ({
  scale: 4,
  macsPerSourcePx: 1000,
  peakValuesPerSourcePx: 64,
  ...changes,
});
const budget = (changes: Partial<TileBudget>): TileBudget => ({
  maxTensorBytes: plenty,
  maxMacs: plenty,
  ...changes,
});

describe('firstTile', () => {
  it.each([
    [512, 544],
    [256, 288],
    [128, 160],
    [64, 96],
  ])('takes %i where its widest tensor just fits, and half of it where a byte is missing', (tile, padded) => {
    const bytes = 4 * 64 * padded ** 2;
    expect(firstTile(budget({ maxTensorBytes: bytes }), cost(), context)).toBe(tile);
    expect(firstTile(budget({ maxTensorBytes: bytes - 1 }), cost(), context)).toBe(tile / 2);
  });

  it.each([
    [512, 544],
    [128, 160],
  ])('takes %i where its work just fits, and half of it where it does not', (tile, padded) => {
    const macs = 1000 * padded ** 2;
    expect(firstTile(budget({ maxMacs: macs }), cost(), context)).toBe(tile);
    expect(firstTile(budget({ maxMacs: macs - 1 }), cost(), context)).toBe(tile / 2);
  });

  it('counts the answer, three values for each output pixel, where that is the widest tensor', () => {
    const narrow = cost({ peakValuesPerSourcePx: 47 });
    const wide = cost({ peakValuesPerSourcePx: 49 });
    const first = (values: number, of: TileCost) =>
      firstTile(budget({ maxTensorBytes: 4 * values * 160 ** 2 }), of, context);
    expect([first(48, narrow), first(47, narrow)]).toEqual([128, 64]);
    expect([first(49, wide), first(48, wide)]).toEqual([128, 64]);
  });

  it('reads a wider context as more pixels', () => {
    const maxTensorBytes = 4 * 64 * 544 ** 2;
    expect(firstTile(budget({ maxTensorBytes }), cost(), sourcePx(17))).toBe(256);
  });

  it('begins at the smallest size where not even that fits', () => {
    expect(firstTile(budget({ maxTensorBytes: 1 }), cost(), context)).toBe(32);
  });
});
