import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as sample from './header-samples.ts';
import { join, u16le, u32be, u32le } from './header-samples.ts';
import { sniff } from './sniff.ts';

const ftyp = (...brands: string[]) => sample.box('ftyp', brands[0] ?? '', u32be(0), ...brands.slice(1));
const icoEntry = (reserved: number) => join(32, 32, 0, reserved, u16le(1), u16le(32), u32le(100), u32le(22));

describe('sniff', () => {
  it.each([
    ['png', sample.png(1, 1)],
    ['jpeg', join(0xff, 0xd8, 0xff, 0xe0)],
    ['webp', sample.webpLossy(1, 1)],
    ['gif', join('GIF87a')],
    ['gif', join('GIF89a')],
    ['bmp', sample.bmp(1, 1)],
    ['bmp', sample.bmp(1, 1, 12)],
    ['jxl', join(0xff, 0x0a)],
    ['jxl', join(u32be(12), 'JXL \r\n', 0x87, '\n')],
    ['tiff', join('II*', 0)],
    ['tiff', join('MM', 0, '*')],
    ['tiff', join('II+', 0)],
    ['avif', ftyp('avif', 'mif1')],
    ['avif', ftyp('avis', 'msf1')],
    ['avif', ftyp('mif1', 'miaf', 'avif')],
    ['heic', ftyp('heic', 'mif1')],
    ['heic', ftyp('mif1', 'heic')],
    ['heic', ftyp('mif1', 'miaf')],
    ['ico', join(0, 0, 1, 0, u16le(1), icoEntry(0))],
    ['svg', join('<svg xmlns="x">')],
    [
      'svg',
      join('\xef\xbb\xbf \n<?xml version="1.0"?>\n<!-- <b> -->\n<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg>'),
    ],
  ] as const)('knows %s by its bytes: %#', (format, bytes) => {
    expect(sniff(bytes)).toBe(format);
  });

  it.each([
    ['nothing', join()],
    ['a text that begins with II', join('II. Of the origin of pictures')],
    ['a text that begins with MM', join('MMXXVI')],
    ['a text that begins with BM', join('BMW and other makers of cars')],
    ['a text that begins with GIF8', join('GIF8 is not a version')],
    ['a text that begins with RIFF', join('RIFF\0\0\0\0WAVE')],
    ['a video', ftyp('isom', 'mp42')],
    ['a brand behind the end of its box', join(u32be(16), 'ftypisom', u32be(0), 'avif')],
    ['an icon without entries', join(0, 0, 1, 0, u16le(0), icoEntry(0))],
    ['an icon with a nonsense entry', join(0, 0, 1, 0, u16le(1), icoEntry(9))],
    ['a web page', join('<!DOCTYPE html><html><svg>')],
    ['another XML file', join('<?xml version="1.0"?><svgfoo>')],
    ['a text about <svg', join('see <svg>')],
    ['half a PNG signature', join(0x89, 'PNG')],
  ])('takes %s for no picture', (_, bytes) => {
    expect(sniff(bytes)).toBeNull();
  });

  it('answers for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void sniff(bytes)));
  });
});
