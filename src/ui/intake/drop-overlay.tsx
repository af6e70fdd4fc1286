import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import styles from './drop-overlay.module.css';
import { useIntake } from './use-intake.ts';

const cx = classesOf(styles);

/** Listens for pictures everywhere, and shows over the whole window that it may be let go. */
export function DropOverlay() {
  const over = useIntake();
  const kind = useApp((state) => state.job.kind);
  if (!over) return null;
  const text =
    kind === 'running'
      ? 'Let go to add a model; for another picture, cancel first'
      : kind === 'idle'
        ? 'Let go to open the picture'
        : 'Let go to open this picture instead';
  return (
    <div className={cx('overlay', kind === 'running' && 'refused')} data-testid="drop-overlay" aria-hidden>
      <p className={cx('text')}>{text}</p>
    </div>
  );
}
