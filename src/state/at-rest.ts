import type { StoreApi } from 'zustand/vanilla';
import type { AppState } from './store.ts';

/** Acts at once, or when the running job has ended: its set-up stays on the screen as it was. */
export function whenAtRest(store: StoreApi<AppState>, act: () => void): void {
  if (store.getState().job.kind !== 'running') {
    act();
    return;
  }
  const stop = store.subscribe(({ job }) => {
    if (job.kind === 'running') return;
    stop();
    act();
  });
}
