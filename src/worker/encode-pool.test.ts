import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BandEncoder } from '../formats/png/encode-band.ts';
import type { PackedRows } from '../formats/png/pack-rows.ts';
import { type EncodeAnswer, EncodePool, encodeWorkers } from './encode-pool.ts';

/** A worker whose answers the test gives by hand. */
class FakeWorker extends EventTarget {
  static made: FakeWorker[] = [];
  readonly sent: PackedRows[] = [];
  readonly #encoder = new BandEncoder();
  isTerminated = false;

  constructor() {
    super();
    FakeWorker.made.push(this);
  }

  postMessage(rows: PackedRows, transfer: Transferable[]): void {
    this.sent.push(structuredClone(rows, { transfer }));
  }

  terminate(): void {
    this.isTerminated = true;
  }

  ready(): void {
    this.#answer({ kind: 'ready' });
  }

  encodeNext(): void {
    const rows = this.sent.shift();
    if (rows)
      this.#answer({
        kind: 'encoded',
        encoded: { band: this.#encoder.encode(rows), memory: rows.data.buffer },
      });
  }

  failNext(error: Error): void {
    this.sent.shift();
    this.#answer({ kind: 'failed', error });
  }

  die(): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message: 'no such script' }));
  }

  #answer(data: EncodeAnswer): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

const rows = (value: number): PackedRows => ({
  data: new Uint8Array(30).fill(value),
  width: 5,
  height: 2,
  bytesPerPixel: 3,
});
const encoded = (value: number) => ({
  band: new BandEncoder().encode(rows(value)),
  memory: rows(value).data.buffer,
});
const worker = (index: number) => FakeWorker.made[index] as FakeWorker;

beforeEach(() => {
  FakeWorker.made = [];
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => void vi.unstubAllGlobals());

it.each([
  [1, 1],
  [2, 1],
  [4, 1],
  [7, 1],
  [8, 2],
  [15, 3],
  [16, 4],
  [128, 4],
])('of %i cores takes %i', (cores, workers) => {
  expect(encodeWorkers(cores)).toBe(workers);
});

describe('EncodePool with workers', () => {
  it('starts them at once, and sends all that waits as soon as one is there', async () => {
    const pool = new EncodePool(1);
    expect(FakeWorker.made).toHaveLength(1);
    const bands = [pool.encode(rows(1)), pool.encode(rows(2))];
    expect(worker(0).sent).toHaveLength(0);
    worker(0).ready();
    expect(worker(0).sent).toHaveLength(2);
    worker(0).encodeNext();
    worker(0).encodeNext();
    expect(await Promise.all(bands)).toEqual([encoded(1), encoded(2)]);
  });

  it('gives the memory away', () => {
    const pool = new EncodePool(1);
    const given = rows(1);
    void pool.encode(given);
    worker(0).ready();
    expect(given.data.buffer.byteLength).toBe(0);
  });

  it('shares bands out, and each answer goes to the one who asked', async () => {
    const pool = new EncodePool(2);
    const first = pool.encode(rows(1));
    worker(0).ready();
    worker(1).ready();
    const others = [pool.encode(rows(2)), pool.encode(rows(3))];
    expect(FakeWorker.made.map(({ sent }) => sent.length).sort()).toEqual([1, 2]);
    for (const fake of [worker(1), worker(0), worker(1), worker(0)]) fake.encodeNext();
    expect(await Promise.all([first, ...others])).toEqual([encoded(1), encoded(2), encoded(3)]);
  });

  it('passes on what a worker could not do, and goes on', async () => {
    const pool = new EncodePool(1);
    const bands = [pool.encode(rows(1)), pool.encode(rows(2))];
    worker(0).ready();
    worker(0).failNext(new RangeError('Array buffer allocation failed'));
    worker(0).encodeNext();
    await expect(bands[0]).rejects.toThrow(RangeError);
    expect(await bands[1]).toEqual(encoded(2));
  });

  it('encodes here when none starts', async () => {
    const pool = new EncodePool(2);
    const bands = [pool.encode(rows(1)), pool.encode(rows(2))];
    worker(0).die();
    worker(1).die();
    expect(await Promise.all([...bands, pool.encode(rows(3))])).toEqual([encoded(1), encoded(2), encoded(3)]);
    expect(FakeWorker.made).toHaveLength(2);
  });

  it('encodes here when none was there before the first band', async () => {
    const pool = new EncodePool(1);
    worker(0).die();
    expect(await pool.encode(rows(1))).toEqual(encoded(1));
  });

  it('does with those that start', async () => {
    const pool = new EncodePool(2);
    const band = pool.encode(rows(1));
    worker(0).die();
    worker(1).ready();
    worker(1).encodeNext();
    expect(await band).toEqual(encoded(1));
  });

  it('gives up what a worker had when it died', async () => {
    const pool = new EncodePool(1);
    const band = pool.encode(rows(1));
    worker(0).ready();
    worker(0).die();
    await expect(band).rejects.toThrow('no such script');
    expect(worker(0).isTerminated).toBe(true);
  });

  it('ends its workers and what they were at', async () => {
    const pool = new EncodePool(2);
    const bands = [pool.encode(rows(1)), pool.encode(rows(2))];
    worker(0).ready();
    const late = pool.encode(rows(3));
    pool.end();
    pool.end();
    for (const band of [...bands, late, pool.encode(rows(4))]) await expect(band).rejects.toThrow('ended');
    expect(FakeWorker.made.map(({ isTerminated }) => isTerminated)).toEqual([true, true]);
  });

  it('leaves workers without a task to the next job, and ends those that are at one', async () => {
    const pool = new EncodePool(1);
    const band = pool.encode(rows(1));
    worker(0).ready();
    worker(0).encodeNext();
    await band;
    pool.leave();
    expect(pool.isWhole).toBe(true);
    const next = pool.encode(rows(2));
    expect(worker(0).sent).toHaveLength(1);
    pool.leave();
    await expect(next).rejects.toThrow('ended');
    expect([pool.isWhole, worker(0).isTerminated]).toEqual([false, true]);
  });

  it('is no longer whole when a worker died', () => {
    const pool = new EncodePool(2);
    worker(1).die();
    expect(pool.isWhole).toBe(false);
  });
});

describe('EncodePool without workers', () => {
  it.each([
    ['there are none', undefined],
    [
      'none may be started',
      class {
        constructor() {
          throw new DOMException('not here', 'SecurityError');
        }
      },
    ],
  ])('encodes here where %s', async (_, Worker) => {
    vi.stubGlobal('Worker', Worker);
    const pool = new EncodePool(2);
    const bands = [pool.encode(rows(1)), pool.encode(rows(2))];
    expect(await Promise.all(bands)).toEqual([encoded(1), encoded(2)]);
    expect(await pool.encode(rows(3))).toEqual(encoded(3));
  });

  it('breathes between bands', async () => {
    vi.stubGlobal('Worker', undefined);
    const encode = vi.spyOn(BandEncoder.prototype, 'encode');
    const pool = new EncodePool(1);
    const bands = [pool.encode(rows(1)), pool.encode(rows(2)), pool.encode(rows(3))];
    await bands[0];
    expect(encode).toHaveBeenCalledTimes(1);
    await Promise.all(bands);
    expect(encode).toHaveBeenCalledTimes(3);
    encode.mockRestore();
  });

  it('says what went wrong, and goes on', async () => {
    vi.stubGlobal('Worker', undefined);
    const pool = new EncodePool(1);
    const bad = pool.encode({ ...rows(1), height: -1 });
    const good = pool.encode(rows(2));
    await expect(bad).rejects.toThrow();
    expect(await good).toEqual(encoded(2));
  });
});
