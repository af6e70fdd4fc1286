import { beforeEach, describe, expect, test, vi } from 'vitest';
import { TesseraError } from '../base/errors.ts';
import { builtIn, type Catalog } from '../models/descriptor.ts';
import type { ModelsPort } from '../worker/models-protocol.ts';
import type { JobEvent, JobOutcome, JobReport, TuningSummary, UpscalePort } from '../worker/protocol.ts';
import type { PartialPicture } from './partial-picture.ts';
import type { Pictures } from './pictures.ts';
import { Registry } from './registry.ts';
import { createAppStore } from './store.ts';

const model = builtIn({
  id: 'photo-4x',
  name: 'Photo',
  description: '',
  scale: 4,
  file: 'photo-4x.onnx',
  bytes: 1,
  sha256: '',
  licence: 'MIT',
  source: '',
  receptiveFieldPx: 10,
  macsPerSourcePx: 1000,
  peakValuesPerSourcePx: 48,
});
/** A library that is empty and stays so. */
const NO_MODELS = {
  list: async () => [],
  sortOut: async () => ({ models: [], halves: [] }),
  watch: () => () => undefined,
} as unknown as ModelsPort;

const catalog: Catalog = { models: [model, { ...model, id: 'photo-2x', scale: 2 }], offers: [] };

const report = {
  model: { id: 'photo-4x' },
  backend: 'wasm',
  tilesRun: 4,
  paddedTile: { width: 100, height: 100 },
  ms: { tiles: 1000 },
} as JobReport;

const tuning: TuningSummary = {
  modelId: 'photo-4x',
  adapter: 'Card',
  knownTile: 'right',
  precision: 'float32',
  precisionReason: '',
  tile: 256,
  failedTile: null,
};

const picture = new Blob(['picture']);

/** A page in miniature: the port answers when told to, and every bitmap counts whether it was closed. */
function world(search = '') {
  const open = { bitmaps: 0, urls: 0 };
  const bitmap = () => {
    open.bitmaps++;
    return { close: () => open.bitmaps-- } as unknown as ImageBitmap;
  };
  const memory = new Map<string, string>();
  const address = { text: search };
  const port = {
    inspect: vi.fn<UpscalePort['inspect']>(async () => ({
      format: 'png',
      width: 100,
      height: 50,
      bitDepth: 8,
      bytes: 9,
      warnings: [],
    })),
    environment: async () => ({
      adapter: null,
      adapterProblem: 'none',
      threads: 2,
      defaultBackend: 'wasm' as const,
    }),
    start: vi.fn<UpscalePort['start']>(),
    tunings: vi.fn<UpscalePort['tunings']>(async () => []),
    forgetTunings: vi.fn<UpscalePort['forgetTunings']>(async () => undefined),
    prepareOffline: async () => undefined,
  };
  let tell: (event: JobEvent) => void = () => undefined;
  let end: (outcome: JobOutcome) => void = () => undefined;
  const cancel = vi.fn(() => end({ kind: 'cancelled' }));
  let jobs = 0;
  port.start.mockImplementation((_request, onEvent) => {
    tell = onEvent;
    const outcome = new Promise<JobOutcome>((resolve) => {
      end = resolve;
    });
    return { jobId: `job-${++jobs}`, outcome, cancel };
  });
  const pictures: Pictures = {
    sources: new Registry((entry) => entry.bitmap.close()),
    results: new Registry((entry) => {
      entry.bitmap.close();
      open.urls--;
    }),
    partials: new Registry((partial) => partial.free()),
    samples: new Registry((sample) => sample.close()),
    crop: async () => new Blob(['region']),
    decode: async () => bitmap(),
    urlOf: () => `blob:${open.urls++}`,
    newPartial: () =>
      ({
        paint: (rows: { preview: ImageBitmap }) => rows.preview.close(),
        free: () => undefined,
      }) as unknown as PartialPicture,
  };
  const app = createAppStore({
    port,
    models: NO_MODELS,
    catalog,
    library: [],
    storage: {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => void memory.set(key, value),
      removeItem: (key) => void memory.delete(key),
    },
    address: {
      search: () => address.text,
      fragment: () => '',
      replaceSearch: (text) => {
        address.text = text;
      },
    },
    pictures,
    now: () => 0,
    previewSidePx: () => 100,
  });
  const job = () => app.store.getState().job;
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return {
    app,
    port,
    pictures,
    open,
    memory,
    address,
    bitmap,
    cancel,
    job,
    tell: (event: JobEvent) => tell(event),
    end: async (outcome: JobOutcome) => {
      end(outcome);
      await settled();
    },
    done: () => ({ kind: 'done', file: picture, name: 'a_photo-4x.png', picture: bitmap(), report }) as const,
  };
}

describe('the page', () => {
  let page: ReturnType<typeof world>;
  beforeEach(async () => {
    page = world();
    await page.app.actions.open(picture, 'a.png');
  });

  test('opens, runs, finishes and frees everything on clear', async () => {
    expect(page.job().kind).toBe('picked');
    page.app.actions.start();
    expect(page.job().kind).toBe('running');
    const preview = page.bitmap();
    page.tell({
      kind: 'rows',
      jobId: 'job-1',
      y: 0,
      height: 8,
      outputWidth: 400,
      outputHeight: 200,
      preview,
    });
    await page.end(page.done());
    expect(page.job().kind).toBe('done');
    expect(page.open).toEqual({ bitmaps: 2, urls: 1 });
    page.app.actions.clear();
    expect(page.open).toEqual({ bitmaps: 0, urls: 0 });
    expect(page.pictures.partials.size).toBe(0);
  });

  test('a file that is no picture leaves the last one in place, with a notice', async () => {
    page.port.inspect.mockRejectedValueOnce(new TesseraError('not-a-picture', 'No.', 'Choose another.'));
    await page.app.actions.open(new Blob(['x']), 'notes.txt');
    expect(page.job()).toMatchObject({ kind: 'picked', picture: { name: 'a.png' } });
    expect(page.app.store.getState().notices).toMatchObject([{ topic: 'picture', code: 'not-a-picture' }]);
    expect(page.open.bitmaps).toBe(1);
  });

  test('of two files opened at once the last one wins', async () => {
    await Promise.all([page.app.actions.open(picture, 'b.png'), page.app.actions.open(picture, 'c.png')]);
    expect(page.job()).toMatchObject({ kind: 'picked', picture: { name: 'c.png' } });
    expect(page.open.bitmaps).toBe(1);
  });

  test('a second start, and a new file, are refused while a job runs', async () => {
    page.app.actions.start();
    page.app.actions.start();
    await page.app.actions.open(picture, 'b.png');
    page.app.actions.clear();
    expect(page.port.start).toHaveBeenCalledTimes(1);
    expect(page.job()).toMatchObject({ kind: 'running', picture: { name: 'a.png' } });
  });

  test('a cancelled job keeps its rows and can be started again', async () => {
    page.app.actions.start();
    page.app.actions.cancel();
    await page.end({ kind: 'cancelled' });
    expect(page.job().kind).toBe('cancelled');
    expect(page.pictures.partials.size).toBe(1);
    page.app.actions.start();
    expect(page.job()).toMatchObject({ kind: 'running', jobId: 'job-2' });
    expect(page.pictures.partials.size).toBe(1);
  });

  test('rows of a job that has ended are closed and not painted', async () => {
    page.app.actions.start();
    await page.end({ kind: 'cancelled' });
    const preview = page.bitmap();
    page.tell({
      kind: 'rows',
      jobId: 'job-1',
      y: 0,
      height: 8,
      outputWidth: 400,
      outputHeight: 200,
      preview,
    });
    expect(page.open.bitmaps).toBe(1);
  });

  test('remembers how fast a finished job was', async () => {
    page.app.actions.start();
    await page.end(page.done());
    expect(page.app.store.getState().rates).toEqual({ wasm: 40_000 });
    expect(page.memory.get('tessera.rates')).toBe('{"wasm":40000}');
  });

  test('choices go to the device and to the address, defaults to neither', () => {
    page.app.actions.choose({ scale: 2, quality: 80, theme: 'dark' });
    expect(page.address.text).toBe('?scale=2');
    expect([...page.memory]).toEqual([
      ['tessera.scale', '2'],
      ['tessera.quality', '80'],
      ['tessera.theme', 'dark'],
    ]);
    page.app.actions.choose({ scale: 4, quality: 92, theme: 'system' });
    expect(page.address.text).toBe('');
    expect(page.memory.size).toBe(0);
  });

  test('a model with a smaller scale takes the scale along', () => {
    page.app.actions.choose({ scale: 3 });
    page.app.actions.choose({ model: 'photo-2x' });
    expect(page.app.store.getState().settings.scale).toBeNull();
  });
});

describe('what was found out about models', () => {
  let page: ReturnType<typeof world>;
  const learned = () => page.app.store.getState().learned;
  beforeEach(async () => {
    page = world();
    await page.app.actions.open(picture, 'a.png');
  });

  test('is asked for only when somebody looks, and then again after each job', async () => {
    page.app.actions.start();
    await page.end(page.done());
    expect(page.port.tunings).not.toHaveBeenCalled();
    await page.app.actions.lookUpLearned();
    expect(learned()).toEqual({ tunings: [], problem: null });
    page.port.tunings.mockResolvedValue([tuning]);
    page.app.actions.start();
    await page.end({ kind: 'cancelled' });
    expect(learned()).toEqual({ tunings: [tuning], problem: null });
    expect(page.port.tunings).toHaveBeenCalledTimes(2);
  });

  test('is shown as it is after forgetting', async () => {
    page.port.tunings.mockResolvedValueOnce([tuning]);
    await page.app.actions.lookUpLearned();
    await page.app.actions.forgetLearned();
    expect(page.port.forgetTunings).toHaveBeenCalledTimes(1);
    expect(learned()).toEqual({ tunings: [], problem: null });
  });

  test('stays when it cannot be forgotten or read again, until it can', async () => {
    page.port.tunings.mockResolvedValueOnce([tuning]);
    await page.app.actions.lookUpLearned();
    page.port.forgetTunings.mockRejectedValueOnce(new Error('no'));
    await page.app.actions.forgetLearned();
    expect(learned()).toEqual({ tunings: [tuning], problem: 'not-forgotten' });
    page.port.tunings.mockRejectedValueOnce(new Error('no'));
    await page.app.actions.lookUpLearned();
    expect(learned()).toEqual({ tunings: [tuning], problem: 'not-read' });
    await page.app.actions.lookUpLearned();
    expect(learned()).toEqual({ tunings: [], problem: null });
  });

  test('is not forgotten while a job runs', async () => {
    page.app.actions.start();
    await page.app.actions.forgetLearned();
    expect(page.port.forgetTunings).not.toHaveBeenCalled();
  });

  test('an answer that comes late does not replace a newer one', async () => {
    let answerFirst: (tunings: readonly TuningSummary[]) => void = () => undefined;
    page.port.tunings.mockReturnValueOnce(
      new Promise((resolve) => {
        answerFirst = resolve;
      }),
    );
    const first = page.app.actions.lookUpLearned();
    await page.app.actions.lookUpLearned();
    answerFirst([tuning]);
    await first;
    expect(learned().tunings).toEqual([]);
  });
});

test('an address with a bad value is reported, and put right', () => {
  const page = world('?scale=99&keep=1');
  expect(page.address.text).toBe('?keep=1');
  expect(page.app.store.getState().notices[0]?.lines[0]).toContain('scale=99');
});
