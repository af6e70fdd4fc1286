import { describe, expect, it } from 'vitest';
import { nameOf, readAddress, readFiles, slug } from './model-source.mjs';
import { UsageError } from './usage-error.mjs';

const HASH = 'ab'.repeat(32);

/** @param {Readonly<Record<string, import('./model-source.mjs').PathKind>>} there */
const on = (there) => (/** @type {string} */ path) => there[path] ?? 'missing';
/** @param {string[]} paths */
const files = (...paths) => on(Object.fromEntries(paths.map((path) => [path, 'file'])));

describe('readFiles', () => {
  it.each([
    ['x.onnx', ['x.onnx'], ['x.onnx']],
    ['models/x', ['models/x'], ['models/x']],
    ['a,b.pth', ['a,b.pth'], ['a,b.pth']],
    ['m/x.param', ['m/x.param', 'm/x.bin'], ['m/x.param', 'm/x.bin']],
    ['m/x.bin', ['m/x.param', 'm/x.bin'], ['m/x.bin', 'm/x.param']],
    ['x.bin', ['x.bin'], ['x.bin']],
    ['a.param,b.bin', ['a.param', 'b.bin'], ['a.param', 'b.bin']],
  ])('takes %s, where there are %j, as %j', (text, there, paths) => {
    expect(readFiles(text, files(...there))).toEqual({ kind: 'files', paths });
  });

  it('says what is wrong with a path', () => {
    const lookAt = on({
      '/tmp': 'folder',
      'e.pth': 'empty',
      'k.pth': 'unreadable',
      'a.param': 'file',
      'b.param': 'file',
      'b.bin': 'empty',
      'x.pth': 'file',
      'y.pth': 'file',
    });
    for (const [text, said] of /** @type {const} */ ([
      ['/tmp', '"/tmp" is a folder'],
      ['e.pth', 'The model file "e.pth" is empty'],
      ['k.pth', '"k.pth" may not be read'],
      ['none.pth', 'There is no model file "none.pth".'],
      ['a.param', 'half of an ncnn model, and there is no "a.bin" beside it'],
      ['b.param', '"b.bin" is empty'],
      ['a.param,none.bin', 'no model file "none.bin"'],
      ['x.pth,y.pth', '"x.pth" is none of an ncnn model'],
      ['a.onnx,b.onnx,c.onnx', '3 files'],
      ['m/General.param.m/WDN.param.50', '--import'],
    ])) {
      expect(() => readFiles(text, lookAt), text).toThrow(UsageError);
      expect(() => readFiles(text, lookAt), text).toThrow(said);
    }
    expect(() => readFiles('none.pth', lookAt)).not.toThrow('--import');
  });
});

describe('readAddress', () => {
  it('takes an address with its hash', () => {
    const url = 'https://h.example/x.pth';
    expect(readAddress(url)).toEqual({ kind: 'address', url, sha256: null });
    expect(readAddress(`${url}#sha256=${HASH.toUpperCase()}`)).toEqual({
      kind: 'address',
      url,
      sha256: HASH,
    });
  });

  it.each([
    ['http://h.example/x.pth', 'has to begin with https://'],
    ['ftp://h.example/x.pth', 'has to begin with https://'],
    ['file:///x.pth', 'by its path'],
    ['https://me:secret@h.example/x.pth', 'a user name or a password'],
    ['https://', 'is no address'],
    ['https://h.example/x.pth#sha256=12', '64'],
    ['https://h.example/x.param', 'two files'],
    ['https://h.example/x.param,https://h.example/x.bin', 'two files'],
  ])('refuses %s', (text, named) => {
    expect(() => readAddress(text)).toThrow(UsageError);
    expect(() => readAddress(text)).toThrow(named);
    expect(() => readAddress(text)).not.toThrow('secret');
  });
});

it.each([
  ['m/Real_ESRGAN General.x4.param', 'real-esrgan-general-x4'],
  ['C:\\m\\Ünï.pth', 'uni'],
  ['.pth', ''],
])('the model of %s is called %s', (path, name) => {
  expect(nameOf({ kind: 'files', paths: [path] })).toBe(name);
  expect(slug(name)).toBe(name);
});

it('a model of another host is called as its file', () => {
  expect(nameOf({ kind: 'address', url: 'https://h.example/a/4x_Net.pth?x=1', sha256: null })).toBe('4x-net');
});
