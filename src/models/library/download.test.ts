import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RudeServer, startRudeServer } from '../../../e2e/fixtures/rude-server.mjs';
import { TesseraError } from '../../base/errors.ts';
import { type AgreedFile, type DownloadOptions, downloadFile, downloadFiles } from './download.ts';
import { MAX_FILE_BYTES } from './download-errors.ts';
import { memoryPart, type Part, type PartStore } from './part.ts';

const FILE = new Uint8Array(randomBytes(200_000));
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const SHA256 = hashOf(FILE);

/** Keeps parts as long as the test: what OPFS does for as long as the device. */
class KeptParts implements PartStore {
  readonly parts = new Map<string, Part>();
  async borrow<T>(sha256: string, work: (part: Part) => Promise<T>): Promise<T> {
    const part = this.parts.get(sha256) ?? memoryPart();
    this.parts.set(sha256, part);
    return work(part);
  }
  async remove(sha256: string): Promise<void> {
    this.parts.delete(sha256);
  }
  bytesOf(sha256: string): number {
    return this.parts.get(sha256)?.bytes() ?? 0;
  }
  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    await this.borrow(sha256, (part) => part.append(new Uint8Array(bytes)));
  }
}

let server: RudeServer;
let parts: KeptParts;
let progress: (readonly [number, number | null])[];

beforeAll(async () => {
  server = await startRudeServer(FILE);
});
afterAll(() => server.close());
beforeEach(() => {
  parts = new KeptParts();
  progress = [];
  server.asked.length = 0;
});
afterEach(() => vi.unstubAllGlobals());

const agreed = (path: string, change: Partial<AgreedFile> = {}): AgreedFile => ({
  url: server.url(path),
  bytes: FILE.length,
  sha256: SHA256,
  ...change,
});

function options(change: Partial<DownloadOptions> = {}): DownloadOptions {
  const onProgress = (loaded: number, total: number | null) => progress.push([loaded, total]);
  return { signal: new AbortController().signal, onProgress, parts, ...change };
}

async function failureOf(file: AgreedFile, change: Partial<DownloadOptions> = {}): Promise<TesseraError> {
  const error = await downloadFile(file, options(change)).then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof TesseraError) return error;
  throw error;
}

const ranges = () => server.asked.map(({ range }) => range);

describe('a file that is what was agreed to', () => {
  it.each(['sound', 'exposing', 'no-range', 'compressed', 'slow'])(
    'comes from a host that is “%s”',
    async (path) => {
      const { bytes, sha256 } = await downloadFile(agreed(path), options());
      expect(hashOf(bytes)).toBe(SHA256);
      expect(sha256).toBe(SHA256);
      expect(parts.parts.size, 'no part is left').toBe(0);
    },
  );

  it('tells of bytes as they come, up to all of them', async () => {
    await downloadFile(agreed('slow'), options());
    const loaded = progress.map(([bytes]) => bytes);
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    expect(loaded[0]).toBe(0);
    expect(loaded.length).toBeGreaterThan(5);
    expect(progress.at(-1)).toEqual([FILE.length, FILE.length]);
  });

  it('may take longer than the longest silence', async () => {
    const began = performance.now();
    await downloadFile(agreed('slow'), options({ stallMs: 700 }));
    expect(performance.now() - began).toBeGreaterThan(800);
  });

  it('comes without a known size and hash, and says its hash', async () => {
    const { sha256 } = await downloadFile(agreed('sound', { bytes: null, sha256: null }), options());
    expect(sha256).toBe(SHA256);
    expect(progress.at(-1)).toEqual([FILE.length, FILE.length]);
    expect(parts.parts.size, 'nothing is kept of what nothing proves').toBe(0);
  });

  it('is asked for without cookies and without saying who asks', async () => {
    await downloadFile(agreed('sound'), options());
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]?.headers).not.toHaveProperty('referer');
    expect(server.asked[0]?.headers).not.toHaveProperty('cookie');
  });
});

describe('going on where it ended', () => {
  it.each(['cut', 'stall'])('after a host that does “%s”', async (path) => {
    const error = await failureOf(agreed(path), { stallMs: 300 });
    expect(error.details['reason']).toBe(path === 'cut' ? 'interrupted' : 'stalled');
    expect(error.details['bytes']).toBe(FILE.length / 2);
    expect(error.nextStep).toContain('goes on from there');
    expect(parts.bytesOf(SHA256)).toBe(FILE.length / 2);
    const { bytes } = await downloadFile(agreed(path), options());
    expect(hashOf(bytes)).toBe(SHA256);
    expect(ranges()).toEqual([null, `bytes=${FILE.length / 2}-`]);
  });

  it.each([
    ['exposing', ['bytes=50000-']],
    ['sound', ['bytes=50000-']],
    ['no-range', ['bytes=50000-']],
    ['other-total', ['bytes=50000-', null]],
    ['other-start', ['bytes=50000-', null]],
    ['other-length', ['bytes=50000-', null]],
    ['unsatisfiable', ['bytes=50000-', null]],
  ])('with a host that is “%s”', async (path, asked) => {
    await parts.put(SHA256, FILE.subarray(0, 50_000));
    const { bytes } = await downloadFile(agreed(path), options());
    expect(hashOf(bytes)).toBe(SHA256);
    expect(ranges()).toEqual(asked);
    expect(progress.at(-1)).toEqual([FILE.length, FILE.length]);
  });

  it('tells of what was there before', async () => {
    await parts.put(SHA256, FILE.subarray(0, 50_000));
    await downloadFile(agreed('sound'), options());
    expect(progress[0]).toEqual([50_000, FILE.length]);
  });

  it('asks nobody when all of it is there', async () => {
    await parts.put(SHA256, FILE);
    expect(hashOf((await downloadFile(agreed('missing'), options())).bytes)).toBe(SHA256);
    expect(ranges()).toEqual([]);
  });

  it.each([
    ['of another version', FILE.subarray(1, 50_001), ['bytes=50000-', null]],
    ['too long', new Uint8Array(FILE.length + 1), [null]],
    ['all of another file', new Uint8Array(FILE.length), [null]],
  ])('starts again when what was there is %s', async (_what, before, asked) => {
    await parts.put(SHA256, before);
    expect(hashOf((await downloadFile(agreed('sound'), options())).bytes)).toBe(SHA256);
    expect(ranges()).toEqual(asked);
  });
});

describe('cancelling', () => {
  it('ends with the signal’s reason, keeps what came, and goes on later', async () => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    const onProgress = (loaded: number) => {
      if (loaded >= FILE.length / 2) cancel.abort(reason);
    };
    const ended = downloadFile(agreed('stall'), options({ signal: cancel.signal, onProgress }));
    await expect(ended).rejects.toBe(reason);
    expect(parts.bytesOf(SHA256)).toBe(FILE.length / 2);
    await downloadFile(agreed('stall'), options());
    expect(ranges()).toEqual([null, `bytes=${FILE.length / 2}-`]);
  });

  it('asks nobody when it was cancelled before', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(downloadFile(agreed('sound'), options({ signal }))).rejects.toThrow('enough');
    expect(server.asked).toEqual([]);
  });

  it('ends while the host says nothing', async () => {
    const signal = AbortSignal.timeout(100);
    await expect(downloadFile(agreed('silent'), options({ signal }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('a host that misbehaves', () => {
  const words: Record<string, string> = {};

  it.each([
    ['redirect-elsewhere', 'redirected', 'sends on'],
    ['page', 'web-page', 'web page'],
    ['page-as-text', 'web-page', 'web page'],
    ['missing', 'not-found', '404'],
    ['gone', 'not-found', '410'],
    ['forbidden', 'forbidden', '403'],
    ['broken', 'server-error', '503'],
    ['shorter', 'too-short', '100 bytes'],
    ['longer', 'too-large', '200.0 KB'],
    ['huge', 'too-large', '5.0 GB'],
    ['silent', 'stalled', 'nothing for 0.3 seconds'],
  ])('that is “%s” is told as %s', async (path, reason, said) => {
    const error = await failureOf(agreed(path), { stallMs: 300 });
    expect(error).toMatchObject({
      code: 'download-failed',
      details: { reason, host: new URL(server.origin).host },
    });
    expect(error.message).toContain(said);
    expect(error.nextStep.length).toBeGreaterThan(20);
    expect(parts.bytesOf(SHA256), 'nothing of another file is kept').toBe(0);
    words[reason] = error.message;
  });

  it('has a sentence of its own for each way', () => {
    expect(new Set(Object.values(words)).size).toBe(Object.keys(words).length);
    expect(Object.keys(words).length).toBe(8);
  });

  it('does not ask the other host of a redirect', async () => {
    await failureOf(agreed('redirect-elsewhere'));
    expect(server.asked.map(({ path }) => path)).toEqual(['redirect-elsewhere']);
  });

  it('that sends another file of the same size is told with both hashes, and nothing is kept', async () => {
    const error = await failureOf(agreed('other-file'));
    const sha256 = hashOf(Buffer.alloc(FILE.length, 1));
    expect(error).toMatchObject({
      code: 'model-corrupt',
      details: { reason: 'wrong-hash', sha256, expectedSha256: SHA256 },
    });
    expect(error.message).toContain(sha256);
    expect(error.message).toContain(SHA256);
    expect(parts.bytesOf(SHA256)).toBe(0);
    expect(server.asked).toHaveLength(1);
  });

  it('that cannot be reached leads to getting the file by hand', async () => {
    const error = await failureOf(agreed('', { url: `${await deadOrigin()}/model.pth` }));
    expect(error).toMatchObject({ code: 'download-failed', details: { reason: 'blocked' } });
    expect(error.nextStep).toContain('/model.pth');
    expect(error.nextStep).toContain('drop the file here: its hash');
  });

  it('is not blamed when this device has no network', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const error = await failureOf(agreed('', { url: `${await deadOrigin()}/model.pth` }));
    expect(error.details['reason']).toBe('offline');
  });
});

describe('what was agreed to', () => {
  it.each([
    'http://example.org/a.pth',
    'file:///a.pth',
    'ftp://example.org/a.pth',
    'data:,a',
    'a.pth',
    '',
    'https://name:word@example.org/a.pth',
    'http://localhost.example.org/a.pth',
  ])('cannot be “%s”', async (url) => {
    vi.stubGlobal('fetch', vi.fn());
    expect((await failureOf(agreed('', { url }))).details['reason']).toBe('bad-address');
    expect(fetch).not.toHaveBeenCalled();
  });

  it('cannot be larger than what is taken, said before or by the host', async () => {
    const said = await failureOf(agreed('sound', { bytes: MAX_FILE_BYTES + 1 }));
    expect(said.details).toMatchObject({ reason: 'too-large', mostBytes: MAX_FILE_BYTES });
    expect(server.asked).toEqual([]);
    const found = await failureOf(agreed('huge', { bytes: null, sha256: null }));
    expect(found.details).toMatchObject({ reason: 'too-large', bytes: 5_000_000_000 });
    expect(found.message).toContain('1.1 GB');
  });

  it('includes the storage of a host that has all its files elsewhere, and no other', async () => {
    const url = 'https://huggingface.co/a/b/resolve/main/c.pth';
    const answers = (endUrl: string) =>
      vi.stubGlobal('fetch', async (_url: string, { redirect }: RequestInit) => {
        if (redirect === 'manual') return new Response(null, { status: 302 });
        return Object.defineProperty(new Response(FILE), 'url', { value: endUrl });
      });
    answers('https://us.aws.cdn.hf.co/xet-bridge-us/1');
    expect((await downloadFile(agreed('', { url }), options())).sha256).toBe(SHA256);
    answers('https://hf.co.example.org/1');
    const error = await failureOf(agreed('', { url }));
    expect(error.details).toMatchObject({ reason: 'redirected', endHost: 'hf.co.example.org' });
  });
});

describe('downloadFiles', () => {
  it('takes one after another and tells of all together', async () => {
    const files = [agreed('sound'), agreed('exposing')];
    const done = await downloadFiles(files, options());
    expect(done.map(({ sha256 }) => sha256)).toEqual([SHA256, SHA256]);
    const loaded = progress.map(([bytes]) => bytes);
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    expect(new Set(progress.map(([, total]) => total))).toEqual(new Set([2 * FILE.length]));
    expect(loaded.at(-1)).toBe(2 * FILE.length);
  });

  it('knows no total where one size is unknown', async () => {
    await downloadFiles([agreed('sound'), agreed('exposing', { bytes: null })], options());
    expect(progress.every(([, total]) => total === null)).toBe(true);
  });

  it('stops at the first that fails', async () => {
    await expect(downloadFiles([agreed('missing'), agreed('sound')], options())).rejects.toThrow('404');
    expect(server.asked).toHaveLength(1);
  });
});

/** An origin at which nothing listens. */
async function deadOrigin(): Promise<string> {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', () => done(null)));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('the probe has no port');
  return `http://127.0.0.1:${address.port}`;
}
