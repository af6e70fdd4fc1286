import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSize, eagerScripts, precacheList } from './check-size.mjs';

let dist = '';
/** @param {string} path @param {string} text */
const put = (path, text) => writeFileSync(join(dist, path), text);
/** @param {number} bytes */
const incompressible = (bytes) => `//${randomBytes(bytes).toString('base64').slice(0, bytes)}`;
/** @param {readonly string[]} paths */
const precached = (...paths) =>
  `x.precacheAndRoute([${paths.map((url, index) => (index % 2 ? `{url:"${url}",revision:null}` : `{"revision":"a1","url":"${url}"}`)).join(',')}])`;
const ALL = [
  'index.html',
  'runtime-files.json',
  'models/catalog.json',
  'assets/index-a.js',
  'assets/shared-b.js',
  'assets/later-c.js',
  'assets/index-d.css',
];

beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'tessera-size-'));
  mkdirSync(join(dist, 'assets'));
  mkdirSync(join(dist, 'models'));
  put(
    'index.html',
    '<script type="module" crossorigin src="./assets/index-a.js"></script><link rel="stylesheet" href="./assets/index-d.css">',
  );
  put('assets/index-a.js', 'import{a as b}from"./shared-b.js";b();const c=()=>import("./later-c.js");');
  put('assets/shared-b.js', 'export const a=()=>{};');
  put('assets/later-c.js', 'export{};');
  put('assets/index-d.css', 'a{}');
  put('runtime-files.json', '[]');
  put('models/catalog.json', '{}');
  put('service-worker.js', precached(...ALL));
});

afterEach(() => rmSync(dist, { recursive: true }));

const problems = () => checkSize(dist).problems.join('\n');

describe('checkSize', () => {
  it('passes a small and complete build', () => {
    expect(problems()).toBe('');
    expect(precacheList(dist)).toEqual(ALL);
  });

  it('counts what is imported statically, not what is imported later', () => {
    expect(eagerScripts(dist)).toEqual(['assets/index-a.js', 'assets/shared-b.js']);
  });

  it('fails when a statically imported script breaks the budget', () => {
    put('assets/shared-b.js', incompressible(250_000));
    expect(problems()).toContain('over the budget');
  });

  it('lets a script that comes later be large', () => {
    put('assets/later-c.js', incompressible(250_000));
    expect(problems()).toBe('');
  });

  it.each([
    ['a runtime file', 'assets/ort-x.wasm', 'kept on first use'],
    ['a model', 'models/m.onnx', 'kept on first use'],
    ['the page of the bench', 'bench.html', 'no part of'],
    ['a script of the bench', 'assets/bench-e.js', 'no part of'],
    ['a file that was not built', 'assets/gone-e.js', 'not built'],
  ])('fails when %s is precached', (_what, path, named) => {
    put('service-worker.js', precached(...ALL, path));
    expect(problems()).toContain(named);
  });

  it('does not want the bench precached, and fails when the page loads it', () => {
    put('bench.html', '<script type="module" src="./assets/bench-e.js"></script>');
    put('assets/bench-e.js', 'export{};');
    expect(problems()).toBe('');
    put('assets/index-a.js', 'import"./bench-e.js";');
    expect(problems()).toContain('index.html loads assets/bench-e.js');
  });

  it('fails when a precached file is large, and when a script is not precached', () => {
    put('assets/later-c.js', incompressible(2_200_000));
    expect(problems()).toContain('at most 2097152');
    put('service-worker.js', precached(...ALL.filter((path) => path !== 'assets/shared-b.js')));
    expect(problems()).toContain('assets/shared-b.js is not precached');
  });

  it('fails without a build, and on a page without a script', () => {
    put('index.html', '<p>');
    expect(problems()).toContain('names no script');
    rmSync(join(dist, 'index.html'));
    expect(problems()).toContain('npm run build');
  });
});
