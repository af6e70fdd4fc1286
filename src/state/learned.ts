import type { StoreApi } from 'zustand/vanilla';
import type { TuningSummary, UpscalePort } from '../worker/protocol.ts';
import type { AppState } from './store.ts';

/** What was found out about models on this device, as the page last heard it. */
export type Learned = {
  /** Null until somebody wanted to see it. */
  readonly tunings: readonly TuningSummary[] | null;
  /** What went wrong with it last; null where nothing did. */
  readonly problem: 'not-read' | 'not-forgotten' | null;
};

export const NOTHING_ASKED: Learned = { tunings: null, problem: null };

/** What a person can do with what was found out. Neither rejects. */
export type LearnedActions = {
  readonly lookUpLearned: () => Promise<void>;
  /** Has all of it found out anew; does nothing while a job runs. */
  readonly forgetLearned: () => Promise<void>;
};

/** The verbs, bound to one store. Once it was looked up, it is looked up again after each job. */
export function createLearnedActions(port: UpscalePort, store: StoreApi<AppState>): LearnedActions {
  let turn = 0;
  const tell = (news: Partial<Learned>) =>
    store.setState(({ learned }) => ({ learned: { ...learned, ...news } }));

  async function lookUpLearned(): Promise<void> {
    const mine = ++turn;
    try {
      const tunings = await port.tunings();
      if (mine === turn) tell({ tunings, problem: null });
    } catch {
      if (mine === turn) tell({ problem: 'not-read' });
    }
  }

  async function forgetLearned(): Promise<void> {
    if (store.getState().job.kind === 'running') return;
    try {
      await port.forgetTunings();
    } catch {
      return tell({ problem: 'not-forgotten' });
    }
    return lookUpLearned();
  }

  store.subscribe(({ job, learned }, { job: before }) => {
    const hasEnded = before.kind === 'running' && job.kind !== 'running';
    if (hasEnded && learned !== NOTHING_ASKED) void lookUpLearned();
  });
  return { lookUpLearned, forgetLearned };
}
