import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { readHeader } from './header.ts';
import * as sample from './header-samples.ts';
import { bits, box, exif, join, jpegSegment, pngChunk, u16be, u32be } from './header-samples.ts';

const read = (bytes: Uint8Array<ArrayBuffer>) => readHeader(new Blob([bytes]));
const size = async (bytes: Uint8Array<ArrayBuffer>) => {
  const { width, height } = await read(bytes);
  return [width, height];
};
const codeOf = (bytes: Uint8Array<ArrayBuffer>) =>
  read(bytes).then(
    () => 'no error',
    (error: unknown) => (error instanceof TesseraError ? error.code : error),
  );

const SRGB = sample.iccProfile(sample.SRGB_XYZ, sample.SRGB_CURVE);
const P3 = sample.iccProfile(sample.P3_XYZ, sample.SRGB_CURVE);
const iccp = (profile: Uint8Array) => pngChunk('iCCP', join('any name\0\0', deflateSync(profile)));

describe('readHeader, PNG', () => {
  it('tells all that a plain one holds', async () => {
    expect(await read(sample.png(451, 300))).toEqual({
      format: 'png',
      width: 451,
      height: 300,
      bitDepth: 8,
      keepsDepth: false,
      bytes: 41,
      hasProfile: false,
      frames: 'one',
      hasMetadata: false,
    });
  });

  it.each([
    [
      { depth: 16, colour: 6 },
      { bitDepth: 16, keepsDepth: true },
    ],
    [
      { depth: 16, colour: 0 },
      { bitDepth: 16, keepsDepth: true },
    ],
    [{ depth: 16, colour: 2, chunks: [pngChunk('sRGB', join(0))] }, { keepsDepth: true }],
    [{ depth: 16, colour: 2, chunks: [pngChunk('gAMA', u32be(45455))] }, { keepsDepth: true }],
    [{ depth: 16, colour: 2, chunks: [iccp(SRGB)] }, { keepsDepth: true }],
    [{ depth: 16, colour: 2, chunks: [pngChunk('eXIf', exif(1))] }, { keepsDepth: true }],
    // What the browser has to convert, stretch, turn or choose from.
    [{ depth: 16, colour: 2, chunks: [iccp(P3)] }, { keepsDepth: false }],
    [{ depth: 16, colour: 2, chunks: [pngChunk('gAMA', u32be(100000))] }, { keepsDepth: false }],
    [{ depth: 16, colour: 2, chunks: [pngChunk('cICP', join(1, 13, 0, 0))] }, { keepsDepth: false }],
    [{ depth: 16, colour: 2, chunks: [pngChunk('cICP', join(1, 13, 0, 1))] }, { keepsDepth: true }],
    [
      { depth: 16, colour: 2, chunks: [pngChunk('eXIf', exif(3))] },
      { keepsDepth: false, width: 64 },
    ],
    [
      { depth: 16, colour: 2, chunks: [pngChunk('eXIf', exif(8))] },
      { keepsDepth: false, width: 40 },
    ],
    [
      { depth: 16, colour: 2, chunks: [pngChunk('acTL', join(u32be(4), u32be(0)))] },
      { keepsDepth: false, frames: 'many' },
    ],
    [{ depth: 1, colour: 0 }, { bitDepth: 1 }],
    [{ depth: 4, colour: 3 }, { bitDepth: 8 }],
    [{ chunks: [pngChunk('acTL', join(u32be(4), u32be(0)))] }, { frames: 'many' }],
    [{ chunks: [pngChunk('tEXt', join('Title\0x'))] }, { hasMetadata: true }],
    [{ chunks: [pngChunk('pHYs', new Uint8Array(9))] }, { hasMetadata: false }],
    [{ chunks: [pngChunk('eXIf', exif(1))] }, { width: 64, height: 40, hasMetadata: true }],
    [{ chunks: [pngChunk('eXIf', exif(8))] }, { width: 40, height: 64 }],
    [{ chunks: [pngChunk('eXIf', exif(5, 'II'))] }, { width: 40, height: 64 }],
    [{ chunks: [iccp(SRGB)] }, { hasProfile: false }],
    [{ chunks: [iccp(P3)] }, { hasProfile: true }],
    [{ chunks: [pngChunk('iCCP', join('broken\0\0', 1, 2, 3))] }, { hasProfile: false }],
    [{ chunks: [pngChunk('cICP', join(1, 13, 0, 1))] }, { hasProfile: false }],
    [{ chunks: [pngChunk('cICP', join(12, 13, 0, 1))] }, { hasProfile: true }],
    // cICP outranks the profile.
    [{ chunks: [iccp(P3), pngChunk('cICP', join(1, 13, 0, 1))] }, { hasProfile: false }],
    [{ chunks: [pngChunk('gAMA', u32be(45455))] }, { hasProfile: false }],
    [{ chunks: [pngChunk('gAMA', u32be(100000))] }, { hasProfile: true }],
    [{ chunks: [pngChunk('sRGB', join(0)), pngChunk('gAMA', u32be(100000))] }, { hasProfile: false }],
  ])('reads %o', async (more, expected) => {
    expect(await read(sample.png(64, 40, more))).toMatchObject(expected);
  });

  it('steps over a long chunk without reading it', async () => {
    const slice = vi.spyOn(Blob.prototype, 'slice');
    const file = new Blob([sample.png(9, 9, { chunks: [pngChunk('meTa', new Uint8Array(10_000_000))] })]);
    expect((await readHeader(file)).width).toBe(9);
    const bytesRead = slice.mock.calls.reduce((sum, [start = 0, end = 0]) => sum + end - start, 0);
    slice.mockRestore();
    expect(bytesRead).toBeLessThan(200_000);
  });

  it.each([
    ['no width', sample.png(0, 40)],
    ['no height', sample.png(64, 0)],
    ['an impossible depth', sample.png(64, 40, { depth: 3 })],
    ['an unknown colour type', sample.png(64, 40, { colour: 1 })],
    ['a side above 2³¹ − 1', sample.png(2 ** 31, 40)],
    ['another first chunk', join(sample.PNG_SIGNATURE, pngChunk('IDAT', new Uint8Array(13)))],
    ['no pixels', sample.png(64, 40).slice(0, 33)],
  ])('refuses one with %s', async (_, bytes) => {
    expect(await codeOf(bytes)).toBe('picture-broken');
  });
});

describe('readHeader, JPEG', () => {
  const app1 = (body: Uint8Array) => jpegSegment(0xe1, body);
  const icc = (profile: Uint8Array, part = 1) => jpegSegment(0xe2, join('ICC_PROFILE\0', part, 1, profile));

  it.each([1, 2, 3, 4])('keeps the sides for orientation %i', async (orientation) => {
    expect(await size(sample.jpeg(64, 40, [app1(join('Exif\0\0', exif(orientation)))]))).toEqual([64, 40]);
  });

  it.each([5, 6, 7, 8])('swaps the sides for orientation %i', async (orientation) => {
    expect(await size(sample.jpeg(64, 40, [app1(join('Exif\0\0', exif(orientation)))]))).toEqual([40, 64]);
  });

  it.each([0, 9, 65535])('takes the nonsense orientation %i for upright', async (orientation) => {
    expect(await size(sample.jpeg(64, 40, [app1(join('Exif\0\0', exif(orientation)))]))).toEqual([64, 40]);
  });

  it.each([
    ['plain', [], { bitDepth: 8, hasMetadata: false, hasProfile: false }],
    ['XMP', [app1(join('http://ns.adobe.com/xap/1.0/\0<x/>'))], { hasMetadata: true }],
    ['IPTC', [jpegSegment(0xed, join('Photoshop 3.0\0'))], { hasMetadata: true }],
    ['comment', [jpegSegment(0xfe, join('hello'))], { hasMetadata: true }],
    ['JFIF', [jpegSegment(0xe0, join('JFIF\0'))], { hasMetadata: false }],
    ['sRGB profile', [icc(SRGB)], { hasProfile: false }],
    ['P3 profile', [icc(P3)], { hasProfile: true }],
    ['second part of a profile', [icc(SRGB), icc(P3, 2)], { hasProfile: false }],
    ['padding and stray bytes', [join(0xff, 0xff, 0xff), join(0x00, 0x12)], { width: 64 }],
    ['tables before the frame', [jpegSegment(0xc4, join(0)), jpegSegment(0xdb, join(0))], { height: 40 }],
  ])('reads one with %s', async (_, segments, expected) => {
    expect(await read(sample.jpeg(64, 40, segments))).toMatchObject(expected);
  });

  it('walks through segments of the greatest length', async () => {
    const longest = Array.from({ length: 40 }, () => jpegSegment(0xe5, new Uint8Array(65_533)));
    expect(await size(sample.jpeg(65_500, 1, longest))).toEqual([65_500, 1]);
  });

  it.each([
    ['no frame', join(0xff, 0xd8, jpegSegment(0xda, join(0)))],
    ['a segment shorter than its own length', join(0xff, 0xd8, 0xff, 0xe0, u16be(1))],
    ['a height of 0', sample.jpeg(64, 0)],
    ['an end in the middle of the frame', sample.jpeg(64, 40).slice(0, 8)],
    ['only a signature', join(0xff, 0xd8, 0xff)],
  ])('refuses one with %s', async (_, bytes) => {
    expect(await codeOf(bytes)).toBe('picture-broken');
  });
});

describe('readHeader, other formats', () => {
  it.each([
    ['lossy WebP', sample.webpLossy(16_383, 7), [16_383, 7]],
    ['lossy WebP with scaling bits', sample.webpLossy(0x4000 | 96, 64), [96, 64]],
    ['lossless WebP', sample.webpLossless(16_384, 1), [16_384, 1]],
    ['extended WebP', sample.webpExtended(70_000, 3, 0), [70_000, 3]],
    ['GIF', sample.gif(40, 30), [40, 30]],
    ['GIF without a screen size', sample.gif(0, 0), [3, 2]],
    ['BMP', sample.bmp(48, 32), [48, 32]],
    ['BMP from top to bottom', sample.bmp(48, -32), [48, 32]],
    ['OS/2 BMP', sample.bmp(48, 65_535, 12), [48, 65_535]],
    ['AVIF', sample.avif(96, 64), [96, 64]],
    ['AVIF turned by 90°', sample.avif(96, 64, [box('irot', 1)]), [64, 96]],
    ['AVIF turned by 180°', sample.avif(96, 64, [box('irot', 2)]), [96, 64]],
    ['AVIF without a description', join(box('ftyp', 'avif', u32be(0)), box('meta', u32be(0))), [null, null]],
  ])('reads the size of %s', async (_, bytes, expected) => {
    expect(await size(bytes)).toEqual(expected);
  });

  it.each([
    ['small, in eights', bits([1, 1], [4, 5], [0, 3], [5, 5], [1, 1]), [48, 40]],
    ['with a ratio', bits([0, 1], [1, 2], [1079, 13], [5, 3], [1, 1]), [1920, 1080]],
    ['with both sides', bits([0, 1], [0, 2], [6, 9], [0, 3], [0, 2], [300, 9], [1, 1]), [301, 7]],
    [
      'turned',
      bits([0, 1], [0, 2], [6, 9], [1, 3], [0, 1], [1, 1], [5, 3], [0, 1], [0, 1], [0, 1], [0, 1], [0, 2]),
      [7, 7],
    ],
    ['of 2³⁰ rows', bits([0, 1], [3, 2], [2 ** 30 - 1, 30], [1, 3], [1, 1]), [2 ** 30, 2 ** 30]],
  ])('reads the size of JPEG XL %s', async (_, codestream, expected) => {
    expect(await size(join(0xff, 0x0a, codestream))).toEqual(expected);
    const inBox = join(u32be(12), 'JXL \r\n', 0x87, '\n', box('jxlp', u32be(0), 0xff, 0x0a, codestream));
    expect(await size(inBox)).toEqual(expected);
  });

  it('reads depth and animation of JPEG XL', async () => {
    const still = bits([1, 1], [0, 5], [1, 3], [0, 1], [0, 1], [0, 1], [2, 2]);
    expect(await read(join(0xff, 0x0a, still))).toMatchObject({ bitDepth: 12, frames: 'one' });
    const ticks = [
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 1],
    ] as const;
    const moving = bits(
      [1, 1],
      [0, 5],
      [1, 3],
      [0, 1],
      [1, 1],
      [0, 3],
      [0, 1],
      [0, 1],
      [1, 1],
      ...ticks,
      [1, 1],
      [1, 2],
    );
    expect(await read(join(0xff, 0x0a, moving))).toMatchObject({ bitDepth: 16, frames: 'many' });
  });

  it('steps over the preview and inner size of JPEG XL', async () => {
    const innerSize = [
      [1, 1],
      [0, 5],
      [1, 3],
    ] as const;
    const preview = [
      [0, 1],
      [1, 2],
      [10, 8],
      [0, 3],
      [1, 2],
      [20, 8],
    ] as const;
    const fields = [
      [1, 1],
      [0, 5],
      [1, 3],
      [0, 1],
      [1, 1],
      [0, 3],
      [1, 1],
      ...innerSize,
      [1, 1],
      ...preview,
    ] as const;
    const header = bits(...fields, [0, 1], [0, 1], [1, 2]);
    expect(await read(join(0xff, 0x0a, header))).toMatchObject({ bitDepth: 10, frames: 'one' });
  });

  it.each([
    ['WebP with EXIF', sample.webpExtended(2, 2, 0x08), { hasMetadata: true, frames: 'one' }],
    ['animated WebP', sample.webpExtended(2, 2, 0x02), { hasMetadata: false, frames: 'many' }],
    ['WebP with P3', sample.webpExtended(2, 2, 0x20, P3), { hasProfile: true }],
    ['WebP with sRGB', sample.webpExtended(2, 2, 0x20, SRGB), { hasProfile: false }],
    ['GIF of one frame', sample.gif(2, 2), { frames: 'one', hasMetadata: false }],
    ['GIF of three frames', sample.gif(2, 2, 3), { frames: 'many' }],
    [
      'GIF with a comment',
      sample.gif(2, 2, 1, join('!', 0xfe, 2, 'hi', 0)),
      { hasMetadata: true, frames: 'one' },
    ],
    ['AVIF of 10 bits', sample.avif(2, 2, [box('av1C', 0x81, 0, 0x40, 0)]), { bitDepth: 10 }],
    ['AVIF of 12 bits', sample.avif(2, 2, [box('av1C', 0x81, 0, 0x60, 0)]), { bitDepth: 12 }],
    [
      'AVIF in P3',
      sample.avif(2, 2, [box('colr', 'nclx', u16be(12), u16be(13), u16be(6), 0)]),
      { hasProfile: true },
    ],
    [
      'AVIF in BT.709',
      sample.avif(2, 2, [box('colr', 'nclx', u16be(1), u16be(1), u16be(6), 0)]),
      { hasProfile: false },
    ],
    ['AVIF with a profile', sample.avif(2, 2, [box('colr', 'prof', P3)]), { hasProfile: true }],
    ['AVIF sequence', sample.avif(2, 2, [], 'avis'), { frames: 'many' }],
  ])('reads %s', async (_, bytes, expected) => {
    expect(await read(bytes)).toMatchObject(expected);
  });

  it.each([
    ['empty-file', join()],
    ['not-a-picture', join('hello')],
    ['unsupported-format', join('II*', 0)],
    ['unsupported-format', box('ftyp', 'heic', u32be(0))],
    ['unsupported-format', join('<svg/>')],
    ['picture-broken', sample.bmp(0, 1)],
    ['picture-broken', sample.bmp(-1, 1)],
    ['picture-broken', sample.webpLossy(0, 1)],
    ['picture-broken', join('RIFF', u32be(0), 'WEBPJUNK')],
    ['picture-broken', sample.gif(1, 1, 0)],
    ['picture-broken', box('ftyp', 'avif', u32be(0))],
    ['picture-broken', join(0xff, 0x0a)],
  ])('throws %s: %#', async (code, bytes) => {
    expect(await codeOf(bytes)).toBe(code);
  });
});

describe('readHeader on hostile bytes', () => {
  const originals = [
    sample.png(64, 40, { chunks: [iccp(P3), pngChunk('eXIf', exif(6))] }),
    sample.jpeg(64, 40, [jpegSegment(0xe1, join('Exif\0\0', exif(6)))]),
    sample.webpLossy(9, 9),
    sample.webpExtended(9, 9, 0x2e, P3),
    sample.gif(9, 9, 2),
    sample.bmp(9, 9),
    sample.avif(9, 9, [box('irot', 1), box('colr', 'prof', P3)]),
    join(u32be(12), 'JXL \r\n', 0x87, '\n', box('jxlc', 0xff, 0x0a, bits([1, 1], [4, 5], [1, 3], [1, 1]))),
  ];

  async function expectAnswer(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const { width, height } = await read(bytes);
      expect(width === null || width > 0).toBe(true);
      expect(height === null || height > 0).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(TesseraError);
    }
  }

  it('throws nothing but coded errors, however a header is cut', async () => {
    for (const original of originals) {
      for (let length = 0; length <= original.length; length++) await expectAnswer(original.slice(0, length));
    }
  });

  it('throws nothing but coded errors, whatever bytes change', async () => {
    const changes = fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...originals), changes, async (original, changed) => {
        const bytes = original.slice();
        for (const [at, value] of changed) bytes[at % bytes.length] = value;
        await expectAnswer(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  it('throws nothing but coded errors for noise behind a signature', async () => {
    const starts = originals.map((original) => original.slice(0, 12));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, noise) =>
        expectAnswer(join(start, noise)),
      ),
      { numRuns: 1000 },
    );
  });
});
