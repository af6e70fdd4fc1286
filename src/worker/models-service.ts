import { messageOf, TesseraError, toWire } from '../base/errors.ts';
import { holdLifeLock } from '../engine/life-lock.ts';
import { modelGroups } from '../models/convert/groups.ts';
import { HEAD_BYTES } from '../models/convert/model-kind.ts';
import type { NamedBytes } from '../models/convert/named-bytes.ts';
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
import { writeOnnx } from '../models/onnx/write.ts';
import type { PictureNetwork } from '../models/picture-network.ts';
import { loadRegistry, type Registry, type RegistryEntry, recognise } from '../models/registry.ts';
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
import { Trials } from './trials.ts';
import { wired } from './wired.ts';

type Tell = (progress: ImportProgress) => void;

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
    const { models, halves } = modelGroups(heads.slice(0, files.length), heads.slice(files.length));
    return {
      models: models.map((group) => group.map(({ index }) => index)),
      halves: halves.map(({ file, wanted }) => ({ file: file.index, wanted })),
    };
  }

  bring(files: readonly GivenFile[], registryUrl: string, onProgress: Tell): Promise<ImportOutcome> {
    return this.#import(async () => {
      onProgress(at('reading'));
      const read = files.map(async ({ name, blob }) => ({ name, bytes: await bytesOf(blob, name) }));
      return this.#keep(await Promise.all(read), null, registryUrl, onProgress);
    });
  }

  download(request: DownloadRequest, registryUrl: string, onProgress: Tell): Promise<ImportOutcome> {
    return this.#import(async (signal) => {
      const files = await downloadFiles(request.files, {
        signal,
        parts: opfsParts,
        onProgress: (loadedBytes, totalBytes) =>
          onProgress({ stage: 'downloading', loadedBytes, totalBytes }),
      });
      const named = files.map(({ bytes }, i) => ({ name: fileNameOf(request.files[i]?.url ?? ''), bytes }));
      return this.#keep(named, request, registryUrl, onProgress);
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
      return new File([await readModel(model)], `${id}.onnx`, { type: 'application/octet-stream' });
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
    registryUrl: string,
    onProgress: Tell,
  ): Promise<ImportOutcome> {
    const trials = new Trials(() => onProgress(at('trying')));
    try {
      onProgress(at('converting'));
      const converted = await convertFiles(given, (bytes) => trials.open(bytes));
      if (converted.kind === 'incomplete') {
        const { name, bytes } = converted.file;
        return { ...converted, file: { name, blob: new Blob([bytes]) } };
      }
      const { network, format, files } = converted;
      const bytes = writeOnnx(network.onnx);
      await tryNetwork(bytes, network, (one) => trials.open(one));
      onProgress(at('keeping'));
      const brought = await Promise.all(files.map(broughtFile));
      const known = await this.#whoseFiles(brought, registryUrl);
      const model = await addModel(bytes, {
        ...descriptionOf(network),
        name: facts?.name || known?.name || stemOf(files[0]?.name ?? ''),
        licence: facts?.licence || known?.licence || '',
        author: facts?.author || known?.author || '',
        source: facts?.source || known?.url || '',
        origin: { format, files: brought },
      });
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

function at(stage: ImportStage): ImportProgress {
  return { stage, loadedBytes: 0, totalBytes: null };
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

async function headOf({ name, blob }: GivenFile, index: number) {
  const bytes = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  return { name, bytes, index };
}

async function broughtFile({ name, bytes }: NamedBytes): Promise<BroughtFile> {
  return { name, bytes: bytes.length, sha256: await sha256Hex(bytes) };
}

async function bytesOf(blob: Blob, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new TesseraError(
      'model-missing',
      `The file “${name}” of ${blob.size} bytes could not be read: ${messageOf(cause)}.`,
      'It may have been moved, or be too large for the memory of this device. Choose it again.',
      { file: name, bytes: blob.size },
      { cause },
    );
  }
}

function stemOf(name: string): string {
  return name.replace(/\.(?:onnx|pth|pt|ckpt|safetensors|param|bin|zip)$/i, '');
}
