import type { StoreApi } from 'zustand/vanilla';
import { toWire, type WireError } from '../base/errors.ts';
import type { Catalog } from '../models/descriptor.ts';
import type {
  DownloadRequest,
  GivenFile,
  ImportHandle,
  ImportOutcome,
  ImportProgress,
  LibraryModel,
  ModelsPort,
  RegistryEntry,
  StorageUsage,
} from '../worker/models-protocol.ts';
import type { AppState } from './store.ts';

/** A model on its way into the library. */
export type Arrival =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly name: string;
      readonly progress: ImportProgress;
      /** Models that wait behind it. */
      readonly waiting: number;
    }
  /** Half of an ncnn model is here; the other half may follow. */
  | { readonly kind: 'half'; readonly wanted: '.param' | '.bin'; readonly file: GivenFile }
  | { readonly kind: 'added'; readonly model: LibraryModel; readonly known: RegistryEntry | null }
  | { readonly kind: 'failed'; readonly name: string; readonly error: WireError };

/** The person's own models, as the page last heard of them. */
export type OwnModels = {
  /** The newest first. */
  readonly list: readonly LibraryModel[];
  readonly arrival: Arrival;
  /** Null until somebody wanted to see it, or where the browser does not say. */
  readonly usage: StorageUsage | null;
  /** What went wrong with a change of the library last; null where nothing did. */
  readonly problem: WireError | null;
};

/** What a person can do with models. None rejects; what goes wrong is in `OwnModels`. */
export type ModelActions = {
  /**
   * Takes the model files among `files` into the library, one after the other, and chooses the last one.
   * @returns what is no model file, in the order given
   */
  readonly takeModels: (files: readonly GivenFile[]) => Promise<readonly GivenFile[]>;
  /** Downloads what the person agreed to. */
  readonly download: (request: DownloadRequest) => Promise<void>;
  readonly cancelArrival: () => void;
  /** Sends away what the last arrival left to read. */
  readonly dismissArrival: () => void;
  readonly renameModel: (id: string, name: string) => Promise<void>;
  readonly noteModel: (id: string, text: string) => Promise<void>;
  readonly deleteModel: (id: string) => Promise<void>;
  /** The network as an ONNX file for the person; null when it could not be had. */
  readonly onnxFile: (id: string) => Promise<File | null>;
  readonly lookUpUsage: () => Promise<void>;
  readonly askToPersist: () => Promise<void>;
};

const NO_PROGRESS: ImportProgress = { stage: 'reading', loadedBytes: 0, totalBytes: null };

export function ownModels(list: readonly LibraryModel[]): OwnModels {
  return { list, arrival: { kind: 'none' }, usage: null, problem: null };
}

/** All models that can be chosen: those that are built in, then the person's own. */
export function withOwn(catalog: Catalog, own: readonly LibraryModel[]): Catalog {
  return { ...catalog, models: [...catalog.models.filter(({ file }) => file !== null), ...own] };
}

/** The verbs, bound to one store; the list is looked up again whenever any tab changes the library. */
export function createModelActions(
  port: ModelsPort,
  store: StoreApi<AppState>,
  choose: (changes: { model: string; scale: null }) => void,
): ModelActions {
  let handle: ImportHandle | null = null;
  const tell = (news: Partial<OwnModels>) => store.setState(({ own }) => ({ own: { ...own, ...news } }));

  async function refresh(): Promise<void> {
    const list = await port.list().catch(() => null);
    if (list)
      store.setState(({ own, catalog }) => ({ own: { ...own, list }, catalog: withOwn(catalog, list) }));
  }

  async function arrive(
    name: string,
    waiting: number,
    begin: (hear: (progress: ImportProgress) => void) => ImportHandle,
  ): Promise<ImportOutcome> {
    const show = (progress: ImportProgress) =>
      tell({ arrival: { kind: 'running', name, progress, waiting } });
    show(NO_PROGRESS);
    handle = begin(show);
    const outcome = await handle.outcome;
    handle = null;
    if (outcome.kind === 'cancelled') tell({ arrival: { kind: 'none' } });
    if (outcome.kind === 'failed') tell({ arrival: { kind: 'failed', name, error: outcome.error } });
    if (outcome.kind !== 'added') return outcome;
    await refresh();
    tell({ arrival: { kind: 'added', model: outcome.model, known: outcome.known } });
    choose({ model: outcome.model.id, scale: null });
    return outcome;
  }

  async function takeModels(files: readonly GivenFile[]): Promise<readonly GivenFile[]> {
    const half = store.getState().own.arrival;
    const given = half.kind === 'half' ? [half.file, ...files] : files;
    const groups = await port.sortOut(given).catch(() => []);
    const rest = given.filter(
      (file, i) => !groups.some((group) => group.includes(i)) && files.includes(file),
    );
    // The half that came before has to come with something to be tried again.
    const isNews = (group: readonly number[]) => group.some((i) => files.includes(given[i] as GivenFile));
    const models = groups.filter(isNews).map((group) => group.map((i) => given[i] as GivenFile));
    for (const [i, group] of models.entries()) {
      const [first] = group;
      if (!first) continue;
      const outcome = await arrive(first.name, models.length - 1 - i, (hear) => port.bring(group, hear));
      if (outcome.kind === 'incomplete')
        tell({ arrival: { kind: 'half', wanted: outcome.wanted, file: first } });
      if (outcome.kind === 'cancelled') break;
    }
    return rest;
  }

  async function change(work: Promise<void>): Promise<void> {
    try {
      await work;
      tell({ problem: null });
      await refresh();
    } catch (error) {
      tell({ problem: toWire(error) });
    }
  }

  port.watch(() => void refresh());
  return {
    takeModels,
    async download(request) {
      await arrive(request.name, 0, (hear) => port.download(request, hear));
    },
    cancelArrival: () => handle?.cancel(),
    dismissArrival() {
      if (store.getState().own.arrival.kind !== 'running') tell({ arrival: { kind: 'none' } });
    },
    renameModel: (id, name) => change(port.rename(id, name)),
    noteModel: (id, text) => change(port.note(id, text)),
    deleteModel: (id) => change(port.remove(id)),
    async onnxFile(id) {
      try {
        return await port.onnxFile(id);
      } catch (error) {
        tell({ problem: toWire(error) });
        return null;
      }
    },
    async lookUpUsage() {
      tell({ usage: await port.usage().catch(() => null) });
    },
    async askToPersist() {
      await port.persist().catch(() => false);
      tell({ usage: await port.usage().catch(() => null) });
    },
  };
}
