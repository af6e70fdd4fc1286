import { describe, expect, it } from 'vitest';
import { calibrate, type Measured } from './calibrate.ts';

const SIZES = [512, 256, 128, 64, 32];

/** A device on which a tile takes `fixedMs` and `perMegapixelMs` of its pixels; a measurement takes thrice as long. */
function device(fixedMs: number, perMegapixelMs: number, fails: readonly number[] = []) {
  let clock = 0;
  return {
    now: () => clock,
    measure: async (tile: number): Promise<number | null> => {
      const ms = fixedMs + (perMegapixelMs * (tile + 32) ** 2) / 1e6;
      clock += 3 * ms;
      return fails.includes(tile) ? null : ms;
    },
  };
}

const sizesOf = (measured: readonly Measured[]) => measured.map(({ tile }) => tile);

describe('calibrate', () => {
  it('takes the size that finishes most pixels a second, of three', async () => {
    const { measure, now } = device(5, 400);
    const { tile, measured } = await calibrate(256, SIZES, measure, now);
    expect(sizesOf(measured)).toEqual([256, 512, 128]);
    expect(tile).toBe(512);
  });

  it('takes a smaller size where large ones are slower for each pixel', async () => {
    const measure = async (tile: number) => (tile > 128 ? tile ** 2 / 300 : tile ** 2 / 900);
    expect((await calibrate(256, SIZES, measure, () => 0)).tile).toBe(128);
  });

  it('goes down until a tile is quick enough, and not up again', async () => {
    const { measure, now } = device(0, 20_000);
    const { tile, measured } = await calibrate(256, SIZES, measure, now, { budgetMs: 60_000, tileMs: 400 });
    expect(sizesOf(measured)).toEqual([256, 128, 64]);
    expect(tile).toBe(64);
  });

  it('begins nothing after its time is over', async () => {
    const slow = device(900, 0);
    expect(sizesOf((await calibrate(256, SIZES, slow.measure, slow.now)).measured)).toEqual([256]);
    const quick = device(250, 0);
    expect(sizesOf((await calibrate(256, SIZES, quick.measure, quick.now)).measured)).toEqual([
      256, 512, 128,
    ]);
  });

  it('takes the smallest that was tried where none was quick enough in time', async () => {
    const { measure, now } = device(500, 0);
    const { tile, measured } = await calibrate(256, SIZES, measure, now);
    expect(sizesOf(measured)).toEqual([256, 128]);
    expect(tile).toBe(128);
  });

  it('does not take a size that fails, however quick it would be', async () => {
    const { measure, now } = device(1, 100, [512, 256]);
    const { tile } = await calibrate(512, SIZES, measure, now);
    expect(tile).toBe(128);
  });

  it('stays within what is allowed', async () => {
    const { measure, now } = device(1, 1);
    expect(sizesOf((await calibrate(64, [64, 32], measure, now)).measured)).toEqual([64, 32]);
    expect(sizesOf((await calibrate(32, [32], measure, now)).measured)).toEqual([32]);
  });

  it('refuses to begin with a size that is not allowed', async () => {
    await expect(
      calibrate(
        32,
        [],
        async () => 1,
        () => 0,
      ),
    ).rejects.toThrow('32');
  });
});
