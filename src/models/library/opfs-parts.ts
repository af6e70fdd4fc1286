import { elsewhere } from './download-errors.ts';
import { partLock, whenFree } from './locks.ts';
import { findFile, listFiles, openBehind, openFolder, openSync, removeFile, writeAll } from './opfs.ts';
import { memoryPart, type Part, type PartStore } from './part.ts';

/** A tab that was closed or reloaded lets go of its lock a moment later. */
const LOCK_WAIT_MS = 2000;
/** How long a part is kept that nobody went on with. */
const KEPT_DAYS = 14;

/**
 * Parts in the folder `partial` of the origin private file system, by the hash of the whole file. In a worker what comes is
 * on the disk at once; in a page when the download ends, however it does. Where the browser keeps nothing, neither does this.
 */
export const opfsParts: PartStore = {
  async borrow(sha256, work) {
    let isLent = false;
    try {
      const signal = AbortSignal.timeout(LOCK_WAIT_MS);
      return await navigator.locks.request(partLock(sha256), { signal }, () => {
        isLent = true;
        return lend(sha256, work);
      });
    } catch (error) {
      throw isLent ? error : elsewhere(sha256);
    }
  },
  async remove(sha256) {
    try {
      await removeFile(await openFolder('partial'), sha256);
    } catch {
      // It goes when it is old.
    }
  },
};

/** Throws away parts that nobody went on with for two weeks. */
export async function removeOldParts(now: number): Promise<void> {
  const folder = await openFolder('partial');
  for (const { name, lastModified } of await listFiles(folder)) {
    if (now - lastModified < KEPT_DAYS * 24 * 3600 * 1000) continue;
    await whenFree(
      partLock(name),
      () => removeFile(folder, name),
      () => undefined,
    );
  }
}

async function lend<T>(sha256: string, work: (part: Part) => Promise<T>): Promise<T> {
  const part = await openPart(sha256).catch(() => null);
  if (!part) return work(memoryPart());
  try {
    return await work(part);
  } finally {
    // What could not be kept is fetched again the next time.
    await part.close().catch(() => undefined);
  }
}

type OpenPart = Part & { close(): Promise<void> };

/** @returns null where the browser has no way to write files here */
async function openPart(sha256: string): Promise<OpenPart | null> {
  const folder = await openFolder('partial');
  const sync = await openSync(folder, sha256);
  if (sync) {
    let count = sync.getSize();
    return {
      bytes: () => count,
      async append(chunk) {
        writeAll(sync, chunk, count);
        count += chunk.length;
      },
      async clear() {
        sync.truncate(0);
        count = 0;
      },
      async readAll() {
        const all = new Uint8Array(count);
        sync.read(all, { at: 0 });
        return all;
      },
      async close() {
        try {
          sync.flush();
        } finally {
          sync.close();
        }
      },
    };
  }
  return openPartBehind(folder, sha256);
}

async function openPartBehind(folder: FileSystemDirectoryHandle, name: string): Promise<OpenPart | null> {
  let count = (await findFile(folder, name))?.size ?? 0;
  let behind = await openBehind(folder, name);
  if (!behind) return null;
  await behind.seek(count);
  /** What was written is there only after this. */
  const close = async () => {
    await behind?.close();
    behind = null;
  };
  /** Open, and at the end of what there is. */
  const open = async () => {
    if (!behind) {
      behind = await openBehind(folder, name);
      await behind?.seek(count);
    }
    return behind;
  };
  return {
    bytes: () => count,
    async append(chunk) {
      try {
        await (await open())?.write(chunk);
      } catch (error) {
        // A stream that failed takes with it what was written since it was opened.
        behind = null;
        count = (await findFile(folder, name))?.size ?? 0;
        throw error;
      }
      count += chunk.length;
    },
    async clear() {
      const stream = await open();
      await stream?.truncate(0);
      await stream?.seek(0);
      count = 0;
    },
    async readAll() {
      await close();
      const file = await findFile(folder, name);
      return new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
    },
    close,
  };
}
