import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.mjs';
import { UsageError } from './usage-error.mjs';

/** @param {string} line */
const read = (line) => readArguments(line.split(' ').filter((word) => word !== ''));

describe('readArguments', () => {
  it('reads a full line', () => {
    expect(
      read(
        'a.png b.jpg -o out/ --model fast-2x --scale 2 --tile 128 --context 16 --feather 4 --backend wasm --format webp --quality 80 --json --software-gpu',
      ),
    ).toEqual({
      inputs: ['a.png', 'b.jpg'],
      output: 'out/',
      options: {
        scale: 2,
        tile: 128,
        context: 16,
        feather: 4,
        backend: 'wasm',
        format: 'webp',
        quality: 80,
      },
      models: { model: 'fast-2x', imports: [], yes: false, sha256: undefined },
      json: true,
      softwareGpu: true,
      notes: [],
    });
  });

  it('leaves out what is not given, so that the page chooses', () => {
    expect(read('a.png -o out')).toEqual({
      inputs: ['a.png'],
      output: 'out',
      options: {},
      models: { model: undefined, imports: [], yes: false, sha256: undefined },
      json: false,
      softwareGpu: false,
      notes: [],
    });
  });

  it('obeys --format against the name, and says so', () => {
    const given = read('a.png -o out.png --format jpeg');
    expect(given).toMatchObject({ options: { format: 'jpeg' } });
    expect(given).toHaveProperty('notes.0', expect.stringContaining('out.png'));
    expect(read('a.png -o out.png --format png')).toHaveProperty('notes', []);
    expect(read('a.png -o out.gif --format png')).toHaveProperty('notes', []);
  });

  it.each([
    ['out.png', 'png'],
    ['out.JPG', 'jpeg'],
    ['out.jpeg', 'jpeg'],
    ['out.webp', 'webp'],
    ['folder/', undefined],
    ['trip.2026', undefined],
    ['.webp', undefined],
  ])('takes the format of %s from its ending: %s', (output, format) => {
    expect(read(`a.png -o ${output}`)).toHaveProperty('options', format ? { format } : {});
  });

  it('prefers --format to the ending', () => {
    expect(read('a.png -o out.png --format jpeg')).toHaveProperty('options.format', 'jpeg');
  });

  it('takes any number of imports', () => {
    expect(read('a.png -o out --import x.pth --model x*y --import y.pth --yes --sha256 12')).toHaveProperty(
      'models',
      { model: 'x*y', imports: ['x.pth', 'y.pth'], yes: true, sha256: '12' },
    );
  });

  it('gives help before anything is wrong', () => {
    expect(read('--help')).toBe('help');
    expect(read('-h a.png')).toBe('help');
  });

  it.each([
    ['', 'No picture'],
    ['a.png', '-o OUT is missing'],
    ['a.png -o out --tile many', '--tile is "many"'],
    ['a.png -o out --tile -5', '--tile'],
    ['a.png -o out --quality 9.5', '--quality is "9.5"'],
    ['a.png -o out --scale 0x2', '--scale is "0x2"'],
    ['a.png -o out --backend cuda', 'one of webgpu, wasm'],
    ['a.png -o out --format gif', 'one of png, jpeg, webp'],
    ['a.png -o out.gif', 'cannot be written'],
    ['a.png -o out --titel 4', "Unknown option '--titel'"],
    ['a.png -o', '-o'],
    ['a.png -o out --import', '--import'],
  ])('refuses "%s"', (line, named) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(named);
  });
});
