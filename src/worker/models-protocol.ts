/** What crosses between the page and the worker that brings models in and keeps them. Types only. */
import type { WireError } from '../base/errors.ts';
import type { Half, ModelGroups } from '../models/convert/groups.ts';
import type { AgreedFile } from '../models/library/download.ts';
import type { LibraryModel, StorageUsage } from '../models/library/library.ts';
import type { Registry, RegistryEntry } from '../models/registry.ts';
import type { Wired } from './protocol.ts';

export type { AgreedFile, Half, LibraryModel, Registry, RegistryEntry, StorageUsage };

/** A file that a person gave; the name is for people, bytes decide what it is. */
export type GivenFile = { readonly name: string; readonly blob: Blob };

/** Files by their indices: those given first, then those that waited. */
export type SortedFiles = ModelGroups<number>;

/** `trying`: the network is run on a small picture, to see whether it is what it seems. */
export type ImportStage = 'downloading' | 'reading' | 'converting' | 'trying' | 'keeping';

export type ImportProgress = {
  readonly stage: ImportStage;
  /** While downloading, reading and keeping; 0 in the other stages. */
  readonly loadedBytes: number;
  /** Null where the server does not say, and in the other stages. */
  readonly totalBytes: number | null;
};

/** How an import ended. */
export type ImportOutcome =
  | {
      readonly kind: 'added';
      readonly model: LibraryModel;
      /** What is on public record of the files; null where nothing is. */
      readonly known: RegistryEntry | null;
    }
  /** Not one model but several, or half of one: the files, those of archives unpacked. They are to be sorted, and brought again. */
  | { readonly kind: 'unpacked'; readonly files: readonly GivenFile[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: WireError };

/** A running import as the page sees it. */
export type ImportHandle = {
  readonly outcome: Promise<ImportOutcome>;
  /** Takes effect at once; what was downloaded of a file whose hash is known is kept for the next time. */
  cancel(): void;
};

/** What is known of a model that is to be downloaded; it becomes part of its row in the library. */
export type DownloadRequest = {
  readonly files: readonly AgreedFile[];
  readonly name: string;
  readonly author: string;
  /** SPDX identifier; empty where it is not known. */
  readonly licence: string;
  /** The offer's id, or the address. */
  readonly source: string;
};

/** What the page may ask of the library: implemented by the client, faked in tests of the state. */
export interface ModelsPort {
  /** The newest first; empty where this browser keeps nothing. */
  list(): Promise<readonly LibraryModel[]>;
  /**
   * Which of the files make up one model each, by their bytes. What is in none may be a picture.
   * @param waiting halves of ncnn models that came before; a model may take one of them
   */
  sortOut(files: readonly GivenFile[], waiting: readonly GivenFile[]): Promise<SortedFiles>;
  /** Converts, tries and keeps the model that the files make up. Never throws; one import at a time, a second one fails with `busy`. */
  bring(files: readonly GivenFile[], onProgress: (progress: ImportProgress) => void): ImportHandle;
  /** Downloads what the person agreed to, verifies it, and goes on as `bring`. */
  download(request: DownloadRequest, onProgress: (progress: ImportProgress) => void): ImportHandle;
  /** What is on public record of the file with that hash; null where nothing is. Rejects with a `TesseraError`. */
  recognise(sha256: string): Promise<RegistryEntry | null>;
  /** All that is on public record, to be searched. Rejects with a `TesseraError`. */
  registry(): Promise<Registry>;
  /**
   * Reads the models that a recipe spells, and rejects with a `TesseraError` where they do not go together
   * (`model-unsuitable`, `model-unsupported`), or where that cannot be told.
   */
  checkRecipe(recipe: string): Promise<void>;
  /** Rejects with a `TesseraError`, as all below. */
  rename(id: string, name: string): Promise<void>;
  note(id: string, text: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** The network as a file for the person: ONNX, whatever it came as. */
  onnxFile(id: string): Promise<File>;
  usage(): Promise<StorageUsage>;
  /** Asks the browser to keep what is stored also when space is short; tells whether it will. Never rejects. */
  persist(): Promise<boolean>;
  /** Calls back after each change, of any tab. @returns what ends it */
  watch(onChange: () => void): () => void;
}

// What follows is between the client and the worker's service only.

export interface ModelsService {
  /** Resolves when the worker holds the lock of that name, for as long as it lives; false where there are no locks. */
  hello(lockName: string): Promise<boolean>;
  list(): Promise<readonly LibraryModel[]>;
  sortOut(files: readonly GivenFile[], waiting: readonly GivenFile[]): Promise<SortedFiles>;
  bring(
    files: readonly GivenFile[],
    registryUrl: string,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportOutcome>;
  download(
    request: DownloadRequest,
    registryUrl: string,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<ImportOutcome>;
  /** Ends the import that is under way. */
  cancel(): void;
  recognise(sha256: string, registryUrl: string): Promise<Wired<RegistryEntry | null>>;
  registry(registryUrl: string): Promise<Wired<Registry>>;
  checkRecipe(recipe: string, catalogUrl: string): Promise<Wired<null>>;
  rename(id: string, name: string): Promise<Wired<null>>;
  note(id: string, text: string): Promise<Wired<null>>;
  remove(id: string): Promise<Wired<null>>;
  onnxFile(id: string): Promise<Wired<File>>;
  usage(): Promise<Wired<StorageUsage>>;
}
