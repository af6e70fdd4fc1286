import { toWire } from '../base/errors.ts';
import { letGo } from '../engine/let-go.ts';
import { holdLifeLock } from '../engine/life-lock.ts';
import { modelGroups } from '../models/convert/groups.ts';
import { HEAD_BYTES, modelKind } from '../models/convert/model-kind.ts';
import type { NamedBytes } from '../models/convert/named-bytes.ts';
import { withFacts } from '../models/kept-facts.ts';
import { downloadFiles } from '../models/library/download.ts';
import {
  addModel,
  type BroughtFile,
  deleteModel,
  findLibraryModel,
  type LibraryModel,
  listModels,
  noteModel,
  readModel,
  renameModel,
  type StorageUsage,
  storageUsage,
  tidyLibrary,
} from '../models/library/library.ts';
import { opfsParts } from '../models/library/opfs-parts.ts';
import { sha256Hex } from '../models/model-file.ts';
import { fileNameOf } from '../models/offer.ts';
import { pictureNetworkCost } from '../models/onnx/network-cost.ts';
import { readOnnx } from '../models/onnx/read.ts';
import { writeOnnx } from '../models/onnx/write.ts';
import type { PictureNetwork } from '../models/picture-network.ts';
import { loadRegistry, type Registry, type RegistryEntry, recognise } from '../models/registry.ts';
import { checkNetwork } from './find-network.ts';
import { convertFiles, tryNetwork } from './import-model.ts';
import type {
  DownloadRequest,
  GivenFile,
  ImportOutcome,
  ImportProgress,
  ImportStage,
  ModelsService,
  SortedFiles,
} from './models-protocol.ts';
import type { Wired } from './protocol.ts';
import { readWhole } from './read-whole.ts';
import { Trials } from './trials.ts';
import { wired } from './wired.ts';

type Tell = (progress: ImportProgress) => void;

/** What goes with one import. */
type Round = { readonly registryUrl: string; readonly signal: AbortSignal; readonly onProgress: Tell };

/** What is known of a model beside its files. */
type Facts = Pick<DownloadRequest, 'name' | 'author' | 'licence' | 'source'>;

/** The models' worker: brings models in, and keeps them. One import at a time; the client sees to that. */
export class LibraryService implements ModelsService {
  #abort: AbortController | null = null;
  #registry: Promise<Registry> | null = null;

  hello(lockName: string): Promise<boolean> {
    void tidyLibrary();
    return holdLifeLock(lockName);
  }

  list(): Promise<readonly LibraryModel[]> {
    return listModels();
  }

  async sortOut(files: readonly GivenFile[], waiting: readonly GivenFile[]): Promise<SortedFiles> {
    const heads = await Promise.all([...files, ...waiting].map(headOf));
    const sorted = modelGroups(heads.slice(0, files.length), heads.slice(files.length));
    const { models, halves, beside } = sorted;
    return {
      models: models.map((group) => group.map(({ index }) => index)),
      halves: halves.map(({ file, wanted }) => ({ file: file.index, wanted })),
      beside: beside.map(({ index }) => index),
    };
  }

  bring(files: readonly GivenFile[], registryUrl: string, onProgress: Tell): Promise<ImportOutcome> {
    return this.#import(async (signal) => {
      const read = await readWhole(files, signal, (loaded, total) =>
        onProgress(at('reading', loaded, total)),
      );
      return this.#keep(read, null, { registryUrl, signal, onProgress });
    });
  }

  download(request: DownloadRequest, registryUrl: string, onProgress: Tell): Promise<ImportOutcome> {
    return this.#import(async (signal) => {
      const files = await downloadFiles(request.files, {
        signal,
        parts: opfsParts,
        onProgress: (loaded, total) => onProgress(at('downloading', loaded, total)),
      });
      const named = files.map(({ bytes }, i) => ({ name: fileNameOf(request.files[i]?.url ?? ''), bytes }));
      return this.#keep(named, request, { registryUrl, signal, onProgress });
    });
  }

  cancel(): void {
    this.#abort?.abort();
  }

  recognise(sha256: string, registryUrl: string): Promise<Wired<RegistryEntry | null>> {
    return wired(async () => recognise(await this.#loadRegistry(registryUrl), [sha256]));
  }

  registry(registryUrl: string): Promise<Wired<Registry>> {
    return wired(() => this.#loadRegistry(registryUrl));
  }

  checkRecipe(recipe: string, catalogUrl: string): Promise<Wired<null>> {
    return wired(() => checkNetwork(recipe, catalogUrl).then(() => null));
  }

  rename(id: string, name: string): Promise<Wired<null>> {
    return wired(() => renameModel(id, name).then(() => null));
  }

  note(id: string, text: string): Promise<Wired<null>> {
    return wired(() => noteModel(id, text).then(() => null));
  }

  remove(id: string): Promise<Wired<null>> {
    return wired(() => deleteModel(id).then(() => null));
  }

  onnxFile(id: string): Promise<Wired<File>> {
    return wired(async () => {
      const model = await findLibraryModel(id);
      // Those that were kept by older versions have no facts in them yet.
      const file = writeOnnx(withFacts({ onnx: readOnnx(await readModel(model)), facts: model }));
      return new File([file], `${id}.onnx`, { type: 'application/octet-stream' });
    });
  }

  usage(): Promise<Wired<StorageUsage>> {
    return wired(storageUsage);
  }

  async #import(work: (signal: AbortSignal) => Promise<ImportOutcome>): Promise<ImportOutcome> {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      return await work(abort.signal);
    } catch (error) {
      return abort.signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error: toWire(error) };
    } finally {
      this.#abort = null;
    }
  }

  /** Converts, tries and keeps. @param facts of a model that was downloaded; null for files that the person brought */
  async #keep(
    given: readonly NamedBytes[],
    facts: Facts | null,
    { registryUrl, signal, onProgress }: Round,
  ): Promise<ImportOutcome> {
    const trials = new Trials(() => onProgress(at('trying')));
    try {
      onProgress(at('converting'));
      trials.prepare();
      const converted = await convertFiles(given, (bytes) => trials.open(bytes));
      if (converted.kind === 'unpacked') {
        const files = converted.files.map(({ name, bytes }) => ({ name, blob: new Blob([bytes]) }));
        letGo([...given, ...converted.files].map(({ bytes }) => bytes.buffer));
        return { kind: 'unpacked', files };
      }
      const { network, format, files } = converted;
      const brought = await broughtFiles(files);
      const description = descriptionOf(network);
      const written = writeOnnx(withFacts(network));
      // The network's weights were views into these.
      letGo([...given, ...files].map(({ bytes }) => bytes.buffer));
      // Before the runtime is there: hashing takes a copy for its time.
      const sha256 = await sha256Hex(written);
      signal.throwIfAborted();
      const bytes = await tryNetwork(written, network.facts, (one) => trials.open(one));
      trials.close();
      onProgress(at('keeping'));
      const known = await this.#whoseFiles(brought, registryUrl);
      const row = {
        ...description,
        name: facts?.name || known?.name || stemOf(files[0]?.name ?? ''),
        licence: facts?.licence || known?.licence || '',
        author: facts?.author || known?.author || '',
        source: facts?.source || known?.url || '',
        origin: { format, files: brought },
      };
      const onWritten = (loaded: number, total: number) => onProgress(at('keeping', loaded, total));
      const model = await addModel({ bytes, sha256 }, row, { signal, onProgress: onWritten });
      letGo([bytes.buffer]);
      return { kind: 'added', model, known };
    } finally {
      trials.close();
    }
  }

  /** Null also where the record cannot be had: whoever is offline still gets the model. */
  async #whoseFiles(files: readonly BroughtFile[], registryUrl: string): Promise<RegistryEntry | null> {
    const hashes = files.map(({ sha256 }) => sha256);
    return this.#loadRegistry(registryUrl).then(
      (registry) => recognise(registry, hashes),
      () => null,
    );
  }

  #loadRegistry(url: string): Promise<Registry> {
    this.#registry ??= loadRegistry(url);
    this.#registry.catch(() => {
      this.#registry = null;
    });
    return this.#registry;
  }
}

function at(stage: ImportStage, loadedBytes = 0, totalBytes: number | null = null): ImportProgress {
  return { stage, loadedBytes, totalBytes };
}

function descriptionOf(network: PictureNetwork) {
  const { form, architecture, ...runs } = network.facts;
  const { macsPerSourcePx, peakValuesPerSourcePx } = pictureNetworkCost(network.onnx, network.facts.sizeRule);
  return {
    ...runs,
    macsPerSourcePx,
    peakValuesPerSourcePx,
    description: architecture ?? '',
    architecture,
    form,
  };
}

/** Texts of ncnn tell which weights fit them: the largest have 1000 layers, of 100 bytes each. */
const MOST_TEXT_BYTES = 2 ** 20;

async function headOf({ name, blob }: GivenFile, index: number) {
  const beginning = async (length: number) => new Uint8Array(await blob.slice(0, length).arrayBuffer());
  const head = await beginning(HEAD_BYTES);
  const isText = modelKind(head, name) === 'ncnn-param' && blob.size > head.length;
  return { name, bytes: isText ? await beginning(MOST_TEXT_BYTES) : head, size: blob.size, index };
}

function broughtFiles(files: readonly NamedBytes[]): Promise<readonly BroughtFile[]> {
  const brought = async ({ name, bytes }: NamedBytes) => ({
    name,
    bytes: bytes.length,
    sha256: await sha256Hex(bytes),
  });
  return Promise.all(files.map(brought));
}

function stemOf(name: string): string {
  return name.replace(/\.(?:onnx|pth|pt|ckpt|safetensors|param|bin|zip)$/i, '');
}
