import { describe, expect, it } from 'vitest';
import { scaleInName } from './scale-in-name.ts';

describe('the scale in a file’s name', () => {
  it.each<[string, number]>([
    ['3x_photo.pth', 3],
    ['3xFoo.pth', 3],
    ['3X-Foo_200k.safetensors', 3],
    ['photo_x3.pth', 3],
    ['RealESRGAN_x3plus.pth', 3],
    ['foo-x3_v2.pth', 3],
    ['foo (3x).pth', 3],
    ['foo 3×.pth', 3],
    ['models/2x/3x_photo.pth', 3],
    ['C:\\models\\3x_photo.pth', 3],
    ['3x_photo_x3.pth', 3],
    ['2xHFA2kAVCCompact.pth', 2],
    ['1x-DeJpeg.pth', 1],
    ['16x_PSNR.pth', 16],
    ['3x', 3],
  ])('%s: %d', (name, scale) => expect(scaleInName(name)).toBe(scale));

  it.each([
    'photo.pth',
    'photo3.pth',
    'foo_3.pth',
    '3_photo.pth',
    '3x3_kernels.pth',
    'foo_1x3.pth',
    'foo_1.3x.pth',
    'foo_x3.5.pth',
    'photo_max3.pth',
    'matrix3.pth',
    'v3x.pth',
    '2x_to_3x.pth',
    '4x_photo_x3.pth',
    '1920x1080.pth',
    'x1080p.pth',
    'foo.x3',
    '',
  ])('%s: it does not say', (name) => expect(scaleInName(name)).toBeNull());
});
