import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** What one adapter was found to do with one model. A field is null as long as nothing was found out. */
export type Tuning = {
  readonly modelId: string;
  readonly modelSha256: string;
  /** The adapter's name for people. */
  readonly adapter: string;
  /** Whether the adapter computed a known tile as the processor does. */
  readonly knownTile: 'right' | 'wrong' | null;
  readonly precision: 'float32' | 'float16' | null;
  /** Why that precision, as half a sentence. */
  readonly precisionReason: string;
  /** The fastest tile, in source pixels. */
  readonly tile: number | null;
  /** The smallest tile that ever failed for memory: smaller ones are proposed from then on. */
  readonly failedTile: number | null;
};

export type TuningKey = { readonly modelSha256: string; readonly adapterKey: string };

interface TuningSchema extends DBSchema {
  tuning: { key: [modelSha256: string, adapterKey: string]; value: Tuning };
}

/** Counted up when what is found out, or the runtime that found it, changes. */
const VERSION = 1;

let opened: Promise<IDBPDatabase<TuningSchema>> | null = null;

function database(): Promise<IDBPDatabase<TuningSchema>> {
  opened ??= openDB<TuningSchema>('tessera-tuning', VERSION, {
    upgrade(db) {
      if (db.objectStoreNames.contains('tuning')) db.deleteObjectStore('tuning');
      db.createObjectStore('tuning');
    },
    // Another tab wants a newer version; the next call here opens that.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opened = null;
    },
  });
  opened.catch(() => {
    opened = null;
  });
  return opened;
}

/** Null where nothing is known, or where this browser keeps nothing (private windows): it is then found out again. */
export async function recallTuning({ modelSha256, adapterKey }: TuningKey): Promise<Tuning | null> {
  try {
    return (await (await database()).get('tuning', [modelSha256, adapterKey])) ?? null;
  } catch {
    return null;
  }
}

export async function keepTuning({ modelSha256, adapterKey }: TuningKey, tuning: Tuning): Promise<void> {
  try {
    await (await database()).put('tuning', tuning, [modelSha256, adapterKey]);
  } catch {
    // Only costs the next job the time to find it out again.
  }
}

/** All that is remembered, over all models and adapters. */
export async function listTunings(): Promise<readonly Tuning[]> {
  try {
    return await (await database()).getAll('tuning');
  } catch {
    return [];
  }
}

/** @throws DOMException when the browser refuses. */
export async function forgetTunings(): Promise<void> {
  await (await database()).clear('tuning');
}
