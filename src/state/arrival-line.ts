import type { StoreApi } from 'zustand/vanilla';
import type {
  DownloadRequest,
  ImportHandle,
  ImportOutcome,
  ImportProgress,
} from '../worker/models-protocol.ts';
import { whenAtRest } from './at-rest.ts';
import type { FailedArrival, OwnModels } from './models.ts';
import type { Settings } from './settings.ts';
import type { AppState } from './store.ts';

/** Begins an import, and has it tell how far it is. */
export type BeginImport = (hear: (progress: ImportProgress) => void) => ImportHandle;

/** Models on their way into the library: one behind another. */
export type ArrivalLine = {
  /** @param request the download that it is, so that it can be tried again; null for files that the person brought */
  readonly arrive: (
    name: string,
    begin: BeginImport,
    request: DownloadRequest | null,
  ) => Promise<ImportOutcome>;
  /** Ends the arrival, and those that wait behind it. */
  readonly cancel: () => void;
  /** Takes away what was said of arrivals that failed, unless others of theirs are on their way. */
  readonly forgetFailures: () => void;
};

/** @param refresh looks the library's list up again */
export function createArrivalLine(
  store: StoreApi<AppState>,
  choose: (changes: Partial<Settings>) => void,
  refresh: () => Promise<void>,
): ArrivalLine {
  let handle: ImportHandle | null = null;
  /** Ends when all that were to arrive have. */
  let line: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  /** How often the arrivals were cancelled: those that waited then do not begin. */
  let cancels = 0;
  const tell = (news: Partial<OwnModels>) => store.setState(({ own }) => ({ own: { ...own, ...news } }));

  function arrive(name: string, begin: BeginImport, request: DownloadRequest | null): Promise<ImportOutcome> {
    const cancelsBefore = cancels;
    forgetFailures();
    wait(1);
    const turn = line.then((): ImportOutcome | Promise<ImportOutcome> => {
      wait(-1);
      return cancels === cancelsBefore ? bringIn(name, begin, request) : { kind: 'cancelled' };
    });
    line = turn;
    return turn;
  }

  function forgetFailures(): void {
    const { arrival, missed } = store.getState().own;
    if (waiting > 0 || handle !== null) return;
    if (missed.length > 0) tell({ missed: [] });
    if (arrival.kind === 'failed') tell({ arrival: { kind: 'none' } });
  }

  /** One more, or one fewer, waits. */
  function wait(change: 1 | -1): void {
    waiting += change;
    const { arrival } = store.getState().own;
    if (arrival.kind === 'running') tell({ arrival: { ...arrival, waiting } });
  }

  async function bringIn(
    name: string,
    begin: BeginImport,
    request: DownloadRequest | null,
  ): Promise<ImportOutcome> {
    let isOver = false;
    const show = (progress: ImportProgress) => {
      // Progress comes on a road of its own, and can be overtaken by the outcome.
      if (!isOver) tell({ arrival: { kind: 'running', name, progress, waiting } });
    };
    handle = begin(show);
    const outcome = await handle.outcome;
    isOver = true;
    handle = null;
    if (outcome.kind === 'cancelled' || outcome.kind === 'unpacked') tell({ arrival: { kind: 'none' } });
    if (outcome.kind === 'failed') tellFailure({ kind: 'failed', name, error: outcome.error, request });
    if (outcome.kind !== 'added') return outcome;
    await refresh();
    tell({ arrival: { kind: 'added', model: outcome.model, known: outcome.known } });
    whenAtRest(store, () => choose({ model: outcome.model.id, scale: null }));
    return outcome;
  }

  function tellFailure(failed: FailedArrival): void {
    // The next one takes its place at once, and the person would never have read it.
    if (waiting > 0) tell({ missed: [...store.getState().own.missed, failed] });
    else tell({ arrival: failed });
  }

  return {
    arrive,
    forgetFailures,
    cancel() {
      cancels++;
      handle?.cancel();
    },
  };
}
