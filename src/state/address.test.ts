import { describe, expect, test } from 'vitest';
import type { Catalog, ModelDescriptor } from '../models/descriptor.ts';
import { searchFor, settingsFromAddress } from './address.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const model = (id: string, scale: number) => ({ id, scale }) as ModelDescriptor;
const catalog: Catalog = { models: [model('photo-4x', 4), model('photo-2x', 2)], offers: [] };
const read = (search: string, stored = DEFAULT_SETTINGS) => settingsFromAddress(search, stored, catalog);

describe('settingsFromAddress', () => {
  test('reads every key', () => {
    const { settings, problems } = read('?model=photo-4x&scale=3&tile=64&backend=wasm&format=webp');
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ model: null, scale: 3, tile: 64, backend: 'wasm', format: 'webp' });
  });

  test('an unknown model is answered with those that there are, one’s own by their names', () => {
    const shipped = ['photo-4x', 'fast-2x'].map((id) => ({ ...model(id, 2), file: `${id}.onnx` }));
    const own = Array.from({ length: 6 }, (_, i) => ({
      ...model(`own-${i}`, 2),
      name: `Own ${i}`,
      file: null,
    }));
    const { problems } = settingsFromAddress('?model=nope', DEFAULT_SETTINGS, {
      models: [...shipped, ...own],
      offers: [],
    });
    expect(problems[0]).toContain(
      'there is no model “nope”; the models are photo-4x, fast-2x; on this device “Own 0” (own-0), ',
    );
    expect(problems[0]).toContain('2 more in the library');
    expect(problems[0]).not.toContain('own-4');
  });

  test.each([
    ['photo-2x.photo-4x.101', 'the share “101” in “photo-2x.photo-4x.101” is no whole number from 0 to 100'],
    ['photo-2x*', 'step 2 of its 2 is empty'],
    ['a*b*c*d*e', 'it has 5 steps, of which 4 are the most'],
    ['nope*photo-2x.gone.30', 'there is no model “nope” and “gone”; the models are photo-4x, photo-2x'],
    ['file-1*photo-2x', '“file-1” stands for a file of which the link does not say where it is'],
    ['c2-a9a064fe', 'It is only where it was added: get its file from there and drop it here'],
    ['Photo\u202e', '“Photo” is no model’s id'],
  ])('?model=%s is told what is wrong with it', (text, why) => {
    const { settings, problems } = read(`?model=${encodeURIComponent(text)}`);
    expect(settings.model).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(why);
  });

  test('beats what the device remembers', () => {
    expect(read('?format=jpeg', { ...DEFAULT_SETTINGS, format: 'webp' }).settings.format).toBe('jpeg');
  });

  test.each([
    ['?scale=1', 'scale=1'],
    ['?scale=5', 'scale=5'],
    ['?scale=2.5', 'scale=2.5'],
    ['?scale=', 'scale='],
    ['?tile=31', 'tile=31'],
    ['?tile=1025', 'tile=1025'],
    ['?tile=1e2', 'tile=1e2'],
    ['?backend=cpu', 'backend=cpu'],
    ['?format=PNG', 'format=PNG'],
    ['?model=../x', 'model=../x'],
  ])('%s is reported and ignored', (search, named) => {
    const { settings, problems } = read(search);
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(named);
  });

  test.each(['?tile=32', '?tile=1024', '?scale=2', '?scale=4'])('%s is taken', (search) => {
    expect(read(search).problems).toEqual([]);
  });

  test('the scale is judged by the model of the same address', () => {
    const { settings, problems } = read('?scale=3&model=photo-2x');
    expect(problems).toHaveLength(1);
    expect(settings.scale).toBeNull();
  });

  test('a remembered scale that the model of the address cannot make is dropped', () => {
    expect(read('?model=photo-2x', { ...DEFAULT_SETTINGS, scale: 3 }).settings.scale).toBeNull();
  });
});

describe('searchFor', () => {
  test('writes only what differs from the default', () => {
    expect(searchFor('', DEFAULT_SETTINGS)).toBe('');
    expect(searchFor('', { ...DEFAULT_SETTINGS, scale: 2, format: 'jpeg' })).toBe('?scale=2&format=jpeg');
  });

  test('never writes what belongs to the device only', () => {
    expect(searchFor('', { ...DEFAULT_SETTINGS, quality: 50, theme: 'dark', context: 8 })).toBe('');
  });

  test('keeps unknown keys as they are written, and drops its own old ones', () => {
    expect(searchFor('?a=b%20c&scale=99&flag', DEFAULT_SETTINGS)).toBe('?a=b%20c&flag');
  });

  test('what it writes is read back', () => {
    const settings = { ...DEFAULT_SETTINGS, model: 'photo-2x', tile: 100, backend: 'webgpu' } as const;
    expect(read(searchFor('', settings))).toEqual({ settings, problems: [] });
  });
});
