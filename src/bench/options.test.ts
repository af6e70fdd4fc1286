import { describe, expect, it } from 'vitest';
import { FULL, pictureSize, QUICK, readRequest } from './options.ts';

describe('readRequest', () => {
  it('takes the quick preset on the backend of a job where nothing is asked for', () => {
    expect(readRequest('', 'webgpu')).toEqual({
      options: { ...QUICK, backends: ['webgpu'], models: [], tile: null },
      auto: false,
      post: null,
      machine: '',
    });
  });

  it('takes a preset, and what differs from it', () => {
    const { options } = readRequest('?preset=full&sizes=1,0.25&rounds=2&variants=0', 'wasm');
    expect(options).toEqual({
      ...FULL,
      megapixels: [0.25, 1],
      rounds: 2,
      variants: false,
      backends: ['wasm'],
      models: [],
      tile: null,
    });
  });

  it('takes lists, and what a server wants', () => {
    const search =
      '?auto=1&backends=wasm,webgpu&models=fast-2x,photo-4x&tile=64&post=/results&machine=2%20×%20X';
    expect(readRequest(search, 'wasm')).toMatchObject({
      auto: true,
      post: '/results',
      machine: '2 × X',
      options: { backends: ['wasm', 'webgpu'], models: ['fast-2x', 'photo-4x'], tile: 64 },
    });
  });

  it.each([
    ['?size=1', 'size'],
    ['?preset=huge', 'quick or full'],
    ['?preset=toString', 'quick or full'],
    ['?backends=cpu', 'wasm or webgpu'],
    ['?sizes=0', '0.001'],
    ['?sizes=65', '64'],
    ['?sizes=one', 'sizes'],
    ['?rounds=0', '1 to 99'],
    ['?tile=31', '32 to 1024'],
    ['?tile=', 'tile'],
    ['?post=https://elsewhere.example/', 'path of this origin'],
    ['?post=//elsewhere.example/', 'path of this origin'],
  ])('refuses %s', (search, named) => {
    expect(() => readRequest(search, 'wasm')).toThrow(named);
  });
});

describe('pictureSize', () => {
  it.each([
    [0.25, 612, 408],
    [1, 1224, 816],
    [4, 2450, 1633],
  ])('is three to two and about %s megapixels', (megapixels, width, height) => {
    expect(pictureSize(megapixels)).toEqual({ width, height });
  });
});
