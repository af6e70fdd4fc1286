import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outputPx } from '../base/geometry.ts';
import { type BitDepth, depthOf, newSamples, type Samples } from '../base/samples.ts';
import { BandEncoder } from '../formats/png/encode-band.ts';
import type { Band } from '../tiling/stitch.ts';
import { EncodePool } from './encode-pool.ts';
import { PngFile } from './png-file.ts';

type Drawing = {
  readonly width: number;
  readonly height: number;
  readonly data: Samples;
};

function draw(
  width: number,
  height: number,
  value: (x: number, y: number, channel: number) => number,
  depth: BitDepth = 8,
): Drawing {
  const data = newSamples(depth, 4 * width * height);
  for (let i = 0; i < data.length; i++)
    data[i] = value((i >> 2) % width, Math.floor(i / 4 / width), i % 4) & (2 ** depth - 1);
  return { width, height, data };
}

function band({ width, data }: Drawing, from: number, to: number): Band {
  return {
    y: outputPx(from),
    width: outputPx(width),
    height: outputPx(to - from),
    data: data.slice(4 * width * from, 4 * width * to),
  };
}

/** The whole drawing as a PNG, put in bands that end at these rows. */
async function encode(
  drawing: Drawing,
  hasAlpha: boolean,
  ends: readonly number[] = [],
): Promise<Uint8Array> {
  const file = new PngFile(drawing, hasAlpha, depthOf(drawing.data), new EncodePool(1));
  let from = 0;
  for (const to of [...ends, drawing.height]) {
    const next = band(drawing, from, to);
    const isIn = file.put(next);
    // As the caller does who gives the rows away.
    next.data.fill(1);
    await isIn;
    from = to;
  }
  const blob = await file.finish();
  expect(blob.type).toBe('image/png');
  return new Uint8Array(await blob.arrayBuffer());
}

/** Decodes with fast-png, which checks every CRC, and once more the pixel data alone with zlib, which checks the Adler-32. */
function expectPixels(png: Uint8Array, { width, height, data }: Drawing, hasAlpha: boolean): void {
  const picture = decode(png, { checkCrc: true });
  const depth = depthOf(data);
  expect([picture.width, picture.height, picture.channels, picture.depth]).toEqual([
    width,
    height,
    hasAlpha ? 4 : 3,
    depth,
  ]);
  const expected = hasAlpha ? data : data.filter((_, i) => i % 4 !== 3);
  expect(Buffer.from(picture.data.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  const rowBytes = (width * (hasAlpha ? 4 : 3) * depth) / 8;
  expect(inflateSync(Buffer.concat(pixelData(png)))).toHaveLength(height * (1 + rowBytes));
}

/** What the IDAT chunks hold. */
function pixelData(png: Uint8Array): Uint8Array[] {
  const view = new DataView(png.buffer, png.byteOffset);
  const parts: Uint8Array[] = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49444154) parts.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  return parts;
}

const noise = (x: number, y: number, channel: number) =>
  Math.imul(Math.imul(x + 1, 2654435761) ^ Math.imul(y + 7, 2246822519) ^ channel, 3266489917) >>> 15;
const KINDS: Readonly<Record<string, (x: number, y: number, channel: number) => number>> = {
  noise,
  flat: () => 200,
  gradient: (x, y, channel) => x + 2 * y + channel,
  runs: (x, y) => ((x >> 4) + (y >> 3)) * 40,
  grain: (x, y, channel) => x + y + (noise(x, y, channel) & 3),
  deep: (x, y, channel) => 311 * x + 97 * y + 5 * channel,
};

beforeEach(() => {
  vi.stubGlobal('navigator', { hardwareConcurrency: 2 });
  vi.stubGlobal('Worker', undefined);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('PngFile', () => {
  it('holds exactly the pixels that went in, however they were cut into bands', async () => {
    const pictures = fc.record({
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 40 }),
      kind: fc.constantFrom(...Object.values(KINDS)),
      hasAlpha: fc.boolean(),
      depth: fc.constantFrom<BitDepth>(8, 16),
      ends: fc.uniqueArray(fc.integer({ min: 1, max: 39 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(pictures, async ({ width, height, kind, hasAlpha, depth, ends }) => {
        const drawing = draw(width, height, kind, depth);
        const inside = ends.filter((end) => end < height).sort((a, b) => a - b);
        expectPixels(await encode(drawing, hasAlpha, inside), drawing, hasAlpha);
      }),
    );
  });

  it.each(Object.entries(KINDS))('cuts tall bands into pieces: %s', async (_, kind) => {
    const drawing = draw(1000, 1100, kind);
    for (const hasAlpha of [true, false]) {
      const png = await encode(drawing, hasAlpha, [1090]);
      expectPixels(png, drawing, hasAlpha);
      // The zlib header, 3.3 or 4.4 MB in pieces of 1.5 MiB, the last ten rows, and the end.
      expect(pixelData(png)).toHaveLength(6);
    }
  });

  it('cuts tall bands of 16 bits into twice as many pieces, and refuses those of another depth', async () => {
    const drawing = draw(1000, 1100, KINDS['deep'] ?? noise, 16);
    const png = await encode(drawing, true, [1090]);
    expectPixels(png, drawing, true);
    expect(pixelData(png)).toHaveLength(9);
    const file = new PngFile(drawing, true, 8, new EncodePool(1));
    await expect(file.put(band(drawing, 0, 4))).rejects.toThrow('as deep');
  });

  it.each([true, false])('can be wider than a canvas (alpha %s)', async (hasAlpha) => {
    const drawing = draw(70_000, 3, KINDS['grain'] ?? noise);
    expectPixels(await encode(drawing, hasAlpha, [1]), drawing, hasAlpha);
  });

  it('keeps the colour of what is clear', async () => {
    const drawing = draw(3, 2, (x, y, channel) => (channel === 3 ? 0 : 50 * x + y));
    expectPixels(await encode(drawing, true), drawing, true);
  });

  it('is small where nothing happens, and hardly larger than the pixels where all is noise', async () => {
    expect(
      (
        await encode(
          draw(2000, 500, () => 80),
          false,
        )
      ).length,
    ).toBeLessThan(10_000);
    expect((await encode(draw(500, 500, noise), false)).length).toBeLessThan(1.01 * 500 * 500 * 3);
  });

  it('says that it is sRGB', async () => {
    const png = await encode(draw(1, 1, noise), false);
    expect(Buffer.from(png).toString('latin1')).toContain('sRGB\0');
  });

  it('refuses bands that leave rows out, and an end before the last row', async () => {
    const drawing = draw(4, 6, noise);
    const file = new PngFile(drawing, false, 8, new EncodePool(1));
    await file.put(band(drawing, 0, 2));
    await expect(file.put(band(drawing, 3, 4))).rejects.toThrow('without gaps');
    await expect(file.finish()).rejects.toThrow('complete');
  });

  it('tells of memory in words of its own', async () => {
    vi.spyOn(BandEncoder.prototype, 'encode').mockImplementation(() => {
      throw new RangeError('Array buffer allocation failed');
    });
    const failed = encode(draw(4, 6, noise), false);
    await expect(failed).rejects.toMatchObject({ code: 'out-of-memory', details: { width: 4, height: 6 } });
  });

  it('tells of what else goes wrong, at a later band too', async () => {
    vi.spyOn(BandEncoder.prototype, 'encode').mockImplementation(() => {
      throw new Error('broken');
    });
    const drawing = draw(4, 6, noise);
    const file = new PngFile(drawing, false, 8, new EncodePool(1));
    await file.put(band(drawing, 0, 1));
    await file.put(band(drawing, 1, 2));
    const third = file.put(band(drawing, 2, 3));
    await expect(third).rejects.toMatchObject({
      code: 'encode-failed',
      message: expect.stringContaining('broken'),
    });
    file.abandon();
  });

  it('can be abandoned at any time, more than once, and gives no file then', async () => {
    class SilentWorker extends EventTarget {
      readonly terminate = vi.fn();
      readonly postMessage = vi.fn();
    }
    vi.stubGlobal('Worker', SilentWorker);
    const drawing = draw(4, 6, noise);
    const pool = new EncodePool(1);
    new PngFile(drawing, false, 8, pool).abandon();
    expect(pool.isWhole).toBe(true);
    const started = new PngFile(drawing, false, 8, pool);
    await started.put(band(drawing, 0, 6));
    started.abandon();
    started.abandon();
    expect(pool.isWhole).toBe(false);
    await expect(started.finish()).rejects.toThrow('complete');
  });

  it('holds the caller back when many bands wait', async () => {
    const made: EventTarget[] = [];
    class SilentWorker extends EventTarget {
      constructor() {
        super();
        made.push(this);
      }
      postMessage(): void {}
      terminate(): void {}
    }
    vi.stubGlobal('Worker', SilentWorker);
    const drawing = draw(4, 6, noise);
    const file = new PngFile(drawing, false, 8, new EncodePool(1));
    await file.put(band(drawing, 0, 1));
    await file.put(band(drawing, 1, 2));
    let isIn = false;
    const third = file.put(band(drawing, 2, 3)).then(() => {
      isIn = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isIn).toBe(false);
    // It never started after all: the bands are encoded here, and the caller goes on.
    made[0]?.dispatchEvent(Object.assign(new Event('error'), { message: '' }));
    await third;
    await file.put(band(drawing, 3, 6));
    expectPixels(new Uint8Array(await (await file.finish()).arrayBuffer()), drawing, false);
  });
});
