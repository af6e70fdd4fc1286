import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AVERAGE, filteredBytes, filterRows, type Rows, SUB, UP } from './filter.ts';

/** PNG section 9.2, backwards, byte by byte. */
function unfiltered(filtered: Uint8Array, { width, height, bytesPerPixel }: Rows): number[] {
  const rowBytes = width * bytesPerPixel;
  const pixels: number[] = [];
  for (let y = 0; y < height; y++) {
    const type = filtered[y * (rowBytes + 1)];
    for (let x = 0; x < rowBytes; x++) {
      const left = x < bytesPerPixel ? 0 : Number(pixels.at(-bytesPerPixel));
      const above = y === 0 ? 0 : Number(pixels.at(-rowBytes));
      const guess = type === SUB ? left : type === UP ? above : Math.floor((left + above) / 2);
      pixels.push((Number(filtered[y * (rowBytes + 1) + 1 + x]) + guess) % 256);
    }
  }
  return pixels;
}

function filter(rows: Rows): Uint8Array {
  const filtered = new Uint8Array(filteredBytes(rows));
  filterRows(rows, filtered);
  return filtered;
}

function rowsOf(width: number, height: number, bytesPerPixel: number, value: (i: number) => number): Rows {
  return {
    data: Uint8Array.from({ length: width * height * bytesPerPixel }, (_, i) => value(i)),
    width,
    height,
    bytesPerPixel,
  };
}

const anyRows = fc
  .record({
    width: fc.integer({ min: 1, max: 70 }),
    height: fc.integer({ min: 1, max: 12 }),
    bytesPerPixel: fc.constantFrom(3, 4, 6, 8),
  })
  .chain((size) => {
    const length = size.width * size.height * size.bytesPerPixel;
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ ...size, data }));
  });

describe('filterRows', () => {
  it('can be undone, and says how', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(unfiltered(filter(rows), rows)).toEqual([...rows.data]);
      }),
    );
  });

  it('can be undone where the rows are part of a larger buffer, at an odd place', () => {
    const whole = rowsOf(9, 7, 3, (i) => i * i);
    const rows = { ...whole, height: 5, data: whole.data.subarray(27, 27 + 5 * 27) };
    expect(unfiltered(filter(rows), rows)).toEqual([...rows.data]);
  });

  it.each([3, 4, 6, 8])('takes what suits each row, %i bytes a pixel', (bytesPerPixel) => {
    const width = 600;
    const rowBytes = width * bytesPerPixel;
    const random = (i: number) => Math.imul(Math.imul(i + 1, 2654435761) ^ (i >> 3), 2246822519) >>> 20;
    const noise = (i: number) => random(i % rowBytes) & 255;
    const types = (rows: Rows) => [0, 1, 2].map((y) => filter(rows)[y * (rowBytes + 1)]);
    expect(types(rowsOf(width, 3, bytesPerPixel, noise))).toEqual([SUB, UP, UP]);
    expect(types(rowsOf(width, 3, bytesPerPixel, (i) => 40 * Math.floor(i / rowBytes)))).toEqual([
      SUB,
      SUB,
      SUB,
    ]);
    const grainy = (i: number) => 100 + (random(i) & 63);
    expect(types(rowsOf(width, 3, bytesPerPixel, grainy))).toEqual([SUB, AVERAGE, AVERAGE]);
  });
});
