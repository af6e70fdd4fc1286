import { describe, expect, it } from 'vitest';
import { presentFiles, readModelSource } from './model-source.mjs';
import { UsageError } from './usage-error.mjs';

const HASH = 'ab'.repeat(32);
/** @typedef {{ yes: boolean, sha256: string | undefined }} Consent */

/** @type {Consent} */
const AGREED = { yes: true, sha256: undefined };
/**
 * @param {string} text
 * @param {Consent} consent
 */
const read = (text, consent = AGREED) => readModelSource(text, consent);

describe('readModelSource', () => {
  it.each(['photo-4x', 'fast-2x*photo-2x', 'a.b.50', 'no such model'])('takes %s as a name', (text) => {
    expect(read(text)).toEqual({ kind: 'named', recipe: text });
  });

  it.each([
    ['x.onnx', ['x.onnx']],
    ['x.PTH', ['x.PTH']],
    ['../models/x.safetensors', ['../models/x.safetensors']],
    ['models/x', ['models/x']],
    ['x.zip', ['x.zip']],
    ['m/x.param', ['m/x.param', 'm/x.bin']],
    ['m/x.bin', ['m/x.bin', 'm/x.param']],
    ['a.param,b.bin', ['a.param', 'b.bin']],
  ])('takes %s as files', (text, paths) => {
    expect(read(text)).toEqual({ kind: 'files', paths });
  });

  it('takes an address with a hash from either place', () => {
    const url = 'https://h.example/x.pth';
    expect(read(url)).toEqual({ kind: 'address', url, sha256: null });
    expect(read(`${url}#sha256=${HASH.toUpperCase()}`)).toEqual({ kind: 'address', url, sha256: HASH });
    expect(read(url, { yes: true, sha256: HASH })).toEqual({ kind: 'address', url, sha256: HASH });
  });

  it('asks before anything is downloaded, and tells from where', () => {
    const asked = { yes: false, sha256: undefined };
    expect(() => read('https://h.example/x.pth', asked)).toThrow(UsageError);
    expect(() => read('https://h.example/x.pth', asked)).toThrow('from h.example, without a hash');
    expect(() => read(`https://h.example/x.pth#sha256=${HASH}`, asked)).toThrow(`if its SHA-256 is ${HASH}`);
  });

  it.each([
    ['http://h.example/x.pth', 'https://'],
    ['file:///x.pth', 'https://'],
    ['https://me:secret@h.example/x.pth', 'user name'],
    ['https://', 'no address'],
    ['https://h.example/x.pth#sha256=12', '64'],
    ['a.onnx,b.onnx,c.onnx', '3 files'],
  ])('refuses %s', (text, named) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(named);
  });

  it('refuses a hash that contradicts the address, or is of no address', () => {
    const consent = { yes: true, sha256: 'cd'.repeat(32) };
    expect(() => read(`https://h.example/x.pth#sha256=${HASH}`, consent)).toThrow('two different');
    expect(() => read('x.pth', consent)).toThrow('--sha256');
  });
});

describe('presentFiles', () => {
  /** @param {string[]} there */
  const among =
    (...there) =>
    (/** @type {string} */ path) =>
      there.includes(path);

  it('keeps what is there', () => {
    expect(presentFiles(['x.param', 'x.bin'], among('x.param', 'x.bin'))).toEqual(['x.param', 'x.bin']);
    expect(presentFiles(['x.bin', 'x.param'], among('x.bin'))).toEqual(['x.bin']);
  });

  it('names what is missing', () => {
    expect(() => presentFiles(['x.param', 'x.bin'], among('x.bin'))).toThrow('"x.param"');
    expect(() => presentFiles(['x.onnx'], among())).toThrow(UsageError);
  });
});
