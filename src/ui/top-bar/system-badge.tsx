import CheckIcon from 'lucide-react/icons/check';
import { useState } from 'react';
import type { RunningEngine } from '../../state/job.ts';
import { backendNow } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { countText } from '../words.ts';
import styles from './system-badge.module.css';
import { SystemDialog } from './system-dialog.tsx';

const cx = classesOf(styles);

/** What will run, or, during and after a job, what really ran. Opens the page about this device. */
export function SystemBadge() {
  const [open, setOpen] = useState(false);
  const [first, ...rest] = useApp(badgeText).split(' · ');
  const warn = useApp((state) => backendNow(state) === 'webgpu' && state.environment?.adapter == null);
  const offline = useApp((state) => state.offline.kind === 'ready');
  return (
    <>
      {offline && (
        <span className={cx('offline')}>
          <CheckIcon aria-hidden /> Ready offline
        </span>
      )}
      <button
        type="button"
        className={cx('badge')}
        data-testid="system"
        title="What runs on this device"
        onClick={() => setOpen(true)}
      >
        <span className={cx('dot', warn && 'warn')} aria-hidden />
        <span className={cx('text')}>
          {first}
          {rest.length > 0 && <span className={cx('rest')}>{` · ${rest.join(' · ')}`}</span>}
        </span>
      </button>
      {open && <SystemDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function badgeText(state: AppState): string {
  const ran = engineThatRan(state);
  if (ran) return engineText(ran);
  if (state.environmentProblem !== null) return 'System unknown';
  const backend = backendNow(state);
  if (!backend || !state.environment) return 'Checking…';
  const { adapter, threads } = state.environment;
  if (backend === 'webgpu' && !adapter) return 'WebGPU · not available';
  return engineText({ backend, adapter: adapter?.description ?? '', threads });
}

function engineThatRan({ job }: AppState): RunningEngine | null {
  if (job.kind === 'running' || job.kind === 'cancelled') return job.progress.engine;
  return job.kind === 'done' ? job.report : null;
}

/** Before a job the precision is not known. */
type EngineFacts = Omit<RunningEngine, 'precision'> & Partial<Pick<RunningEngine, 'precision'>>;

function engineText({ backend, adapter, threads, precision }: EngineFacts): string {
  if (backend === 'wasm') return `WASM · ${countText(threads, 'thread')}`;
  return `WebGPU · ${adapter || 'graphics card'}${precision === 'float16' ? ' · fp16' : ''}`;
}
