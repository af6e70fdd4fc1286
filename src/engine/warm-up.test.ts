import { describe, expect, it } from 'vitest';
import { type SourcePx, sourcePx } from '../base/geometry.ts';
import { ANY_SIZE, alsoMultipleOf } from '../base/size-rule.ts';
import type { Tuning } from './tuning.ts';
import { WarmUp, type WarmUpParts } from './warm-up.ts';

const KNOWN: Tuning = {
  modelSha256: 'ab'.repeat(32),
  modelId: 'toy',
  adapter: 'a card',
  knownTile: 'right',
  precision: 'float32',
  precisionReason: '',
  tile: null,
  failedTile: null,
};
const LADDER = [128, 64, 32].map(sourcePx) as [SourcePx, ...SourcePx[]];
const SIZES = { first: sourcePx(128), allowed: LADDER };

/** Nothing may be run: whoever opens a session fails the test. */
const IDLE = {
  open: () => Promise.reject(new Error('a session was opened')),
  openOnProcessor: () => Promise.reject(new Error('a session was opened')),
} as unknown as WarmUpParts;

function request(side: number) {
  const source = {
    width: sourcePx(side),
    height: sourcePx(side),
    data: new Uint8ClampedArray(4 * side * side),
  };
  return { source, tiling: { context: sourcePx(16), sizeRule: alsoMultipleOf(ANY_SIZE, 8) }, sizes: SIZES };
}

describe('the tile of a model that is known but for its tile', () => {
  it('is the largest below the one that failed, for a picture that it holds', async () => {
    const { tile } = await new WarmUp(IDLE).run(request(60), { ...KNOWN, failedTile: 128 });
    expect(tile).toBe(64);
  });

  it.each([32, 20])('is the smallest where even a tile of %i failed once', async (failedTile) => {
    const { tile } = await new WarmUp(IDLE).run(request(300), { ...KNOWN, failedTile });
    expect(tile).toBe(32);
  });

  it('is the one that is remembered', async () => {
    expect((await new WarmUp(IDLE).run(request(300), { ...KNOWN, tile: 64 })).tile).toBe(64);
  });
});
