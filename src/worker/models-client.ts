import { proxy } from 'comlink';
import { LIBRARY_CHANNEL } from '../base/channel-names.ts';
import { fromWire, TesseraError, toWire } from '../base/errors.ts';
import { persistStorage } from '../models/library/storage-room.ts';
import { LiveWorker, type Remote, type StartWorker } from './live-worker.ts';
import type {
  DownloadRequest,
  GivenFile,
  ImportHandle,
  ImportOutcome,
  ImportProgress,
  LibraryModel,
  ModelsPort,
  ModelsService,
  Registry,
  RegistryEntry,
  SortedFiles,
  StorageUsage,
} from './models-protocol.ts';
import type { Wired } from './protocol.ts';

/** How long a cancelled import may take to put away what it has before its worker is ended, in milliseconds. */
const CANCEL_LIMIT_MS = 1000;

const startModelsWorker: StartWorker = () =>
  new Worker(new URL('./models.worker.ts', import.meta.url), { type: 'module', name: 'tessera-models' });

/** Where the page keeps what is known of models. */
export type ModelsUrls = { readonly catalog: string; readonly registry: string };

/** The page's side of the library: starts its worker when it is first needed. */
export function createModelsClient(urls: ModelsUrls): ModelsPort {
  return new ModelsClient(urls);
}

type Listener = (progress: ImportProgress) => void;
type ImportCall = (service: Remote<ModelsService>, hear: Listener) => Promise<ImportOutcome>;

class ModelsClient implements ModelsPort {
  readonly #urls: ModelsUrls;
  #worker: LiveWorker<ModelsService> | null = null;
  #isBringing = false;

  constructor(urls: ModelsUrls) {
    this.#urls = urls;
  }

  list(): Promise<readonly LibraryModel[]> {
    return this.#ask((service) => service.list());
  }

  sortOut(files: readonly GivenFile[], waiting: readonly GivenFile[]): Promise<SortedFiles> {
    return this.#ask((service) => service.sortOut(files, waiting));
  }

  bring(files: readonly GivenFile[], onProgress: Listener): ImportHandle {
    return this.#import((service, hear) => service.bring(files, this.#urls.registry, hear), onProgress);
  }

  download(request: DownloadRequest, onProgress: Listener): ImportHandle {
    return this.#import((service, hear) => service.download(request, this.#urls.registry, hear), onProgress);
  }

  async recognise(sha256: string): Promise<RegistryEntry | null> {
    return unwire(await this.#ask((service) => service.recognise(sha256, this.#urls.registry)));
  }

  async registry(): Promise<Registry> {
    return unwire(await this.#ask((service) => service.registry(this.#urls.registry)));
  }

  async checkRecipe(recipe: string): Promise<void> {
    unwire(await this.#ask((service) => service.checkRecipe(recipe, this.#urls.catalog)));
  }

  async rename(id: string, name: string): Promise<void> {
    unwire(await this.#ask((service) => service.rename(id, name)));
  }

  async note(id: string, text: string): Promise<void> {
    unwire(await this.#ask((service) => service.note(id, text)));
  }

  async remove(id: string): Promise<void> {
    unwire(await this.#ask((service) => service.remove(id)));
  }

  async onnxFile(id: string): Promise<File> {
    return unwire(await this.#ask((service) => service.onnxFile(id)));
  }

  async usage(): Promise<StorageUsage> {
    return unwire(await this.#ask((service) => service.usage()));
  }

  /** Here, because a worker cannot ask. */
  persist(): Promise<boolean> {
    return persistStorage();
  }

  watch(onChange: () => void): () => void {
    const channel = new BroadcastChannel(LIBRARY_CHANNEL);
    channel.onmessage = () => onChange();
    return () => channel.close();
  }

  #import(call: ImportCall, onProgress: Listener): ImportHandle {
    if (this.#isBringing)
      return { outcome: Promise.resolve({ kind: 'failed', error: toWire(busy()) }), cancel: () => undefined };
    this.#isBringing = true;
    const live = this.#live();
    let isCancelled = false;
    let impatience: ReturnType<typeof setTimeout> | undefined;
    const hear = (progress: ImportProgress) => {
      if (!isCancelled) onProgress(progress);
    };
    const outcome = live
      .ask((service) => call(service, proxy(hear)))
      .then(
        (end): ImportOutcome => {
          if (isCancelled) return { kind: 'cancelled' };
          return 'answer' in end ? end.answer : { kind: 'failed', error: toWire(workerEnded()) };
        },
        (error: unknown): ImportOutcome => ({ kind: 'failed', error: toWire(error) }),
      )
      .finally(() => {
        clearTimeout(impatience);
        this.#isBringing = false;
      });
    const cancel = () => {
      isCancelled = true;
      void live.service.cancel();
      // Converting and trying do not listen.
      impatience = setTimeout(() => live.dismiss('dismissed'), CANCEL_LIMIT_MS);
    };
    return { outcome, cancel };
  }

  async #ask<T>(call: (service: Remote<ModelsService>) => Promise<T>): Promise<T> {
    const end = await this.#live().ask(call);
    if ('answer' in end) return end.answer;
    throw workerEnded();
  }

  #live(): LiveWorker<ModelsService> {
    if (this.#worker) return this.#worker;
    const live = new LiveWorker<ModelsService>(startModelsWorker);
    void live.ended.then(() => {
      if (this.#worker === live) this.#worker = null;
    });
    this.#worker = live;
    return live;
  }
}

function unwire<T>(wired: Wired<T>): T {
  if (wired.ok) return wired.value;
  throw fromWire(wired.error);
}

function busy(): TesseraError {
  return new TesseraError(
    'busy',
    'Another model is being added.',
    'Wait until it is done, or cancel it first.',
  );
}

/** It ran out of memory, most likely: a model is in it as a whole, twice. */
function workerEnded(): TesseraError {
  return new TesseraError(
    'worker-lost',
    'The background worker that looks after the models ended or could not be started.',
    'Close other tabs, reload the page and try again; a smaller model needs less memory.',
  );
}
