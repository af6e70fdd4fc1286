import type { AppState } from '../../state/store.ts';
import { useApp } from '../app-context.ts';
import { announcement as arrivalAnnouncement, halvesAnnouncement } from '../arrival/arrival-words.ts';
import { classesOf } from '../classes.ts';
import { sizeText } from '../words.ts';
import styles from './live-region.module.css';

const cx = classesOf(styles);

/** Says aloud what changed, at most four times a job besides its beginning and end, and how the models arrive. */
export function LiveRegion() {
  const text = useApp(announcement);
  const arrival = useApp((state) => arrivalAnnouncement(state.own.arrival));
  const halves = useApp((state) => halvesAnnouncement(state.own.halves));
  return (
    <>
      <p className={cx('hidden')} role="status" aria-live="polite">
        {text}
      </p>
      <p className={cx('hidden')} role="status" aria-live="polite">
        {arrival}
      </p>
      <p className={cx('hidden')} role="status" aria-live="polite">
        {halves}
      </p>
    </>
  );
}

function announcement({ job }: AppState): string {
  switch (job.kind) {
    case 'idle':
    case 'failed':
      return '';
    case 'inspecting':
      return `Opening ${job.name}`;
    case 'picked': {
      const { width, height } = job.picture.inspection;
      return `${job.picture.name} is open, ${sizeText(width, height)} pixels`;
    }
    case 'running': {
      const quarter = Math.floor(job.progress.fraction * 4) * 25;
      return quarter === 0 ? 'Upscaling has started' : `${quarter} percent`;
    }
    case 'done':
      return `Done. The picture is now ${sizeText(job.report.output.width, job.report.output.height)} pixels`;
    case 'cancelled':
      return 'Cancelled';
  }
}
