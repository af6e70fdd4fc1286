import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { builtIn } from './descriptor.ts';
import { loadModelFile, modelUrl, sha256Hex } from './model-file.ts';

const BYTES = new TextEncoder().encode('abc');
/** FIPS 180-2, appendix B.1. */
const ABC_SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const MODEL = builtIn({
  id: 'photo-4x',
  name: 'Photo',
  description: 'For photographs.',
  scale: 4,
  file: 'photo-4x.onnx',
  bytes: 3,
  sha256: ABC_SHA256,
  licence: 'MIT',
  source: 'here',
  receptiveFieldPx: 10,
  macsPerSourcePx: 1,
  peakValuesPerSourcePx: 1,
});
const CATALOG = 'https://tessera.example/app/models/catalog.json';
const ADDRESS = `https://tessera.example/app/models/photo-4x.onnx?sha256=${ABC_SHA256}`;

/** A cache of the browser's, as far as it is used here. */
class FakeCache {
  readonly kept = new Map<string, Response>();
  full = false;
  async match(url: string) {
    return this.kept.get(url)?.clone();
  }
  async put(url: string, response: Response) {
    if (this.full) throw new DOMException('Quota exceeded', 'QuotaExceededError');
    this.kept.set(url, response);
  }
  async delete(url: string) {
    return this.kept.delete(url);
  }
}

let cache: FakeCache;
let answer: () => Response;
const load = (onNotKept = vi.fn(), onProgress = vi.fn()) =>
  loadModelFile(MODEL, CATALOG, onProgress, onNotKept);
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof TesseraError ? error : null),
  );

beforeEach(() => {
  cache = new FakeCache();
  answer = () => new Response(BYTES, { headers: { 'content-length': '3' } });
  vi.stubGlobal('caches', { open: async () => cache });
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => answer()),
  );
});
afterEach(() => vi.unstubAllGlobals());

describe('loadModelFile', () => {
  it('fetches a model once, and has it without a network from then on', async () => {
    const onProgress = vi.fn();
    expect(await load(vi.fn(), onProgress)).toEqual(BYTES);
    expect(onProgress).toHaveBeenLastCalledWith(3, 3);
    expect([...cache.kept.keys()]).toEqual([ADDRESS]);
    answer = () => Response.error();
    expect(await load()).toEqual(BYTES);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('refuses other bytes with both hashes, and forgets them so that the next try is a fresh one', async () => {
    answer = () => new Response('ab');
    const error = await errorOf(load());
    expect(error?.code).toBe('model-corrupt');
    expect(error?.details).toMatchObject({
      model: 'photo-4x',
      bytes: 2,
      expectedBytes: 3,
      expectedSha256: ABC_SHA256,
    });
    expect(cache.kept.size).toBe(0);
    answer = () => new Response(BYTES);
    expect(await load()).toEqual(BYTES);
  });

  it('tells a server that has no such file', async () => {
    answer = () => new Response('', { status: 404, statusText: 'Not Found' });
    const error = await errorOf(load());
    expect(error?.code).toBe('model-missing');
    expect(error?.message).toContain('404 Not Found');
    expect(cache.kept.size).toBe(0);
  });

  it('works with a full cache and without any, and says that it was not kept', async () => {
    cache.full = true;
    const onNotKept = vi.fn();
    expect(await load(onNotKept)).toEqual(BYTES);
    expect(onNotKept).toHaveBeenCalledOnce();
    vi.stubGlobal('caches', undefined);
    expect(await load()).toEqual(BYTES);
  });
});

describe('modelUrl and sha256Hex', () => {
  it('put the hash into an address beside the catalog', () => {
    expect(modelUrl(MODEL, CATALOG)).toBe(ADDRESS);
  });

  it('give the hash in lower-case hexadecimal, zeros included', async () => {
    expect(await sha256Hex(BYTES)).toBe(ABC_SHA256);
    expect(await sha256Hex(new Uint8Array(0))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });
});
