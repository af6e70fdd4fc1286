/** Minimal headers of every format, written byte by byte, for tests only. */

/** Numbers as bytes, text as Latin-1, byte arrays as they are, one after the other. */
export function join(...parts: readonly (number | string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.map((part) => {
    if (typeof part === 'number') return Uint8Array.of(part);
    return typeof part === 'string' ? Uint8Array.from(part, (letter) => letter.charCodeAt(0)) : part;
  });
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export const u16be = (value: number) => Uint8Array.of(value >>> 8, value);
export const u16le = (value: number) => Uint8Array.of(value, value >>> 8);
export const u32be = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
export const u32le = (value: number) => u32be(value).reverse();
const u24le = (value: number) => Uint8Array.of(value, value >>> 8, value >>> 16);

export const PNG_SIGNATURE = join(0x89, 'PNG\r\n', 0x1a, '\n');

/** A PNG chunk with a checksum of 0: headers are read without checking it. */
export const pngChunk = (type: string, body: Uint8Array = join()) =>
  join(u32be(body.length), type, body, u32be(0));

/** A PNG up to the start of its pixels. */
export function png(
  width: number,
  height: number,
  more: { depth?: number; colour?: number; chunks?: Uint8Array[] } = {},
) {
  const { depth = 8, colour = 2, chunks = [] } = more;
  const ihdr = pngChunk('IHDR', join(u32be(width), u32be(height), depth, colour, 0, 0, 0));
  return join(PNG_SIGNATURE, ihdr, ...chunks, u32be(9), 'IDAT');
}

/** A TIFF block that holds one entry, the orientation. */
export function exif(orientation: number, order: 'II' | 'MM' = 'MM'): Uint8Array {
  const [u16, u32] = order === 'MM' ? [u16be, u32be] : [u16le, u32le];
  return join(order, u16(42), u32(8), u16(1), u16(0x0112), u16(3), u32(1), u16(orientation), u16(0), u32(0));
}

/** A JPEG segment with its marker, FF `marker`. */
export const jpegSegment = (marker: number, body: Uint8Array) =>
  join(0xff, marker, u16be(body.length + 2), body);

/** A JPEG up to the start of its first scan. */
export function jpeg(width: number, height: number, segments: readonly Uint8Array[] = [], precision = 8) {
  const frame = jpegSegment(0xc0, join(precision, u16be(height), u16be(width), 1, 1, 0x11, 0));
  return join(0xff, 0xd8, ...segments, frame, jpegSegment(0xda, join(1, 1, 0, 0, 63, 0)));
}

const webpChunk = (type: string, body: Uint8Array) => join(type, u32le(body.length), body);
const webp = (...chunks: readonly Uint8Array[]) => {
  const body = join('WEBP', ...chunks);
  return join('RIFF', u32le(body.length), body);
};

export function webpLossy(width: number, height: number) {
  return webp(webpChunk('VP8 ', join(0x10, 0, 0, 0x9d, 0x01, 0x2a, u16le(width), u16le(height))));
}

export function webpLossless(width: number, height: number) {
  return webp(webpChunk('VP8L', join(0x2f, u32le((width - 1) | ((height - 1) << 14)), 0)));
}

export function webpExtended(width: number, height: number, flags: number, profile?: Uint8Array) {
  const header = webpChunk('VP8X', join(flags, 0, 0, 0, u24le(width - 1), u24le(height - 1)));
  return webp(header, ...(profile ? [webpChunk('ICCP', profile)] : []));
}

const gifImage = (width: number, height: number) =>
  join(',', u16le(0), u16le(0), u16le(width), u16le(height), 0, 2, 2, 0x4c, 0x01, 0);

/** A GIF with a colour table of two and this many frames. */
export function gif(width: number, height: number, frames = 1, extension: Uint8Array = join()) {
  const images = Array.from({ length: frames }, () => gifImage(3, 2));
  return join(
    'GIF89a',
    u16le(width),
    u16le(height),
    0x80,
    0,
    0,
    '\0\0\0\xff\xff\xff',
    extension,
    ...images,
    ';',
  );
}

/** A BMP header of `headerBytes`: 12 for OS/2 1.x, 40 for Windows. */
export function bmp(width: number, height: number, headerBytes = 40) {
  const size =
    headerBytes === 12
      ? join(u16le(width), u16le(height))
      : join(u32le(width), u32le(height), u16le(1), u16le(24));
  const info = join(u32le(headerBytes), size);
  return join('BM', u32le(0), u32le(0), u32le(54), info, new Uint8Array(headerBytes - info.length + 8));
}

export const box = (type: string, ...body: readonly (number | string | Uint8Array)[]) => {
  const content = join(...body);
  return join(u32be(content.length + 8), type, content);
};

/** An AVIF up to the end of its meta box. Item 1, the primary, has all `properties` but the first. */
export function avif(
  width: number,
  height: number,
  properties: readonly Uint8Array[] = [],
  brands = 'mif1miaf',
) {
  // A thumbnail's size first, which belongs to item 2: reading just any `ispe` would be wrong.
  const thumbnail = box('ispe', u32be(0), u32be(7), u32be(5));
  const own = [box('ispe', u32be(0), u32be(width), u32be(height)), ...properties];
  const ipco = box('ipco', thumbnail, ...own);
  const indices = own.map((_, index) => 0x80 | (index + 2));
  const ipma = box('ipma', u32be(0), u32be(2), u16be(2), 1, 1, u16be(1), own.length, ...indices);
  const meta = box('meta', u32be(0), box('pitm', u32be(0), u16be(1)), box('iprp', ipco, ipma));
  return join(box('ftyp', 'avif', u32be(0), 'avif', brands), meta);
}

/** Bits from the lowest of each byte upwards, as JPEG XL has them: pairs of value and number of bits. */
export function bits(...fields: readonly (readonly [value: number, bits: number])[]): Uint8Array {
  const all = fields.flatMap(([value, length]) =>
    Array.from({ length }, (_, bit) => Math.floor(value / 2 ** bit) & 1),
  );
  const bytes = new Uint8Array(Math.ceil(all.length / 8) + 8);
  all.forEach((bit, at) => {
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7));
  });
  return bytes;
}

/** An ICC profile of three colorants (times 65,536) and one curve tag for all channels. */
export function iccProfile(colorants: readonly (readonly number[])[], curve: Uint8Array): Uint8Array {
  const bodies = [
    ...colorants.map((xyz) => join('XYZ ', u32be(0), ...xyz.map((value) => u32be(value * 65536)))),
    curve,
  ];
  const starts = bodies.map(
    (_, index) => 204 + bodies.slice(0, index).reduce((sum, body) => sum + body.length, 0),
  );
  const tag = (name: string, index: number) =>
    join(name, u32be(starts[index] ?? 0), u32be(bodies[index]?.length ?? 0));
  const tags = ['rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'].map((name, index) =>
    tag(name, Math.min(index, 3)),
  );
  const head = join(new Uint8Array(16), 'RGB XYZ ', new Uint8Array(12), 'acsp', new Uint8Array(88));
  return join(head, u32be(6), ...tags, ...bodies);
}

export const SRGB_XYZ = [
  [0.4361, 0.2225, 0.0139],
  [0.3851, 0.7169, 0.0971],
  [0.1431, 0.0606, 0.7141],
];
export const P3_XYZ = [
  [0.5151, 0.2412, -0.0011],
  [0.292, 0.6922, 0.0419],
  [0.1571, 0.0666, 0.7841],
];
/** The sRGB curve as a parametric one of kind 3. */
export const SRGB_CURVE = join(
  'para',
  u32be(0),
  u16be(3),
  u16be(0),
  ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].map((value) => u32be(value * 65536)),
);
/** A plain gamma, as a curve of one sample. */
export const gammaCurve = (gamma: number) => join('curv', u32be(0), u32be(1), u16be(gamma * 256));
