import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { type Size, type SourcePx, sourcePx } from '../base/geometry.ts';
import { ANY_SIZE, alsoMultipleOf } from '../base/size-rule.ts';
import { ArrayRoad } from './array-road.ts';
import type { Tile, TilePlan } from './plan.ts';
import type { SourcePixels } from './read-tile.ts';
import { runTiles, type TileFailure, type TileJob, type TileRun } from './run-tiles.ts';
import type { Band } from './stitch.ts';
import {
  bandProblem,
  joined,
  largestDifference,
  local,
  nearest,
  noise,
  type Operate,
  PATIENCE,
  plan,
  runs,
  stitch,
  untiled,
} from './test-support.ts';
import { type RecoveryState, startingState } from './tile-policy.ts';

const LIMIT = 'A buffer of 9 bytes was needed; the graphics card allows 8.';
type Fault = 'out-of-memory' | 'device-lost' | 'unknown';

/** Stands for whatever the engine throws. */
class FakeFault extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(`fault: ${fault}`);
    this.fault = fault;
  }
}

const classify = (error: unknown): TileFailure | null => {
  if (!(error instanceof FakeFault) || error.fault === 'unknown') return null;
  return error.fault === 'out-of-memory' ? { kind: error.fault, limit: LIMIT } : { kind: error.fault };
};

type Scene = {
  source: SourcePixels;
  scale?: number;
  tile?: number;
  context?: number;
  feather?: number;
  alignTo?: number;
  fromRow?: number;
  recovery?: RecoveryState;
  operate?: Operate;
  /** The fault of the n-th call of the operation, from 0; null for none. */
  faultAt?: (call: number) => Fault | null;
  /** Tiles under way at once. Default 1, where calls are easy to count. */
  depth?: number;
  /** Calls before the person cancels. */
  stopAfter?: number;
  changes?: Partial<TileJob>;
};

/** All that a job did, seen from outside. */
type Seen = {
  calls: number;
  readonly bands: Band[];
  readonly plans: { plan: TilePlan; tile: number; failure: TileFailure | null }[];
  /** Tiles that succeeded, with the plan that they belong to. */
  readonly done: { tile: Tile; plan: TilePlan }[];
  readonly repairs: { failure: TileFailure; tile: number }[];
  readonly log: string[];
};

function start(set: Scene): { seen: Seen; end: Promise<TileRun> } {
  const seen: Seen = { calls: 0, bands: [], plans: [], done: [], repairs: [], log: [] };
  const { source, scale = 2, context = 16, feather = 8 } = set;
  const operate = set.operate ?? nearest(scale);
  const operation = async (input: Float32Array, size: Size<SourcePx>) => {
    const call = seen.calls++;
    const fault = set.faultAt?.(call) ?? null;
    seen.log.push(fault ?? 'ran');
    if (fault) throw new FakeFault(fault);
    return operate(input, size);
  };
  const road = new ArrayRoad({ source, scale, bitDepth: 8, operation, depth: set.depth ?? 1 });
  const end = runTiles({
    source,
    scale,
    tiling: {
      context: sourcePx(context),
      feather: sourcePx(feather),
      sizeRule: alsoMultipleOf(ANY_SIZE, 8),
      alignTo: set.alignTo ?? 1,
    },
    fromRow: sourcePx(set.fromRow ?? 0),
    recovery: set.recovery ?? startingState(sourcePx(set.tile ?? 64)),
    road: () => road,
    classify,
    repair: async (failure, { tile }) => {
      seen.log.push('repaired');
      seen.repairs.push({ failure, tile });
    },
    shouldStop: async () => seen.calls >= (set.stopAfter ?? Number.POSITIVE_INFINITY),
    onPlan: (planned, { tile }, failure) => {
      seen.log.push('planned');
      seen.plans.push({ plan: planned, tile, failure });
    },
    onTile: (tile, of) => seen.done.push({ tile, plan: of }),
    onBand: async (band) => {
      seen.log.push('band');
      seen.bands.push(band);
    },
    now: () => 0,
    ...set.changes,
  });
  return { seen, end };
}

const faults =
  (at: Readonly<Record<number, Fault>>) =>
  (call: number): Fault | null =>
    at[call] ?? null;

const sizesOf = (seen: Seen) => seen.plans.map(({ tile }) => tile);

/** Fails unless the job gave the whole picture, right everywhere, without running a finished row twice. */
function expectWhole(seen: Seen, { source, scale = 2, fromRow = 0, operate }: Scene, margin = 0): void {
  const width = scale * source.width;
  expect(bandProblem(seen.bands, width, scale * fromRow, scale * source.height)).toBe(null);
  const whole = untiled(source, scale, margin, operate ?? nearest(scale));
  const expected = whole.subarray(4 * width * scale * fromRow);
  expect(largestDifference(joined(seen.bands), expected)).toBeLessThanOrEqual(margin > 0 ? 1 : 0);
  expectNothingTwice(seen, source, fromRow);
}

/** Tiles of rows that were completed cover the picture exactly once; no other tile reaches into them. */
function expectNothingTwice(seen: Seen, source: SourcePixels, fromRow: number): void {
  const completed = seen.done.filter(({ tile, plan: of }) =>
    seen.done.some(
      (other) => other.plan === of && other.tile.row === tile.row && other.tile.column === of.columns - 1,
    ),
  );
  const times = new Uint8Array(source.width * source.height);
  for (const { tile } of completed)
    for (let y = tile.keep.y; y < tile.keep.y + tile.keep.height; y++)
      for (let x = tile.keep.x; x < tile.keep.x + tile.keep.width; x++) {
        const at = y * source.width + x;
        times[at] = (times[at] ?? 0) + 1;
      }
  expect(times.every((n, i) => n === (i < fromRow * source.width ? 0 : 1))).toBe(true);
  let finishedRows = fromRow;
  for (const { tile, plan: of } of seen.done) {
    expect(tile.keep.y).toBeGreaterThanOrEqual(finishedRows);
    if (tile.column === of.columns - 1) finishedRows = tile.keep.y + tile.keep.height;
  }
}

async function errorOf(end: Promise<TileRun>): Promise<TesseraError> {
  const error: unknown = await end.then(
    () => new Error('the job finished'),
    (e) => e,
  );
  if (error instanceof TesseraError) return error;
  throw error;
}

/** 3 × 3 tiles of 64 at most: 50, 50, 50 wide; 47, 47, 47 high. */
const NINE = noise(150, 141);

describe('runTiles, undisturbed', () => {
  it('gives the whole picture once, in bands from top to bottom', async () => {
    const { seen, end } = start({ source: NINE });
    expect((await end).kind).toBe('finished');
    expect(seen.calls).toBe(9);
    expectWhole(seen, { source: NINE });
    expect(seen.bands.map(({ y }) => y)).toEqual([0, 86, 180]);
    expect(seen.plans).toHaveLength(1);
    expect(seen.repairs).toEqual([]);
  });

  it('hands each row of tiles on as soon as it is finished', async () => {
    const { seen, end } = start({ source: NINE });
    await end;
    const row = ['ran', 'ran', 'ran', 'band'];
    expect(seen.log).toEqual(['planned', ...row, ...row, ...row]);
  });

  it('measures the time from one tile to the next', async () => {
    let clock = 0;
    const times: number[] = [];
    const { end } = start({
      source: noise(70, 20),
      changes: {
        now: () => clock++,
        onTile: (_tile, _plan, tileMs) => times.push(tileMs),
      },
    });
    await end;
    expect(times).toEqual([1, 1]);
  });

  it('begins at the row where an earlier worker ended', async () => {
    for (const fromRow of [1, 43, 140]) {
      const { seen, end } = start({ source: NINE, fromRow });
      await end;
      expectWhole(seen, { source: NINE, fromRow });
    }
  });
});

describe('runTiles, out of memory', () => {
  it.each([
    ['first', 0, 0],
    ['second, in mid-row', 1, 0],
    ['middle', 4, 47],
    ['first of a row', 6, 94],
    ['last', 8, 94],
  ])('at the %s tile halves the size and keeps every finished row', async (_which, call, fromRow) => {
    const { seen, end } = start({ source: NINE, faultAt: faults({ [call]: 'out-of-memory' }) });
    const run = await end;
    expectWhole(seen, { source: NINE });
    expect(sizesOf(seen)).toEqual([64, 32]);
    expect(seen.plans[1]?.plan.fromRow).toBe(fromRow);
    expect(seen.plans[1]?.failure).toEqual({ kind: 'out-of-memory', limit: LIMIT });
    expect(run.recovery.tried).toEqual([64, 32]);
    expect(run.lastPlan).toBe(seen.plans[1]?.plan);
    expect(seen.bands.filter(({ y, height }) => y + height < 2 * fromRow)).toHaveLength(fromRow / 47);
  });

  it.each([0, 4, 8])(
    'at tile %i gives what the untiled picture is, for an operation that looks around',
    async (call) => {
      const operate = local({ reach: 3, edges: true, scale: 2, gain: 1 });
      const set: Scene = { source: NINE, operate, context: 7, faultAt: faults({ [call]: 'out-of-memory' }) };
      const { seen, end } = start(set);
      await end;
      expectWhole(seen, set, 3);
    },
  );

  it('gives the first size above the seam, an undisturbed run of the last size below, and a blend on it', async () => {
    // The answer depends on the shape, as that of a network with a global mean may.
    const operate: Operate = (input, { width }) =>
      new Float32Array(4 * input.length).fill(width === 88 ? 0.2 : 0.8);
    const { seen, end } = start({ source: NINE, operate, faultAt: faults({ 4: 'out-of-memory' }) });
    await end;
    expect(seen.plans.map((p) => p.plan.padded.width)).toEqual([88, 64]);
    const rows = Array.from({ length: 282 }, (_, y) => joined(seen.bands)[4 * (300 * y + 150)] ?? 0);
    // The seam lies at output row 94; the feather of 16 output rows begins at 86.
    expect(rows.slice(0, 86).every((level) => level === 51)).toBe(true);
    for (let k = 0; k < 16; k++) {
      const weight = (1 - Math.cos((Math.PI * (k + 0.5)) / 16)) / 2;
      expect(Math.abs((rows[86 + k] ?? 0) - (51 + 153 * weight))).toBeLessThanOrEqual(0.501);
    }
    expect(rows.slice(102).every((level) => level === 204)).toBe(true);
    const below = plan(150, 141, { tile: 32, context: 16, feather: 8, multipleOf: 8 }, 47);
    const alone = joined(stitch(NINE, below, 2, operate).bands);
    const skip = 4 * 300 * 8;
    expect(largestDifference(joined(seen.bands).subarray(4 * 300 * 102), alone.subarray(skip))).toBe(0);
  });

  it('again and again tries 512, 256, 128, 64 and 32, then names them all and the limit', async () => {
    const { seen, end } = start({ source: noise(1100, 33), tile: 512, faultAt: () => 'out-of-memory' });
    const error = await errorOf(end);
    expect(error.code).toBe('out-of-memory');
    expect(error.details).toEqual({ tileSizesTried: [512, 256, 128, 64, 32], limit: LIMIT });
    expect(error.message).toContain(LIMIT);
    expect(sizesOf(seen)).toEqual([512, 256, 128, 64, 32]);
    expect(seen.repairs.map(({ tile }) => tile)).toEqual([256, 128, 64, 32]);
  });

  it.each([
    [600, 40, [512, 256, 128, 64, 32]],
    [300, 200, [512, 256, 128, 64, 32]],
    [256, 256, [512, 128, 64, 32]],
    [129, 5, [512, 128, 64, 32]],
    [128, 5, [512, 64, 32]],
    [100, 20, [512, 64, 32]],
    [40, 33, [512, 32]],
    [20, 20, [512]],
  ])('on a picture of %i×%i leaves out the sizes that would change nothing', async (width, height, sizes) => {
    const set: Scene = { source: noise(width, height), tile: 512, faultAt: () => 'out-of-memory' };
    expect((await errorOf(start(set).end)).details['tileSizesTried']).toEqual(sizes);
  });

  it('at each new size and at growing depth still ends in the whole picture', async () => {
    // One tile of 256 high; fails at 256, then in the second row of 128 and in the second row of 64.
    const source = noise(190, 250);
    const { seen, end } = start({
      source,
      tile: 256,
      faultAt: faults({ 0: 'out-of-memory', 4: 'out-of-memory', 10: 'out-of-memory' }),
    });
    const run = await end;
    expect(run.recovery.tried).toEqual([256, 128, 64, 32]);
    expect(seen.plans.map((p) => p.plan.fromRow)).toEqual([0, 0, 125, 187]);
    expectWhole(seen, { source });
  });

  it('repairs before it plans again, and runs nothing in between', async () => {
    const { seen, end } = start({ source: NINE, faultAt: faults({ 4: 'out-of-memory' }) });
    await end;
    expect(seen.log.slice(0, 10)).toEqual([
      ...['planned', 'ran', 'ran', 'ran', 'band', 'ran', 'out-of-memory', 'repaired', 'planned', 'ran'],
    ]);
  });

  it('while the answer is stitched is treated like one of the network', async () => {
    const wrong = new FakeFault('out-of-memory');
    let thrown = false;
    // An answer whose length cannot be read stands for rows that cannot be allocated.
    const operate: Operate = (input, size) => {
      if (thrown) return nearest(2)(input, size);
      thrown = true;
      return new Proxy(new Float32Array(0), {
        get: (target, key) => {
          if (key === 'length') throw wrong;
          return Reflect.get(target, key);
        },
      });
    };
    // A single column: the first tile of its row is the last one too.
    const source = noise(50, 141);
    const { seen, end } = start({ source, operate });
    const run = await end;
    expect(run.recovery.tried).toEqual([64, 32]);
    expectWhole(seen, { source });
  });
});

describe('runTiles, device lost', () => {
  it.each([0, 4, 8])('once at tile %i goes on at the same size from the finished rows', async (call) => {
    const { seen, end } = start({ source: NINE, faultAt: faults({ [call]: 'device-lost' }) });
    const run = await end;
    expectWhole(seen, { source: NINE });
    expect(run.recovery).toMatchObject({ tile: 64, tried: [64], devicesLost: 1, lossesThere: 1 });
    expect(seen.plans[1]).toMatchObject({ tile: 64, failure: { kind: 'device-lost' } });
    expect(seen.plans[1]?.plan.fromRow).toBe(47 * Math.floor(call / 3));
  });

  it('twice at one place halves the tile', async () => {
    const { seen, end } = start({ source: NINE, faultAt: faults({ 4: 'device-lost', 5: 'device-lost' }) });
    expect((await end).recovery).toMatchObject({ tile: 32, tried: [64, 32], devicesLost: 2, lossRow: 43 });
    expect(sizesOf(seen)).toEqual([64, 64, 32]);
    expectWhole(seen, { source: NINE });
  });

  it('twice in one row of tiles is one place, also when tiles of the row ran in between', async () => {
    const { seen, end } = start({ source: NINE, faultAt: faults({ 3: 'device-lost', 6: 'device-lost' }) });
    expect((await end).recovery).toMatchObject({ tile: 32, lossesThere: 2 });
    expectWhole(seen, { source: NINE });
  });

  it('three times at one place is given up, with the row and the sizes', async () => {
    const at = faults({ 4: 'device-lost', 5: 'device-lost', 6: 'device-lost' });
    const { seen, end } = start({ source: NINE, faultAt: at });
    const error = await errorOf(end);
    expect(error.code).toBe('device-lost');
    expect(error.details).toEqual({ row: 43, losses: 3, tileSizesTried: [64, 32] });
    expect(bandProblem(seen.bands, 300, 0, 86)).toBe(null);
    expect(seen.repairs).toHaveLength(2);
  });

  it('with rows finished in between is a new place each time', async () => {
    // Loss at the second tile of each row of a column of seven rows, each tried twice.
    const source = noise(100, 225);
    const { seen, end } = start({ source, faultAt: (call) => (call % 3 === 0 ? 'device-lost' : null) });
    const run = await end;
    expect(run.recovery).toMatchObject({ tile: 64, tried: [64], devicesLost: 4 });
    expectWhole(seen, { source });
  });

  it('and out of memory mixed: memory halves, the losses at the place go on counting', async () => {
    const at = faults({ 4: 'device-lost', 5: 'out-of-memory', 6: 'device-lost' });
    const { seen, end } = start({ source: NINE, faultAt: at });
    const run = await end;
    expect(run.recovery).toMatchObject({ tile: 32, tried: [64, 32], lossesThere: 2, devicesLost: 2 });
    expectWhole(seen, { source: NINE });
  });

  it('goes on from the state that an earlier worker left', async () => {
    const recovery: RecoveryState = {
      tile: 64,
      smallest: 32,
      keptSide: 64,
      tried: [128, 64],
      lossRow: 47,
      lossesThere: 1,
      devicesLost: 1,
      workersLost: 2,
    };
    const { seen, end } = start({
      source: NINE,
      fromRow: 47,
      recovery,
      faultAt: faults({ 0: 'device-lost' }),
    });
    expect((await end).recovery).toMatchObject({
      tile: 32,
      tried: [128, 64, 32],
      lossRow: 47,
      lossesThere: 2,
      devicesLost: 2,
      workersLost: 2,
    });
    expectWhole(seen, { source: NINE, fromRow: 47 });
  });
});

describe('runTiles, ended early', () => {
  it.each([0, 1, 3, 5, 8])('stops after %i tiles when asked, with what was finished', async (stopAfter) => {
    const { seen, end } = start({ source: NINE, stopAfter });
    expect((await end).kind).toBe('stopped');
    expect(seen.done).toHaveLength(stopAfter);
    expect(seen.calls).toBe(stopAfter);
    expect(seen.bands).toHaveLength(Math.floor(stopAfter / 3));
  });

  it('finishes when asked to stop during the last tile: nothing is left to leave out', async () => {
    const { end } = start({ source: NINE, stopAfter: 9 });
    expect((await end).kind).toBe('finished');
  });

  it('throws on, as it was, what is neither memory nor a lost device', async () => {
    const { seen, end } = start({ source: NINE, faultAt: faults({ 4: 'unknown' }) });
    await expect(end).rejects.toThrow(FakeFault);
    expect(seen.repairs).toEqual([]);
    expect(seen.calls).toBe(5);
  });

  it('does not take a failure of its listener for one of the device', async () => {
    const broken = new FakeFault('out-of-memory');
    const onBand = async () => {
      throw broken;
    };
    const { seen, end } = start({ source: NINE, changes: { onBand } });
    await expect(end).rejects.toBe(broken);
    expect(seen.plans).toHaveLength(1);
  });

  it('ends with the error of a repair that failed', async () => {
    const worse = new Error('no adapter any more');
    const repair = async () => {
      throw worse;
    };
    const { seen, end } = start({
      source: NINE,
      faultAt: faults({ 4: 'device-lost' }),
      changes: { repair },
    });
    await expect(end).rejects.toBe(worse);
    expect(seen.calls).toBe(5);
  });
});

describe('runTiles, whatever happens', () => {
  const anyFault = fc.constantFrom<Fault>('out-of-memory', 'device-lost');
  const anySet = fc.record({
    width: fc.oneof(fc.constantFrom(1, 32, 33), fc.integer({ min: 1, max: 140 })),
    height: fc.oneof(fc.constantFrom(1, 32, 33), fc.integer({ min: 1, max: 200 })),
    tile: fc.constantFrom(32, 48, 64, 65, 128, 131, 512),
    halfFeather: fc.integer({ min: 0, max: 8 }),
    scale: fc.constantFrom(1, 2, 3),
    alignTo: fc.constantFrom(1, 1, 2, 8),
    faults: fc.dictionary(fc.integer({ min: 0, max: 30 }).map(String), anyFault, { maxKeys: 6 }),
    start: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.99, noNaN: true })),
  });

  it(
    'ends in the whole, right picture or in one of the two coded errors',
    async () => {
      let finished = 0;
      let failed = 0;
      await fc.assert(
        fc.asyncProperty(anySet, async (given) => {
          const source = noise(given.width, given.height);
          const fromRow = Math.floor(given.height * given.start);
          const set: Scene = { source, fromRow, ...given, feather: 2 * given.halfFeather };
          const { seen, end } = start({ ...set, faultAt: faults(given.faults) });
          const run = await end.catch((error: unknown) => error);
          if (run instanceof TesseraError) {
            expect(['out-of-memory', 'device-lost']).toContain(run.code);
            failed++;
          } else {
            if (run instanceof Error) throw run;
            expectWhole(seen, set);
            finished++;
          }
          // Each size at most once, each smaller than the one before.
          const tried = [...new Set(sizesOf(seen))];
          expect(tried.every((size, i) => size >= 32 && size <= (tried[i - 1] ?? size))).toBe(true);
        }),
        runs(300),
      );
      // A control: the schedule is neither too harsh nor too mild to show anything.
      expect(Math.min(finished, failed)).toBeGreaterThan(10);
    },
    PATIENCE,
  );
});
