import { expect, test, vi } from 'vitest';
import type { LibraryModel } from '../worker/models-protocol.ts';
import { openAddress } from './link-actions.ts';
import { ownModels } from './models.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)] as [string, string];
const own = (id: string, ...sha256s: string[]) =>
  ({ id, name: id, origin: { files: sha256s.map((sha256) => ({ sha256 })) } }) as unknown as LibraryModel;
const state = (...library: LibraryModel[]) => ({
  catalog: { models: [{ id: 'fast-2x' }, ...library], offers: [] } as never,
  own: ownModels(library),
});
const address = (search: string) => ({ search: () => search, fragment: () => '', replaceSearch: vi.fn() });
const from = (url: string, sha256: string) => encodeURIComponent(`${url}#sha256=${sha256}`);

test('a file that is here by its hash is used at once, wherever the link gets it', () => {
  const search = `?format=webp&model=${from('https://other.example/y.pth', A)}&scale=3`;
  expect(openAddress(address(search), state(own('mine-1', A)))).toEqual({
    search: '?model=mine-1&format=webp&scale=3',
    link: { kind: 'none' },
    problem: null,
  });
});

test('without a hash, or with another, the person is asked', () => {
  for (const search of ['?model=https://h.example/y.pth', `?model=${from('https://h.example/y.pth', B)}`]) {
    const opened = openAddress(address(search), state(own('mine-1', A)));
    expect(opened.link).toMatchObject({ kind: 'asking', models: [{ name: 'y', hosts: ['h.example'] }] });
  }
});

test('of a recipe, only what is not here is asked for', () => {
  const files = `&file=${from('https://h.example/y.pth', A)}&file=${from('https://h.example/z.pth', B)}`;
  const search = `?model=fast-2x*file-1*file-2${files}`;
  const opened = openAddress(address(search), state(own('mine-1', A)));
  expect(opened.link).toMatchObject({ models: [{ name: 'z' }] });
  const both = openAddress(address(search), state(own('mine-1', A), own('mine-2', B)));
  expect(both.search).toBe('?model=fast-2x*mine-1*mine-2');
});

test('a recipe with a model that nobody can fetch is not followed', () => {
  const search = `?model=nowhere*file-1&file=${from('https://h.example/y.pth', A)}`;
  expect(openAddress(address(search), state()).problem).toContain('there is no model “nowhere”');
});

test('what is wrong with a recipe of files is said', () => {
  const file = `&file=${from('https://h.example/y.pth', A)}`;
  const problem = (model: string) => openAddress(address(`?model=${model}${file}`), state()).problem;
  expect(problem('file-1.fast-2x.101')).toContain('the share “101”');
  expect(problem('file-1*file-2')).toContain('“file-2” stands for a file');
  expect(problem('file-1*c2-a9a064fe')).toContain('on another device');
});
