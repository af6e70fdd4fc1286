import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseTarget, Namer } from './targets.mjs';
import { UsageError } from './usage-error.mjs';

const HERE = resolve('.');
/** @param {string[]} folders @param {string[]} [locked] */
const files = (folders, locked = []) => ({
  isFolder: (/** @type {string} */ path) =>
    [HERE, ...folders.map((folder) => resolve(folder))].includes(path),
  isWritable: (/** @type {string} */ path) => !locked.map((folder) => resolve(folder)).includes(path),
  realPath: (/** @type {string} */ path) => path.replace(/link\.png$/, 'a.png'),
});

describe('chooseTarget', () => {
  it('is a file for one picture and a folder for several, for a slash, and where a folder is', () => {
    expect(chooseTarget('out', 1, files([]))).toEqual({ kind: 'file', path: resolve('out') });
    expect(chooseTarget('out/', 1, files([]))).toEqual({ kind: 'folder', path: resolve('out') });
    expect(chooseTarget('out', 1, files(['out']))).toEqual({ kind: 'folder', path: resolve('out') });
    expect(chooseTarget('out', 2, files([]))).toEqual({ kind: 'folder', path: resolve('out') });
  });

  it.each([
    ['several pictures into one file', 'out.png', 2, files([]), 'one file'],
    ['a place that does not exist', 'none/out.png', 1, files([]), 'does not exist'],
    ['a folder that may not be written', 'out/', 1, files(['out'], ['out']), 'may not be written'],
  ])('refuses %s', (_what, output, count, fileSystem, named) => {
    expect(() => chooseTarget(output, count, fileSystem)).toThrow(UsageError);
    expect(() => chooseTarget(output, count, fileSystem)).toThrow(named);
  });
});

describe('Namer', () => {
  it('gives two results of one name two files', () => {
    const namer = new Namer({ kind: 'folder', path: resolve('out') }, ['a.png', 'a.jpg'], files([]));
    expect(namer.pathFor('a_m.png')).toBe(resolve('out/a_m.png'));
    expect(namer.pathFor('A_m.png')).toBe(resolve('out/A_m (2).png'));
    expect(namer.pathFor('a_m.png')).toBe(resolve('out/a_m (3).png'));
  });

  it('never gives a result the path of a picture, through a link neither', () => {
    const inFolder = new Namer({ kind: 'folder', path: HERE }, ['link.png'], files([]));
    expect(inFolder.pathFor('a.png')).toBe(resolve('a (2).png'));
    const asFile = new Namer({ kind: 'file', path: resolve('link.png') }, ['a.png'], files([]));
    expect(() => asFile.pathFor('x.png')).toThrow('never overwritten');
  });

  it('takes nothing but the name from a name', () => {
    const namer = new Namer({ kind: 'folder', path: resolve('out') }, [], files([]));
    expect(namer.pathFor('../../x.png')).toBe(resolve('out/x.png'));
  });
});
