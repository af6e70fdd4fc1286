import { expect, test } from 'vitest';
import { builtIn } from '../models/descriptor.ts';
import type { ImportOutcome, ImportProgress, LibraryModel, ModelsPort } from '../worker/models-protocol.ts';
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

/** A library whose imports end when the test says so; each file is a model. */
function setUp() {
  const kept: LibraryModel[] = [];
  const imports: {
    readonly name: string;
    readonly tell: (progress: ImportProgress) => void;
    readonly end: (outcome: ImportOutcome) => void;
    cancelled: boolean;
  }[] = [];
  const models = {
    list: async () => [...kept],
    sortOut: async (files: readonly unknown[]) => files.map((_, i) => [i]),
    bring: ([file]: readonly { name: string }[], tell: (progress: ImportProgress) => void) => {
      // Node 20 has no Promise.withResolvers.
      let resolve: (outcome: ImportOutcome) => void = () => undefined;
      const promise = new Promise<ImportOutcome>((done) => {
        resolve = done;
      });
      const one = { name: file?.name ?? '', tell, end: resolve, cancelled: false };
      imports.push(one);
      const cancel = () => {
        one.cancelled = true;
        resolve({ kind: 'cancelled' });
      };
      return { outcome: promise, cancel };
    },
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
  return { app, imports, arrive, settled, state, arrival: () => state().own.arrival };
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
  expect(state().own.missed).toEqual([{ kind: 'failed', name: 'bad', error }]);
  expect(arrival()).toMatchObject({ kind: 'running', name: 'good' });
  await arrive(1);
  app.actions.dismissArrival();
  expect(state().own).toMatchObject({ arrival: { kind: 'none' }, missed: [] });
});

test('progress that comes after the outcome changes nothing', async () => {
  const { app, imports, settled, arrival } = setUp();
  void app.actions.takeModels([given('half.param')]);
  await settled();
  imports[0]?.tell(TRYING);
  expect(arrival()).toMatchObject({ kind: 'running', progress: TRYING });
  imports[0]?.end({ kind: 'incomplete', wanted: '.bin', name: 'half.param' });
  await settled();
  imports[0]?.tell(TRYING);
  expect(arrival()).toMatchObject({ kind: 'half', wanted: '.bin' });
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
