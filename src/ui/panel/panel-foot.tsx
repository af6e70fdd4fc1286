import { useApp } from '../app-context.ts';
import { ProgressFoot } from './progress-foot.tsx';
import { ResultFoot } from './result-foot.tsx';
import { StartFoot } from './start-foot.tsx';

/** The one thing to do next: start, watch, or save. */
export function PanelFoot() {
  const job = useApp((state) => state.job);
  if (job.kind === 'running') return <ProgressFoot job={job} />;
  if (job.kind === 'done') return <ResultFoot job={job} />;
  return <StartFoot />;
}
