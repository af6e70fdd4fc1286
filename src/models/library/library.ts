/**
 * The models that the person brought, kept on this device: rows in IndexedDB, networks in the origin private file system.
 * Works in the page and in workers, in all tabs at once: every step that could meet another holds the model's lock, and a
 * row is there only as long as its whole file is.
 */
import { TesseraError } from '../../base/errors.ts';
import { shownText } from '../../base/shown-text.ts';
import { sha256Hex } from '../model-file.ts';
import type { BroughtFile, LibraryModel, NewModel } from './library-model.ts';
import { modelLock, whenFree } from './locks.ts';
import { libraryId } from './model-id.ts';
import {
  addRow,
  changeRow,
  findRow,
  findRowOfNetwork,
  listRows,
  removeRow,
  watchRows,
} from './model-index.ts';
import {
  hasNetwork,
  listStored,
  readNetwork,
  removeNetwork,
  removeStored,
  writeNetwork,
} from './model-store.ts';
import type { WriteWatch } from './opfs.ts';
import { removeOldParts } from './opfs-parts.ts';
import { sizeText } from './size-text.ts';
import { storageError } from './storage-room.ts';

export type { BroughtFile, LibraryModel, ModelOrigin, NewModel } from './library-model.ts';
export { type StorageUsage, storageUsage } from './storage-room.ts';

export type HashedNetwork = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
};

/** The most that a name, and a note, may have. */
export const NAME_LENGTH = 80;
export const NOTE_LENGTH = 2000;

/**
 * Keeps a network. One that is there already stays as it is, with its name and note, and its row is returned.
 *
 * @param network the bytes of an ONNX file in the engine's form (`PictureNetwork`), with their hash
 * @throws TesseraError `storage-full` with the bytes wanted and free; the signal's reason
 */
export async function addModel(
  { bytes: network, sha256 }: HashedNetwork,
  model: NewModel,
  watch: WriteWatch = {},
): Promise<LibraryModel> {
  try {
    return await navigator.locks.request(modelLock(sha256), async () => {
      const there = await findRowOfNetwork(sha256);
      if (!(await hasNetwork(sha256, network.length))) await writeNetwork(sha256, network, watch);
      if (there) return there;
      const row: LibraryModel = {
        ...model,
        name: clipped(shownText(model.name), NAME_LENGTH) || 'Model',
        author: shownText(model.author),
        origin: { ...model.origin, files: model.origin.files.map(named) },
        id: await freeId(model.name, sha256),
        file: null,
        bytes: network.length,
        sha256,
        note: '',
        addedAt: Date.now(),
      };
      await addRow(row);
      return row;
    });
  } catch (error) {
    if (watch.signal?.aborted) throw watch.signal.reason;
    // A file that was written and has no row goes when the library is tidied.
    throw await storageError(error, network.length);
  }
}

/** The newest first; empty where this browser keeps nothing. */
export async function listModels(): Promise<readonly LibraryModel[]> {
  try {
    return await listRows();
  } catch {
    return [];
  }
}

/** @throws TesseraError `unknown-model` */
export async function findLibraryModel(id: string): Promise<LibraryModel> {
  const row = await findRow(id).catch(() => null);
  if (row) return row;
  throw unknown(id);
}

/**
 * The bytes of a model's network, proven by their hash.
 *
 * @throws TesseraError `model-missing` when the browser no longer has them, `model-corrupt` when they are others.
 */
export async function readModel({ id, name, bytes, sha256 }: LibraryModel): Promise<Uint8Array<ArrayBuffer>> {
  const network = await navigator.locks.request(modelLock(sha256), { mode: 'shared' }, () =>
    readNetwork(sha256).catch(() => null),
  );
  if (!network) {
    throw new TesseraError(
      'model-missing',
      `The file of “${name}” (${sizeText(bytes)}) is no longer on this device: it was deleted, or the browser cleared it.`,
      'Add the model again, or choose another one.',
      { model: id, expectedBytes: bytes, expectedSha256: sha256 },
    );
  }
  const found = await sha256Hex(network);
  if (found === sha256) return network;
  throw new TesseraError(
    'model-corrupt',
    `The file of “${name}” is damaged: ${network.length} bytes of ${bytes}, and its hash does not match.`,
    'Delete the model and add it again, or choose another one.',
    { model: id, bytes: network.length, expectedBytes: bytes, sha256: found, expectedSha256: sha256 },
  );
}

/** Its id stays: addresses that name it go on working. @throws TesseraError `unknown-model`, `bad-option` for no name */
export async function renameModel(id: string, name: string): Promise<LibraryModel> {
  const clean = clipped(shownText(name), NAME_LENGTH);
  if (clean === '')
    throw new TesseraError('bad-option', 'A model needs a name.', 'Give it one.', { model: id });
  return changed(id, { name: clean });
}

/** @throws TesseraError `unknown-model` */
export async function noteModel(id: string, note: string): Promise<LibraryModel> {
  return changed(id, { note: clipped(note, NOTE_LENGTH) });
}

/** Does nothing where it is gone already. */
export async function deleteModel(id: string): Promise<void> {
  const row = await findRow(id);
  if (!row) return;
  await navigator.locks.request(modelLock(row.sha256), async () => {
    await removeRow(id);
    await removeNetwork(row.sha256);
  });
}

/** Calls back after each change by whatever tab or worker, this one included. @returns what ends it */
export function watchLibrary(onChange: () => void): () => void {
  return watchRows(onChange);
}

/**
 * Takes away what tabs that died left, and what the browser's clearing left of a model: files without a row, rows without
 * a file, parts of downloads that nobody went on with. What another tab is working on is left alone.
 *
 * @returns the models whose files were gone, for the person to be told
 */
export async function tidyLibrary(): Promise<readonly LibraryModel[]> {
  const lost: LibraryModel[] = [];
  const none = () => undefined;
  for (const { sha256, name, isWhole } of await listStored()) {
    const work = async () => {
      if (isWhole && (await findRowOfNetwork(sha256))) return;
      await removeStored(name);
    };
    await whenFree(modelLock(sha256), work, none);
  }
  for (const row of await listRows()) {
    const work = async () => {
      if (await hasNetwork(row.sha256, row.bytes)) return;
      await removeRow(row.id);
      lost.push(row);
    };
    await whenFree(modelLock(row.sha256), work, none);
  }
  await removeOldParts(Date.now());
  return lost;
}

async function changed(
  id: string,
  change: Partial<Pick<LibraryModel, 'name' | 'note'>>,
): Promise<LibraryModel> {
  const row = await changeRow(id, change).catch(async (error: unknown) => {
    throw await storageError(error, NOTE_LENGTH);
  });
  if (row) return row;
  throw unknown(id);
}

/** Two networks whose hashes begin alike are told apart by more of them. */
async function freeId(name: string, sha256: string): Promise<string> {
  const id = libraryId(name, sha256);
  return (await findRow(id)) ? libraryId(name, sha256, 16) : id;
}

/** Names are kept as they are shown: they go into sentences, and into the names of files that the person saves. */
function named(file: BroughtFile): BroughtFile {
  return { ...file, name: shownText(file.name) };
}

function clipped(text: string, length: number): string {
  return text.trim().slice(0, length).trim();
}

function unknown(id: string): TesseraError {
  return new TesseraError(
    'unknown-model',
    `There is no model “${id}” in the library of this device.`,
    'Add it again, or choose another one.',
    { model: id },
  );
}
