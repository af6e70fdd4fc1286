/** A file of the origin private file system, written through to the disk; in workers only, for one at a time. */
export type SyncHandle = {
  read(into: Uint8Array, options: { readonly at: number }): number;
  write(from: Uint8Array, options: { readonly at: number }): number;
  getSize(): number;
  truncate(bytes: number): void;
  flush(): void;
  close(): void;
};

/** What not every browser has, nor every library of types. */
type FileHandle = FileSystemFileHandle & {
  /** Workers only: Chrome 102, Firefox 111, Safari 15.2. */
  readonly createSyncAccessHandle?: () => Promise<SyncHandle>;
  /** Chrome 86, Firefox 111, Safari 26. */
  readonly createWritable?: FileSystemFileHandle['createWritable'];
  /** Not in the standard yet; Chrome on Android had it throw (crbug.com/40270249). */
  readonly move?: (name: string) => Promise<void>;
};

/** A folder of the origin private file system, made where it is not there. */
export async function openFolder(name: 'models' | 'partial'): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(name, { create: true });
}

/** @returns null where there is no such file */
export async function findFile(folder: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

export async function listFiles(folder: FileSystemDirectoryHandle): Promise<readonly File[]> {
  const files: File[] = [];
  for await (const handle of folder.values()) {
    if (handle.kind !== 'file') continue;
    try {
      files.push(await (handle as FileSystemFileHandle).getFile());
    } catch (error) {
      // Another tab has taken it away meanwhile.
      if (!isNotFound(error)) throw error;
    }
  }
  return files;
}

export async function removeFile(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * Opens a file for writing through, made where it is not there.
 *
 * @returns null in the page, where no browser has this
 */
export async function openSync(folder: FileSystemDirectoryHandle, name: string): Promise<SyncHandle | null> {
  const handle: FileHandle = await folder.getFileHandle(name, { create: true });
  return (await handle.createSyncAccessHandle?.()) ?? null;
}

/**
 * Opens a file for writing behind a copy: what is written is there once it is closed.
 *
 * @returns null where the browser has nothing of the kind: pages of Safari before 26
 */
export async function openBehind(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemWritableFileStream | null> {
  const handle: FileHandle = await folder.getFileHandle(name, { create: true });
  return (await handle.createWritable?.({ keepExistingData: true })) ?? null;
}

/** Follows a file that is written, and may end that between two pieces. */
export type WriteWatch = {
  readonly signal?: AbortSignal;
  /** Of the whole file. */
  readonly onProgress?: (writtenBytes: number, totalBytes: number) => void;
};

const PIECE_BYTES = 8 * 2 ** 20;

/** Writes a whole file. @throws whatever the platform throws, such as QuotaExceededError; the signal's reason */
export async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  watch: WriteWatch = {},
): Promise<void> {
  const sync = await openSync(folder, name);
  if (sync) {
    try {
      sync.truncate(0);
      await inPieces(bytes, watch, async (piece, at) => writeAll(sync, piece, at));
      sync.flush();
    } finally {
      sync.close();
    }
    return;
  }
  const behind = await openBehind(folder, name);
  if (!behind) throw new Error('this browser writes files in workers only');
  try {
    await behind.truncate(0);
    await inPieces(bytes, watch, (piece) => behind.write(piece));
  } catch (error) {
    await behind.abort().catch(() => undefined);
    throw error;
  }
  await behind.close();
}

async function inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  { signal, onProgress }: WriteWatch,
  write: (piece: Uint8Array<ArrayBuffer>, at: number) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    await write(piece, at);
    onProgress?.(at + piece.length, bytes.length);
    await messagesHeard();
    signal?.throwIfAborted();
  }
}

/** Lets a worker hear what waits for it, such as that its work was cancelled. */
function messagesHeard(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** @throws DOMException `QuotaExceededError`, also where the platform only wrote less than it was given */
export function writeAll(handle: SyncHandle, bytes: Uint8Array, at: number): void {
  const written = handle.write(bytes, { at });
  if (written < bytes.length)
    throw new DOMException(`${written} of ${bytes.length} bytes were written`, 'QuotaExceededError');
}

/** Gives the file that name in one step where the browser can, else by writing it again; an older file of that name goes. */
export async function putInPlace(
  folder: FileSystemDirectoryHandle,
  from: string,
  to: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const handle: FileHandle = await folder.getFileHandle(from);
  try {
    if (handle.move) return await handle.move(to);
  } catch {
    // As on some Androids: by writing it again.
  }
  await writeFile(folder, to, bytes);
  await removeFile(folder, from);
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}
