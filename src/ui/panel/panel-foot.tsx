import { useEffect, useRef } from 'react';
import type { JobState } from '../../state/job.ts';
import { useApp } from '../app-context.ts';
import { useKeyboardPerson } from '../effects/use-keyboard-person.ts';
import { FailureFoot } from './failure-foot.tsx';
import { ProgressFoot } from './progress-foot.tsx';
import { ResultFoot } from './result-foot.tsx';
import { StartFoot } from './start-foot.tsx';

/** The one thing to do next: start, watch, save, or get out of a failure. */
export function PanelFoot() {
  const job = useApp((state) => state.job);
  const foot = useRef<HTMLDivElement>(null);
  const byKeyboard = useKeyboardPerson();
  const { kind } = job;
  useEffect(() => {
    // The button that was pressed is gone, and the focus with it: the next one takes it.
    if (kind === 'idle' || !byKeyboard.current || document.activeElement !== document.body) return;
    foot.current?.querySelector<HTMLElement>('[data-next]')?.focus({ preventScroll: true });
  }, [kind, byKeyboard]);
  return <div ref={foot}>{footFor(job)}</div>;
}

function footFor(job: JobState) {
  if (job.kind === 'running') return <ProgressFoot job={job} />;
  if (job.kind === 'done') return <ResultFoot job={job} />;
  if (job.kind === 'failed') return <FailureFoot error={job.error} />;
  return <StartFoot />;
}
