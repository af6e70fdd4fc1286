import { describe, expect, test } from 'vitest';
import { modelGroups } from '../models/convert/groups.ts';
import { textBytes } from '../models/convert/ncnn/test-support.ts';
import { builtIn } from '../models/descriptor.ts';
import type {
  DownloadRequest,
  GivenFile,
  ImportHandle,
  ImportOutcome,
  ImportProgress,
  LibraryModel,
  ModelsPort,
  SortedFiles,
} from '../worker/models-protocol.ts';
import type { UpscalePort } from '../worker/protocol.ts';
import type { JobState } from './job.ts';
import type { Pictures } from './pictures.ts';
import { createAppStore } from './store.ts';

const PHOTO = builtIn({
  id: 'photo-4x',
  name: 'Photo',
  description: 'Photographs.',
  scale: 4,
  file: 'photo-4x.onnx',
  bytes: 1000,
  sha256: 'a'.repeat(64),
  licence: 'MIT',
  source: 'models/MODELS.md',
  receptiveFieldPx: 10,
  macsPerSourcePx: 100,
  peakValuesPerSourcePx: 10,
});
const own = (id: string) => ({ ...PHOTO, id, name: id, file: null }) as unknown as LibraryModel;
const given = (name: string) => ({ name, blob: new Blob([name]) });
const RUNNING = { kind: 'running' } as JobState;
const TRYING: ImportProgress = { stage: 'trying', loadedBytes: 0, totalBytes: null };

/** As the worker does, by files that begin as their names say; each that is not ncnn's is a model. */
function sorted(files: readonly GivenFile[], waiting: readonly GivenFile[]): SortedFiles {
  const heads = [...files, ...waiting].map(({ name }, index) => ({
    name,
    bytes: beginning(name),
    size: 8,
    index,
  }));
  const { models, halves, beside } = modelGroups(heads.slice(0, files.length), heads.slice(files.length));
  return {
    models: models.map((group) => group.map(({ index }) => index)),
    halves: halves.map(({ file, wanted }) => ({ file: file.index, wanted })),
    beside: beside.map(({ index }) => index),
  };
}

function beginning(name: string): Uint8Array {
  if (name.endsWith('.param')) return textBytes('7767517\n1 1\n');
  if (name.endsWith('.data')) return Uint8Array.of(1, 2, 3, 4);
  return name.endsWith('.bin') ? new Uint8Array(8) : Uint8Array.of(8, 8, 0x12);
}

/** A library whose imports end when the test says so. */
function setUp() {
  const kept: LibraryModel[] = [];
  const imports: {
    readonly name: string;
    readonly tell: (progress: ImportProgress) => void;
    readonly end: (outcome: ImportOutcome) => void;
    cancelled: boolean;
  }[] = [];
  function begin(name: string, tell: (progress: ImportProgress) => void): ImportHandle {
    // Node 20 has no Promise.withResolvers.
    let end: (outcome: ImportOutcome) => void = () => undefined;
    const outcome = new Promise<ImportOutcome>((done) => {
      end = done;
    });
    const one = { name, tell, end, cancelled: false };
    imports.push(one);
    const cancel = () => {
      one.cancelled = true;
      end({ kind: 'cancelled' });
    };
    return { outcome, cancel };
  }
  const models = {
    list: async () => [...kept],
    sortOut: async (files: readonly GivenFile[], waiting: readonly GivenFile[]) => sorted(files, waiting),
    bring: (files: readonly { name: string }[], tell: (progress: ImportProgress) => void) =>
      begin(files.map(({ name }) => name).join(' + '), tell),
    download: ({ name }: DownloadRequest, tell: (progress: ImportProgress) => void) => begin(name, tell),
    remove: async (id: string) => {
      kept.splice(
        kept.findIndex((model) => model.id === id),
        1,
      );
    },
    watch: () => () => undefined,
  } as unknown as ModelsPort;
  const app = createAppStore({
    port: { environment: () => new Promise(() => undefined) } as unknown as UpscalePort,
    models,
    catalog: { models: [PHOTO], offers: [] },
    library: [],
    storage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
    address: { search: () => '', fragment: () => '', replaceSearch: () => undefined },
    pictures: {} as Pictures,
    now: () => 0,
    previewSidePx: () => 100,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const arrive = async (at: number) => {
    const model = own(imports[at]?.name ?? '');
    kept.unshift(model);
    imports[at]?.end({ kind: 'added', model, known: null });
    await settled();
  };
  const state = () => app.store.getState();
  const halves = () => state().own.halves.map(({ file }) => file.name);
  return { app, imports, arrive, settled, state, halves, arrival: () => state().own.arrival };
}

test('models arrive one behind another, and it is told how many wait', async () => {
  const { app, imports, arrive, settled, state, arrival } = setUp();
  void app.actions.takeModels([given('a'), given('b')]);
  await settled();
  void app.actions.takeModels([given('c')]);
  await settled();
  expect(imports.map(({ name }) => name)).toEqual(['a']);
  expect(arrival()).toMatchObject({ kind: 'running', name: 'a', waiting: 2 });
  await arrive(0);
  expect(arrival()).toMatchObject({ kind: 'running', name: 'b', waiting: 1 });
  await arrive(1);
  await arrive(2);
  expect(arrival()).toMatchObject({ kind: 'added', model: { id: 'c' } });
  expect(state().settings.model).toBe('c');
  expect(state().catalog.models.map(({ id }) => id)).toEqual(['photo-4x', 'c', 'b', 'a']);
});

test('cancelling ends the one that runs, and those that wait do not begin', async () => {
  const { app, imports, settled, arrival } = setUp();
  void app.actions.takeModels([given('a'), given('b')]);
  await settled();
  app.actions.cancelArrival();
  await settled();
  expect(imports).toMatchObject([{ name: 'a', cancelled: true }]);
  expect(arrival()).toEqual({ kind: 'none' });
  void app.actions.takeModels([given('c')]);
  await settled();
  expect(arrival(), 'later ones do').toMatchObject({ kind: 'running', name: 'c', waiting: 0 });
});

test('a failure is not lost when others wait behind it', async () => {
  const { app, imports, arrive, settled, state, arrival } = setUp();
  void app.actions.takeModels([given('bad'), given('good')]);
  await settled();
  const error = {
    code: 'model-unsupported',
    message: 'Not known.',
    nextStep: 'Convert it.',
    details: {},
  } as const;
  imports[0]?.end({ kind: 'failed', error });
  await settled();
  expect(state().own.missed).toEqual([{ kind: 'failed', name: 'bad', error, request: null }]);
  expect(arrival()).toMatchObject({ kind: 'running', name: 'good' });
  await arrive(1);
  app.actions.dismissArrival();
  expect(state().own).toMatchObject({ arrival: { kind: 'none' }, missed: [] });
});

test('the next ones take the place of what was refused before; those of one drop are all told', async () => {
  const { app, imports, arrive, settled, state, arrival } = setUp();
  const error = { code: 'model-unsupported', message: 'Not known.', nextStep: '', details: {} } as const;
  const fail = async (at: number) => {
    imports[at]?.end({ kind: 'failed', error });
    await settled();
  };
  const told = () =>
    [...state().own.missed, arrival()].flatMap((one) => (one.kind === 'failed' ? one.name : []));
  void app.actions.take([given('bad 1'), given('bad 2'), given('bad 3')]);
  await settled();
  for (const at of [0, 1, 2]) await fail(at);
  expect(told()).toEqual(['bad 1', 'bad 2', 'bad 3']);

  void app.actions.take([given('bad 4'), given('good')]);
  await settled();
  expect(told()).toEqual([]);
  await fail(3);
  void app.actions.take([given('bad 5')]);
  await settled();
  expect(told(), 'others of its drop are on their way').toEqual(['bad 4']);
  await arrive(4);
  await fail(5);
  expect(told()).toEqual(['bad 4', 'bad 5']);
  void app.actions.take([given('good 2')]);
  await settled();
  await arrive(6);
  expect(told()).toEqual([]);
});

test('a download that failed is tried again, also when others were waiting behind it', async () => {
  const { app, imports, arrive, settled, state, arrival } = setUp();
  const request = { name: 'skies', files: [], author: '', licence: '', source: 'x' };
  void app.actions.download(request);
  void app.actions.takeModels([given('good')]);
  await settled();
  const error = { code: 'download-failed', message: 'It broke off.', nextStep: '', details: {} } as const;
  imports[0]?.end({ kind: 'failed', error });
  await settled();
  await arrive(1);
  const [missed] = state().own.missed;
  expect(missed).toEqual({ kind: 'failed', name: 'skies', error, request });
  if (missed) app.actions.retryDownload(missed);
  await settled();
  expect(state().own.missed).toEqual([]);
  expect(arrival()).toMatchObject({ kind: 'running', name: 'skies', progress: { stage: 'downloading' } });
  await arrive(2);
  expect(arrival()).toMatchObject({ kind: 'added', model: { id: 'skies' } });
});

test('progress that comes after the outcome changes nothing', async () => {
  const { app, imports, settled, arrival } = setUp();
  void app.actions.takeModels([given('a')]);
  await settled();
  imports[0]?.tell(TRYING);
  expect(arrival()).toMatchObject({ kind: 'running', progress: TRYING });
  imports[0]?.end({ kind: 'cancelled' });
  await settled();
  imports[0]?.tell(TRYING);
  expect(arrival()).toEqual({ kind: 'none' });
});

describe('half of an ncnn model', () => {
  const ERROR = { code: 'model-unsupported', message: 'No.', nextStep: 'None.', details: {} } as const;

  test('waits while others arrive and are refused, until the other one comes', async () => {
    const { app, imports, arrive, settled, arrival, halves } = setUp();
    expect(await app.actions.takeModels([given('a.param')])).toEqual([]);
    expect(imports, 'nothing to be tried').toEqual([]);
    expect(halves()).toEqual(['a.param']);
    void app.actions.takeModels([given('x.onnx'), given('y.onnx')]);
    await settled();
    await arrive(0);
    imports[1]?.end({ kind: 'failed', error: ERROR });
    await settled();
    expect(arrival()).toMatchObject({ kind: 'failed' });
    app.actions.dismissArrival();
    app.actions.cancelArrival();
    expect(halves(), 'what becomes of others is not its business').toEqual(['a.param']);
    void app.actions.takeModels([given('a.bin')]);
    await settled();
    expect(halves()).toEqual([]);
    expect(imports[2]?.name).toBe('a.param + a.bin');
  });

  test('comes first or last, alone or among others, while another model is on its way', async () => {
    const { app, imports, arrive, settled, halves } = setUp();
    void app.actions.takeModels([given('x.onnx'), given('a.bin')]);
    // Before it is known what the first are.
    void app.actions.takeModels([given('y.onnx'), given('b.param'), given('a.param')]);
    void app.actions.takeModels([given('b.bin')]);
    await settled();
    expect(halves()).toEqual([]);
    for (let i = 0; i < 4; i++) await arrive(i);
    expect(imports.map(({ name }) => name)).toEqual([
      'x.onnx',
      'a.param + a.bin',
      'y.onnx',
      'b.param + b.bin',
    ]);
  });

  test('goes with no half of another name, and is there once', async () => {
    const { app, imports, settled, halves } = setUp();
    for (const name of ['a.param', 'b.bin', 'c.bin', 'a.param']) await app.actions.takeModels([given(name)]);
    expect(halves()).toEqual(['b.bin', 'c.bin', 'a.param']);
    void app.actions.takeModels([given('d.param')]);
    await settled();
    expect(imports).toEqual([]);
    expect(halves()).toEqual(['b.bin', 'c.bin', 'a.param', 'd.param']);
  });

  test('of another name, comes together with its other one', async () => {
    const { app, imports, settled, halves } = setUp();
    await app.actions.takeModels([given('x2.param')]);
    await app.actions.takeModels([given('x4.bin')]);
    void app.actions.takeModels([given('x2.param'), given('x4.bin')]);
    await settled();
    expect(imports.map(({ name }) => name)).toEqual(['x2.param + x4.bin']);
    expect(halves()).toEqual([]);
  });

  test('can be sent away, and then waits no more', async () => {
    const { app, imports, state, halves } = setUp();
    await app.actions.takeModels([given('a.param'), given('b.param')]);
    const [first] = state().own.halves;
    if (first) app.actions.dismissHalf(first);
    expect(halves()).toEqual(['b.param']);
    await app.actions.takeModels([given('a.bin')]);
    expect(imports).toEqual([]);
  });

  test('is found in an archive, and meets the one that waits', async () => {
    const { app, imports, settled, halves } = setUp();
    await app.actions.takeModels([given('a.bin')]);
    void app.actions.takeModels([given('one.zip'), given('two.zip')]);
    await settled();
    imports[0]?.end({ kind: 'unpacked', files: [given('b.bin')] });
    await settled();
    expect(halves()).toEqual(['a.bin', 'b.bin']);
    imports[1]?.end({ kind: 'unpacked', files: [given('a.param')] });
    await settled();
    expect(imports[2]?.name).toBe('a.param + a.bin');
    expect(halves()).toEqual(['b.bin']);
  });
});

test('all models of an archive arrive, behind those that were dropped with it; its half waits', async () => {
  const { app, imports, arrive, settled, halves, arrival } = setUp();
  void app.actions.takeModels([given('all.zip'), given('z.onnx')]);
  await settled();
  const inside = ['one/m.param', 'two/m.param', 'two/m.bin', 'one/m.bin', 'b.onnx', 'c.param'];
  imports[0]?.end({ kind: 'unpacked', files: inside.map(given) });
  await settled();
  for (let i = 1; i < 5; i++) await arrive(i);
  expect(imports.map(({ name }) => name)).toEqual([
    'all.zip',
    'z.onnx',
    'one/m.param + one/m.bin',
    'two/m.param + two/m.bin',
    'b.onnx',
  ]);
  expect(halves()).toEqual(['c.param']);
  expect(arrival()).toMatchObject({ kind: 'added', model: { id: 'b.onnx' } });
});

test('weights beside an .onnx file are no picture; alone they are left to be one', async () => {
  const { app, imports, settled } = setUp();
  const together = app.actions.takeModels([given('x.onnx'), given('x.onnx.data')]);
  await settled();
  imports[0]?.end({ kind: 'cancelled' });
  expect(await together).toEqual([]);
  expect(await app.actions.takeModels([given('x.onnx.data')])).toHaveLength(1);
});

test('a model that arrives while a job runs is chosen when the job has ended', async () => {
  const { app, arrive, settled, state } = setUp();
  void app.actions.takeModels([given('a')]);
  await settled();
  app.store.setState({ job: RUNNING });
  await arrive(0);
  expect(state().settings.model).toBeNull();
  app.store.setState({ job: { kind: 'idle' } });
  expect(state().settings.model).toBe('a');
});

test('when the chosen model is deleted, the standard one is chosen', async () => {
  const { app, arrive, settled, state } = setUp();
  void app.actions.takeModels([given('a')]);
  await settled();
  await arrive(0);
  expect(state().settings.model).toBe('a');
  await app.actions.deleteModel('a');
  expect(state().settings.model).toBeNull();
  expect(state().own.list).toEqual([]);
});
