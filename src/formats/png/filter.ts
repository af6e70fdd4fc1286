/** Filter types of PNG (third edition) section 9.2 that are used here. */
export const SUB = 1;
export const UP = 2;
export const AVERAGE = 3;
export type FilterType = typeof SUB | typeof UP | typeof AVERAGE;

/** Rows of a picture without gaps: `width * height * bytesPerPixel` bytes, whole bytes a channel, from the top. */
export type Rows = {
  readonly data: Uint8Array;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** 3 for RGB, 4 for RGBA; twice that with 16 bits a channel. */
  readonly bytesPerPixel: number;
};

/** The top bits, and all the others, of four bytes in one word. */
const TOP_BITS = 0x80808080;
const LOW_BITS = 0x7f7f7f7f;
const ALL_BUT_LAST_BITS = 0xfefefefe;

/** How far apart, in bytes, the pieces of a row lie by which its filter is chosen, and their length. */
const SAMPLE_STEP = 96;
const SAMPLE_BYTES = 6;

/** Bytes that the filtered rows take: one for the filter type before each row. */
export function filteredBytes({ width, height, bytesPerPixel }: Rows): number {
  return height * (1 + width * bytesPerPixel);
}

/**
 * Filters rows as PNG section 9.2 says, each with what seems to leave the smallest numbers, into the beginning of
 * `filtered`. The first row uses Sub, which looks at nothing above it: rows filtered apart can be joined in one picture.
 */
export function filterRows(rows: Rows, filtered: Uint8Array): void {
  const { data, width, height, bytesPerPixel } = rows;
  const rowBytes = width * bytesPerPixel;
  const src = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const dst = new DataView(filtered.buffer, filtered.byteOffset, filtered.byteLength);
  for (let y = 0; y < height; y++) {
    const row: Row = {
      data,
      filtered,
      src,
      dst,
      from: y * rowBytes,
      to: y * (rowBytes + 1) + 1,
      rowBytes,
      bytesPerPixel,
    };
    const type = y === 0 ? SUB : chooseFilter(row);
    filtered[row.to - 1] = type;
    if (type === SUB) subRow(row);
    else if (type === UP) upRow(row);
    else averageRow(row);
  }
}

/** One row on its way: where it begins in the source and in the filtered bytes. */
type Row = {
  readonly data: Uint8Array;
  readonly filtered: Uint8Array;
  readonly src: DataView;
  readonly dst: DataView;
  readonly from: number;
  readonly to: number;
  readonly rowBytes: number;
  readonly bytesPerPixel: number;
};

/** By the sum of absolute differences (PNG section 12.7), over samples. */
function chooseFilter({ data, from, rowBytes, bytesPerPixel }: Row): FilterType {
  let sub = 0;
  let up = 0;
  let average = 0;
  for (let at = bytesPerPixel; at < rowBytes; at += SAMPLE_STEP) {
    const end = from + Math.min(at + SAMPLE_BYTES, rowBytes);
    for (let i = from + at; i < end; i++) {
      const value = data[i] as number;
      const left = data[i - bytesPerPixel] as number;
      const above = data[i - rowBytes] as number;
      sub += Math.abs(((value - left) << 24) >> 24);
      up += Math.abs(((value - above) << 24) >> 24);
      average += Math.abs(((value - ((left + above) >> 1)) << 24) >> 24);
    }
  }
  if (up <= sub && up <= average) return UP;
  return sub <= average ? SUB : AVERAGE;
}

function subRow({ data, filtered, src, dst, from, to, rowBytes, bytesPerPixel }: Row): void {
  let i = 0;
  for (; i < Math.min(bytesPerPixel, rowBytes); i++) filtered[to + i] = data[from + i] as number;
  for (; i + 4 <= rowBytes; i += 4) {
    const left = src.getInt32(from + i - bytesPerPixel, true);
    dst.setInt32(to + i, minus(src.getInt32(from + i, true), left), true);
  }
  for (; i < rowBytes; i++) {
    filtered[to + i] = (data[from + i] as number) - (data[from + i - bytesPerPixel] as number);
  }
}

function upRow({ data, filtered, src, dst, from, to, rowBytes }: Row): void {
  let i = 0;
  for (; i + 4 <= rowBytes; i += 4) {
    const above = src.getInt32(from + i - rowBytes, true);
    dst.setInt32(to + i, minus(src.getInt32(from + i, true), above), true);
  }
  for (; i < rowBytes; i++) {
    filtered[to + i] = (data[from + i] as number) - (data[from + i - rowBytes] as number);
  }
}

function averageRow({ data, filtered, src, dst, from, to, rowBytes, bytesPerPixel }: Row): void {
  let i = 0;
  for (; i < bytesPerPixel; i++) {
    filtered[to + i] = (data[from + i] as number) - ((data[from + i - rowBytes] as number) >> 1);
  }
  for (; i + 4 <= rowBytes; i += 4) {
    const left = src.getInt32(from + i - bytesPerPixel, true);
    const above = src.getInt32(from + i - rowBytes, true);
    const average = (left & above) + (((left ^ above) & ALL_BUT_LAST_BITS) >>> 1);
    dst.setInt32(to + i, minus(src.getInt32(from + i, true), average), true);
  }
  for (; i < rowBytes; i++) {
    const left = data[from + i - bytesPerPixel] as number;
    const above = data[from + i - rowBytes] as number;
    filtered[to + i] = (data[from + i] as number) - ((left + above) >> 1);
  }
}

/** Four bytes minus four bytes, each for itself modulo 256. */
function minus(a: number, b: number): number {
  return (((a | TOP_BITS) - (b & LOW_BITS)) | 0) ^ ((a ^ ~b) & TOP_BITS);
}
