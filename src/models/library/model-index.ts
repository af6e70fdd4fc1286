import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { LIBRARY_CHANNEL } from '../../base/channel-names.ts';
import type { LibraryModel } from './library-model.ts';

interface LibrarySchema extends DBSchema {
  models: { key: string; value: LibraryModel; indexes: { sha256: string } };
}

const VERSION = 1;

let opened: Promise<IDBPDatabase<LibrarySchema>> | null = null;

function database(): Promise<IDBPDatabase<LibrarySchema>> {
  opened ??= openDB<LibrarySchema>('tessera-library', VERSION, {
    upgrade(db) {
      const rows = db.createObjectStore('models', { keyPath: 'id' });
      rows.createIndex('sha256', 'sha256', { unique: true });
    },
    // Another tab wants a newer version; the next call here opens that.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    // The browser closed it, as when the person clears the site's data.
    terminated() {
      opened = null;
    },
  });
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

/** The newest first. */
export async function listRows(): Promise<readonly LibraryModel[]> {
  const rows = await (await database()).getAll('models');
  return rows.sort((a, b) => b.addedAt - a.addedAt);
}

export async function findRow(id: string): Promise<LibraryModel | null> {
  return (await (await database()).get('models', id)) ?? null;
}

export async function findRowOfNetwork(sha256: string): Promise<LibraryModel | null> {
  return (await (await database()).getFromIndex('models', 'sha256', sha256)) ?? null;
}

/** @throws DOMException `ConstraintError` when the id or the network has a row already */
export async function addRow(row: LibraryModel): Promise<void> {
  await (await database()).add('models', row);
  announce();
}

/** @returns the row as it is now; null where it is gone */
export async function changeRow(
  id: string,
  change: Partial<Pick<LibraryModel, 'name' | 'note'>>,
): Promise<LibraryModel | null> {
  const transaction = (await database()).transaction('models', 'readwrite');
  const row = await transaction.store.get(id);
  const changed = row ? { ...row, ...change } : null;
  if (changed) await transaction.store.put(changed);
  await transaction.done;
  if (changed) announce();
  return changed;
}

export async function removeRow(id: string): Promise<void> {
  await (await database()).delete('models', id);
  announce();
}

/** Calls back after each change of the index, in whatever tab or worker. @returns what ends it */
export function watchRows(onChange: () => void): () => void {
  const channel = new BroadcastChannel(LIBRARY_CHANNEL);
  channel.onmessage = () => onChange();
  return () => channel.close();
}

/** A channel of its own, since a channel does not hear itself. */
function announce(): void {
  const channel = new BroadcastChannel(LIBRARY_CHANNEL);
  channel.postMessage(null);
  channel.close();
}
