import { useEffect } from 'react';
import { useApp } from '../app-context.ts';

/** While a job runs: asks before the page is left, keeps the screen on, and asks the browser not to freeze the tab. */
export function useRunningGuards(): void {
  const running = useApp((state) => state.job.kind === 'running');
  useEffect(() => {
    if (!running) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    const releaseScreen = keepScreenOn();
    const releaseTab = keepTabAwake();
    return () => {
      window.removeEventListener('beforeunload', warn);
      releaseScreen();
      releaseTab();
    };
  }, [running]);
}

/** A wake lock is lost when the tab is hidden, so it is asked for again when the tab comes back. */
function keepScreenOn(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  async function ask() {
    if (!('wakeLock' in navigator) || document.visibilityState !== 'visible') return;
    try {
      const granted = await navigator.wakeLock.request('screen');
      if (over) await granted.release();
      else lock = granted;
    } catch {
      // Refused, as on low battery: the job goes on with the screen off.
    }
  }
  const onVisible = () => void ask();
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release().catch(() => undefined);
  };
}

/** Chromium freezes busy tabs in the background to save energy, but not those that hold a lock. */
function keepTabAwake(): () => void {
  if (!('locks' in navigator)) return () => undefined;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Shared: two tabs may each hold it.
  navigator.locks.request('tessera-job', { mode: 'shared' }, () => held).catch(() => undefined);
  return release;
}
