import type { StoreApi } from 'zustand/vanilla';
import { toWire, type WireError } from '../base/errors.ts';
import type { Catalog } from '../models/descriptor.ts';
import type {
  DownloadRequest,
  GivenFile,
  Half,
  ImportOutcome,
  ImportProgress,
  LibraryModel,
  ModelsPort,
  Registry,
  RegistryEntry,
  StorageUsage,
} from '../worker/models-protocol.ts';
import { type BeginImport, createArrivalLine } from './arrival-line.ts';
import { whenAtRest } from './at-rest.ts';
import { recipeModel } from './recipe-model.ts';
import type { Settings } from './settings.ts';
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
  | { readonly kind: 'added'; readonly model: LibraryModel; readonly known: RegistryEntry | null }
  | FailedArrival;

export type FailedArrival = {
  readonly kind: 'failed';
  readonly name: string;
  readonly error: WireError;
  /** The download that it was, to be tried again; null for files that the person brought. */
  readonly request: DownloadRequest | null;
};

/** The person's own models, as the page last heard of them. */
export type OwnModels = {
  /** The newest first. */
  readonly list: readonly LibraryModel[];
  readonly arrival: Arrival;
  /** Those that failed while others waited behind them. */
  readonly missed: readonly FailedArrival[];
  /** Halves of ncnn models, one of a name, until the other half comes or the person sends them away. */
  readonly halves: readonly Half<GivenFile>[];
  /** Null until somebody wanted to see it, or where the browser does not say. */
  readonly usage: StorageUsage | null;
  /** What is on public record; null until somebody wanted to search it, or where it could not be had. */
  readonly registry: Registry | null;
  /** What went wrong with a change of the library last; null where nothing did. */
  readonly problem: WireError | null;
};

/** What a person can do with models. None rejects; what goes wrong is in `OwnModels`. */
export type ModelActions = {
  /**
   * Takes the model files among `files` into the library, one after the other and behind those that are on their way, and
   * chooses the last one; while a job runs, when it has ended. Half of a model waits in `halves` for the other.
   * @returns what is no model file, in the order given
   */
  readonly takeModels: (files: readonly GivenFile[]) => Promise<readonly GivenFile[]>;
  /** Downloads what the person agreed to, and chooses it. */
  readonly download: (request: DownloadRequest) => Promise<ImportOutcome>;
  /** Downloads once more what did not arrive; what came of a file whose hash is known is gone on with. */
  readonly retryDownload: (failed: FailedArrival) => void;
  /** Ends the arrival, and those that wait behind it. */
  readonly cancelArrival: () => void;
  /** Takes away what was said of models that could not be added, unless others that came with them are on their way. */
  readonly forgetFailures: () => void;
  /** Sends away what the last arrival left to read. */
  readonly dismissArrival: () => void;
  readonly dismissHalf: (half: Half<GivenFile>) => void;
  readonly renameModel: (id: string, name: string) => Promise<void>;
  readonly noteModel: (id: string, text: string) => Promise<void>;
  readonly deleteModel: (id: string) => Promise<void>;
  /** The network as an ONNX file for the person; null when it could not be had. */
  readonly onnxFile: (id: string) => Promise<File | null>;
  /** Sends away what was said of a change that went wrong. */
  readonly dismissProblem: () => void;
  readonly lookUpUsage: () => Promise<void>;
  readonly lookUpRegistry: () => Promise<void>;
  readonly askToPersist: () => Promise<void>;
};

/** Until the worker tells more: a slow host may take long to answer. */
const BEGUN = { loadedBytes: 0, totalBytes: null };

export function ownModels(list: readonly LibraryModel[]): OwnModels {
  return {
    list,
    arrival: { kind: 'none' },
    missed: [],
    halves: [],
    usage: null,
    registry: null,
    problem: null,
  };
}

/** All models that can be chosen: those that are built in, then the person's own. */
export function withOwn(catalog: Catalog, own: readonly LibraryModel[]): Catalog {
  return { ...catalog, models: [...catalog.models.filter(({ file }) => file !== null), ...own] };
}

/** The verbs, bound to one store; the list is looked up again whenever any tab changes the library. */
export function createModelActions(
  port: ModelsPort,
  store: StoreApi<AppState>,
  choose: (changes: Partial<Settings>) => void,
): ModelActions {
  const line = createArrivalLine(store, choose, refresh);
  /** Ends when all files given so far are sorted: what is a half then waits before the next are. */
  let sorting: Promise<unknown> = Promise.resolve();
  const tell = (news: Partial<OwnModels>) => store.setState(({ own }) => ({ own: { ...own, ...news } }));

  async function refresh(): Promise<void> {
    const list = await port.list().catch(() => null);
    if (!list) return;
    store.setState(({ own, catalog }) => ({ own: { ...own, list }, catalog: withOwn(catalog, list) }));
    // The chosen one may be gone: the settings then mean the standard model, and say so.
    whenAtRest(store, () => {
      const { settings, catalog } = store.getState();
      if (settings.model !== null && !recipeModel(settings.model, catalog)) choose({});
    });
  }

  async function takeModels(files: readonly GivenFile[]): Promise<readonly GivenFile[]> {
    const turn = sorting.then(() => sortOut(files));
    sorting = turn;
    const { models, rest } = await turn;
    await Promise.all(models.map((group) => bringOne(group)));
    return rest;
  }

  /** Keeps the halves among them; a half that waited and meets its other one is half no more. */
  async function sortOut(files: readonly GivenFile[]) {
    const before = store.getState().own.halves.map(({ file }) => file);
    const given = [...files, ...before];
    const at = (index: number) => given[index] as GivenFile;
    const sorted = await port.sortOut(files, before).catch(() => ({ models: [], halves: [], beside: [] }));
    const models = sorted.models.map((group) => group.map(at));
    const halves = sorted.halves.map(({ file, wanted }) => ({ file: at(file), wanted }));
    const beside = sorted.beside.map(at);
    const taken = new Set([...models.flat(), ...halves.map(({ file }) => file), ...beside]);
    const names = new Set([...taken].map(({ name }) => name));
    // The person may have sent one away in the meantime.
    const still = store.getState().own.halves.filter(({ file }) => !names.has(file.name));
    tell({ halves: [...still, ...halves] });
    return { models, rest: files.filter((file) => !taken.has(file)) };
  }

  async function bringOne(files: readonly GivenFile[]): Promise<void> {
    const [file] = files;
    if (!file) return;
    const begin: BeginImport = (hear) => {
      hear({ stage: 'reading', ...BEGUN });
      return port.bring(files, hear);
    };
    const outcome = await line.arrive(file.name, begin, null);
    // Out of an archive: several, or half of one, for which the other may wait already.
    if (outcome.kind === 'unpacked') await takeModels(outcome.files);
  }

  function download(request: DownloadRequest): Promise<ImportOutcome> {
    const begin: BeginImport = (hear) => {
      hear({ stage: 'downloading', ...BEGUN });
      return port.download(request, hear);
    };
    return line.arrive(request.name, begin, request);
  }

  /** Null where it failed; what went wrong is then the problem to be shown. */
  async function attempt<T>(work: Promise<T>): Promise<T | null> {
    try {
      const value = await work;
      tell({ problem: null });
      return value;
    } catch (error) {
      tell({ problem: toWire(error) });
      return null;
    }
  }

  async function change(work: Promise<void>): Promise<void> {
    await attempt(work.then(refresh));
  }

  port.watch(() => void refresh());
  return {
    takeModels,
    download,
    retryDownload(failed) {
      if (!failed.request) return;
      tell({ missed: store.getState().own.missed.filter((each) => each !== failed) });
      void download(failed.request);
    },
    cancelArrival: line.cancel,
    forgetFailures: line.forgetFailures,
    dismissArrival() {
      const { arrival } = store.getState().own;
      tell({ arrival: arrival.kind === 'running' ? arrival : { kind: 'none' }, missed: [] });
    },
    dismissHalf: (half) => tell({ halves: store.getState().own.halves.filter((one) => one !== half) }),
    renameModel: (id, name) => change(port.rename(id, name)),
    noteModel: (id, text) => change(port.note(id, text)),
    deleteModel: (id) => change(port.remove(id)),
    onnxFile: (id) => attempt(port.onnxFile(id)),
    dismissProblem: () => tell({ problem: null }),
    async lookUpUsage() {
      tell({ usage: await port.usage().catch(() => null) });
    },
    async lookUpRegistry() {
      if (store.getState().own.registry) return;
      const registry = await attempt(port.registry());
      tell({ registry });
    },
    async askToPersist() {
      await port.persist();
      tell({ usage: await port.usage().catch(() => null) });
    },
  };
}
