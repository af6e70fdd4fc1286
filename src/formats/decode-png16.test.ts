import { existsSync, readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { decodePng16 } from './decode-png16.ts';
import { join, pngChunk, u32be } from './header-samples.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Colour types by their number of channels. */
const COLOUR_TYPES = [-1, 0, 4, 2, 6] as const;

type Drawing = {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** `channels` values a pixel. */
  readonly values: Uint16Array;
  readonly isInterlaced: boolean;
  /** Of each row as it is stored, in turn. */
  readonly filters: readonly number[];
};

/** PNG section 8.2: the pass in which each pixel of a block of 8 × 8 comes. */
const PASSES = [
  [1, 6, 4, 6, 2, 6, 4, 6],
  [7, 7, 7, 7, 7, 7, 7, 7],
  [5, 6, 5, 6, 5, 6, 5, 6],
  [7, 7, 7, 7, 7, 7, 7, 7],
  [3, 6, 4, 6, 3, 6, 4, 6],
  [7, 7, 7, 7, 7, 7, 7, 7],
  [5, 6, 5, 6, 5, 6, 5, 6],
  [7, 7, 7, 7, 7, 7, 7, 7],
];

/** Rows of bytes of each pass, unfiltered. */
function passesOf({ width, height, channels, values, isInterlaced }: Drawing): number[][][] {
  const numbers = isInterlaced ? [1, 2, 3, 4, 5, 6, 7] : [0];
  return numbers.map((pass) => {
    const rows: number[][] = [];
    for (let y = 0; y < height; y++) {
      const row: number[] = [];
      for (let x = 0; x < width; x++) {
        if (isInterlaced && PASSES[y % 8]?.[x % 8] !== pass) continue;
        for (let c = 0; c < channels; c++) {
          const value = values[channels * (y * width + x) + c] as number;
          row.push(value >> 8, value & 255);
        }
      }
      if (row.length > 0) rows.push(row);
    }
    return rows;
  });
}

/** PNG section 9.2, byte by byte. */
function filtered(rows: readonly number[][], filters: readonly number[], distance: number): number[] {
  return rows.flatMap((row, y) => {
    const type = filters[y % filters.length] as number;
    const bytes = row.map((value, i) => {
      const left = row[i - distance] ?? 0;
      const up = rows[y - 1]?.[i] ?? 0;
      const corner = rows[y - 1]?.[i - distance] ?? 0;
      const estimate = left + up - corner;
      const nearest = [left, up, corner].reduce((best, other) =>
        Math.abs(estimate - other) < Math.abs(estimate - best) ? other : best,
      );
      const guess = [0, left, up, Math.floor((left + up) / 2), nearest][type] ?? 0;
      return (value - guess) & 255;
    });
    return [type, ...bytes];
  });
}

type More = {
  readonly before?: readonly Bytes[];
  /** How many bytes each IDAT chunk holds. */
  readonly chunkBytes?: number;
  readonly level?: number;
  readonly rows?: (bytes: number[]) => number[];
};

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function encoded(
  drawing: Drawing,
  { before = [], chunkBytes = 1e9, level = 6, rows = (b) => b }: More = {},
): Bytes {
  const { width, height, channels, isInterlaced, filters } = drawing;
  const bytes = passesOf(drawing).flatMap((pass) => filtered(pass, filters, 2 * channels));
  const zlib = deflateSync(Uint8Array.from(rows(bytes)), { level });
  const chunks: Bytes[] = [];
  for (let at = 0; at < zlib.length; at += chunkBytes)
    chunks.push(realChunk('IDAT', zlib.subarray(at, at + chunkBytes)));
  const head = join(u32be(width), u32be(height), 16, COLOUR_TYPES[channels], 0, 0, isInterlaced ? 1 : 0);
  const end = realChunk('IEND', new Uint8Array(0));
  return join(...SIGNATURE, realChunk('IHDR', head), ...before, ...chunks, end);
}

/** With its checksum. */
function realChunk(type: string, body: Uint8Array): Bytes {
  const chunk = pngChunk(type, Uint8Array.from(body));
  const view = new DataView(chunk.buffer);
  view.setUint32(chunk.length - 4, crcOf(chunk.subarray(4, -4)));
  return chunk;
}

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const decoded = (bytes: Uint8Array) => decodePng16(new Blob([Uint8Array.from(bytes)]));

function rgbaOf({ channels, values }: Drawing, clear: readonly number[] = []): number[] {
  return Array.from({ length: values.length / channels }, (_, i) => {
    const pixel = [...values.subarray(i * channels, (i + 1) * channels)];
    const colour = pixel.slice(0, channels < 3 ? 1 : 3);
    const isClear = colour.every((value, c) => value === clear[c]);
    const alpha = channels % 2 === 0 ? (pixel.at(-1) as number) : isClear ? 0 : 65_535;
    return [...(channels < 3 ? [colour[0], colour[0], colour[0]] : colour), alpha] as number[];
  }).flat();
}

const anyDrawing: fc.Arbitrary<Drawing> = fc
  .record({
    width: fc.integer({ min: 1, max: 21 }),
    height: fc.integer({ min: 1, max: 19 }),
    channels: fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<1 | 2 | 3 | 4>,
    isInterlaced: fc.boolean(),
    filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 5 }),
  })
  .chain((rest) => {
    const length = rest.width * rest.height * rest.channels;
    const value = fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.constantFrom(0, 1, 255, 256, 65_535));
    const array = fc.array(value, { minLength: length, maxLength: length });
    return array.map((values) => ({ ...rest, values: Uint16Array.from(values) }));
  });

const GREY: Drawing = {
  ...{ width: 3, height: 2, channels: 1, isInterlaced: false, filters: [4] },
  values: Uint16Array.of(0, 1, 257, 40_000, 65_534, 65_535),
};
const RGB: Drawing = { ...GREY, width: 1, channels: 3 };

describe('decodePng16', () => {
  it('gives every pixel of every kind, filter and interlace, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(anyDrawing, fc.integer({ min: 1, max: 300 }), async (drawing, chunkBytes) => {
        const file = encoded(drawing, { chunkBytes });
        const picture = await decoded(file);
        const expected = rgbaOf(drawing);
        expect(picture).toMatchObject({ width: drawing.width, height: drawing.height });
        expect([...(picture?.rgba ?? [])]).toEqual(expected);
        expect(picture?.opaque).toBe(expected.every((value, i) => i % 4 < 3 || value === 65_535));
        // The drawing itself is what another decoder takes it for.
        if (!drawing.isInterlaced) expect([...decode(file).data]).toEqual([...drawing.values]);
      }),
      { seed: 20261121, numRuns: 150 },
    );
  });

  it.each([
    [GREY, [40_000]],
    [GREY, [7]],
    [RGB, [0, 1, 257]],
    [RGB, [0, 1, 256]],
  ])('makes one colour clear where the file says so', async (drawing, clear) => {
    const trns = realChunk('tRNS', join(...clear.flatMap((value) => [value >> 8, value & 255])));
    const picture = await decoded(encoded(drawing, { before: [trns] }));
    const expected = rgbaOf(drawing, clear);
    expect([...(picture?.rgba ?? [])]).toEqual(expected);
    expect(picture?.opaque).toBe(!expected.some((value, i) => i % 4 === 3 && value === 0));
  });

  it('passes over what it need not know', async () => {
    const before = [realChunk('tEXt', join('Title\0x')), realChunk('PLTE', new Uint8Array(6))];
    expect([...((await decoded(encoded(RGB, { before })))?.rgba ?? [])]).toEqual(rgbaOf(RGB));
  });

  it('leaves to the browser what is not as it should be', async () => {
    const file = encoded(GREY);
    const at = Buffer.from(file).indexOf('IDAT');
    const damaged = file.slice();
    damaged[at + 6] = (damaged[at + 6] as number) ^ 1;
    const cases = {
      'a wrong checksum': damaged,
      'the end is missing': file.slice(0, at + 8),
      'too few rows': encoded(GREY, { rows: (bytes) => bytes.slice(0, 7) }),
      'a filter that does not exist': encoded(GREY, { rows: (bytes) => [5, ...bytes.slice(1)] }),
      'a critical chunk that nobody knows': encoded(GREY, { before: [realChunk('ABCD', new Uint8Array(2))] }),
      'a clear colour too long': encoded(GREY, { before: [realChunk('tRNS', new Uint8Array(3))] }),
      'a clear colour beside alpha': encoded(
        { ...GREY, width: 1, height: 3, channels: 2 },
        { before: [realChunk('tRNS', new Uint8Array(4))] },
      ),
      'pixels that are no zlib': join(
        ...[...SIGNATURE, file.slice(8, 33), realChunk('IDAT', new Uint8Array(20).fill(7))],
      ),
      'no pixels': join(...SIGNATURE, file.slice(8, 33), realChunk('IEND', new Uint8Array(0))),
      nothing: new Uint8Array(0),
    };
    expect(await decoded(file)).not.toBe(null);
    for (const [what, bytes] of Object.entries(cases)) expect(await decoded(bytes), what).toBe(null);
  });

  it('inflates a bomb no further than the rows that there should be', async () => {
    // 256 MB of zeros behind two rows, in a megabyte or so.
    const rows = Uint8Array.from(passesOf(GREY).flatMap((pass) => filtered(pass, [0], 2)));
    const bomb = new Uint8Array(256 * 2 ** 20);
    bomb.set(rows);
    const zlib = deflateSync(bomb, { level: 1 });
    const file = encoded(GREY);
    const png = join(...SIGNATURE, file.slice(8, 33), realChunk('IDAT', zlib));
    const memory = process.memoryUsage().arrayBuffers;
    expect([...((await decoded(png))?.rgba ?? [])]).toEqual(rgbaOf(GREY));
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(50 * 2 ** 20);
  });
});

const FOLDER = new URL('../../../shared/images/awkward/', import.meta.url);

describe.skipIf(!existsSync(FOLDER))('decodePng16 of real files (needs ../shared)', () => {
  it.each(['rgb16-gradient.png', 'rgba16.png'])('%s', async (name) => {
    const bytes = readFileSync(new URL(name, FOLDER));
    const { width, height, channels, data } = decode(bytes);
    const picture = await decoded(bytes);
    expect(picture).toMatchObject({ width, height });
    const values = Uint16Array.from(data);
    const drawing = { ...GREY, width, height, channels: channels as 3 | 4, values };
    expect(
      Buffer.from(Uint16Array.from(rgbaOf(drawing)).buffer).equals(
        Buffer.from(picture?.rgba.buffer ?? new ArrayBuffer(0)),
      ),
    ).toBe(true);
    expect(new Set(data).size).toBeGreaterThan(256);
  });
});
