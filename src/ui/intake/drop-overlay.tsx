import { useLayoutEffect, useRef } from 'react';
import type { JobState } from '../../state/job.ts';
import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { useLibrary } from '../library/open-library.tsx';
import styles from './drop-overlay.module.css';
import { useIntake } from './use-intake.ts';

const cx = classesOf(styles);

/** Listens for pictures everywhere, and shows over the whole window that it may be let go. */
export function DropOverlay() {
  const over = useIntake();
  return over ? <Invitation /> : null;
}

function Invitation() {
  const kind = useApp((state) => state.job.kind);
  const library = useLibrary();
  const ref = useRef<HTMLDivElement>(null);
  // As a popover it stands above whatever dialog is open. Browsers without them show it below.
  useLayoutEffect(() => ref.current?.showPopover?.(), []);
  return (
    <div
      ref={ref}
      popover="manual"
      className={cx('overlay', kind === 'running' && 'refused')}
      data-testid="drop-overlay"
      aria-hidden
    >
      <p className={cx('text')}>{invitation(kind, library.isOpen)}</p>
    </div>
  );
}

/** What letting go would do. */
function invitation(kind: JobState['kind'], inLibrary: boolean): string {
  if (kind === 'running') return 'Let go to add a model; for another picture, cancel first';
  if (inLibrary) return 'Let go to add a model, or to open a picture';
  return kind === 'idle' ? 'Let go to open the picture' : 'Let go to open this picture instead';
}
