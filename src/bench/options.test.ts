import { describe, expect, it } from 'vitest';
import { addressBeside, FULL, pictureSize, QUICK, readRequest, withChoice } from './options.ts';

describe('readRequest', () => {
  it('takes the quick preset on the backend of a job where nothing is asked for', () => {
    expect(readRequest('', 'webgpu')).toEqual({
      preset: 'quick',
      options: { ...QUICK, backends: ['webgpu'], models: [], tile: null },
      auto: false,
      post: null,
      machine: '',
    });
  });

  it('takes a preset, and what differs from it', () => {
    const { preset, options } = readRequest('?preset=full&sizes=1,0.25&rounds=2&variants=0', 'wasm');
    expect(preset).toBe('full');
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

describe('withChoice', () => {
  it('replaces preset and backends, and leaves the rest as the address says', () => {
    const search = '?preset=full&backends=webgpu&models=fast-2x&sizes=0.02&tile=64&post=/results';
    expect(readRequest(withChoice(search, { preset: 'quick', backends: ['wasm'] }), 'webgpu')).toEqual({
      ...readRequest('?models=fast-2x&sizes=0.02&tile=64&post=/results', 'wasm'),
    });
  });
});

describe('addressBeside', () => {
  it.each([
    ['', ''],
    ['?preset=full&backends=wasm&auto=0', ''],
    ['?models=&sizes=', ''],
    ['?sizes=0.02&models=fast-2x&rounds=1', 'fast-2x, 0.02 megapixels, 1 round'],
    [
      '?rounds=5&tile=64&variants=0&machine=a%20test&post=/results',
      '5 rounds, tiles of 64 pixels, without the variants, measured on “a test”, the result is sent to /results',
    ],
  ])('says of %j: %j', (search, words) => {
    expect(addressBeside(search)).toBe(words);
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
