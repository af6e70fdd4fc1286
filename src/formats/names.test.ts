import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultName } from './names.ts';

describe('resultName', () => {
  it.each([
    ['photo.jpg', 'photo_photo-4x.png'],
    ['photo', 'photo_photo-4x.png'],
    ['C:\\pictures\\photo.jpeg', 'photo_photo-4x.png'],
    ['/home/me/photo.webp', 'photo_photo-4x.png'],
    ['archive.tar.gz', 'archive.tar_photo-4x.png'],
    ['holiday 2.0', 'holiday 2.0_photo-4x.png'],
    ['夏の写真.png', '夏の写真_photo-4x.png'],
    ['café 👩‍👩‍👧.png', 'café 👩‍👩‍👧_photo-4x.png'],
    ['what? a "test" <1|2>*:.png', 'what_ a _test_ _1_2____photo-4x.png'],
    ['tab\tand\u202Egnp.exe', 'tab_and_gnp_photo-4x.png'],
    ['..hidden..png', 'hidden_photo-4x.png'],
    ['.png', 'picture_photo-4x.png'],
    ['', 'picture_photo-4x.png'],
    ['   ', 'picture_photo-4x.png'],
    ['folder/', 'picture_photo-4x.png'],
    ['half \ud800.png', 'half \ufffd_photo-4x.png'],
  ])('of %j', (source, expected) => {
    expect(resultName(source, 'photo-4x', 'png')).toBe(expected);
  });

  it.each([
    ['png', 'a_m.png'],
    ['jpeg', 'a_m.jpg'],
    ['webp', 'a_m.webp'],
  ] as const)('ends as %s does', (format, expected) => {
    expect(resultName('a.bmp', 'm', format)).toBe(expected);
  });

  it('cuts the stem, never the ending, at 120 characters', () => {
    const ending = '_photo-4x.png';
    expect(resultName(`${'a'.repeat(120 - ending.length)}.png`, 'photo-4x', 'png')).toHaveLength(120);
    expect(resultName(`${'a'.repeat(500)}.png`, 'photo-4x', 'png')).toBe(
      'a'.repeat(120 - ending.length) + ending,
    );
  });

  it('stays below 255 bytes for characters of several, and never halves one', () => {
    expect(resultName(`${'写'.repeat(120)}.png`, 'm', 'png')).toBe(`${'写'.repeat(78)}_m.png`);
    expect(resultName(`${'👩‍👩‍👧'.repeat(120)}.png`, 'm', 'png')).toBe(`${'👩‍👩‍👧'.repeat(13)}_m.png`);
  });

  it('makes a name that every file system takes, of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (source) => {
        const name = resultName(source, 'photo-4x', 'webp');
        expect(name).toMatch(/^[^\s.][^<>:"/\\|?*\p{Cc}]*_photo-4x\.webp$/u);
        expect(name.length).toBeLessThanOrEqual(120);
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(240);
      }),
    );
  });
});
