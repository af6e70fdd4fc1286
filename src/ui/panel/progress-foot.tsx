import type { RunningJob } from '../../state/job.ts';
import { remainingAt } from '../../state/remaining.ts';
import { useActions } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useNow } from '../effects/use-now.ts';
import { useShortcuts } from '../effects/use-shortcuts.ts';
import { isWorthAWord } from '../quiet-warnings.ts';
import { bytesText, clockText, remainingText } from '../words.ts';
import styles from './foot.module.css';
import { Mosaic } from './mosaic.tsx';

const cx = classesOf(styles);

const STAGE_WORDS: Record<RunningJob['progress']['stage'], string> = {
  starting: 'Starting',
  reading: 'Reading the picture',
  'loading-runtime': 'Loading the engine',
  'loading-model': 'Loading the model',
  'warming-up': 'Getting the graphics card ready',
  tiles: 'Upscaling',
  encoding: 'Writing the file',
};

type ProgressFootProps = { readonly job: RunningJob };

/** What the start button becomes: the plan filling up, the stage in words, the times, and the way out. */
export function ProgressFoot({ job }: ProgressFootProps) {
  const { cancel } = useActions();
  const { progress } = job;
  const percent = Math.floor(progress.fraction * 100);
  const stage = job.cancelling ? 'Stopping after this tile' : STAGE_WORDS[progress.stage];
  const notice = progress.notices.findLast(isWorthAWord);
  useShortcuts({ Escape: cancel });
  return (
    <div className={cx('foot')}>
      <div
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${stage}, ${percent} %`}
      >
        <Mosaic bands={progress.bands} size={job.picture.inspection} download={downloadShare(job)} />
      </div>
      <p className={cx('stage')}>
        <strong>{stage}</strong>
        <span className={cx('counts')}>{countsText(job)}</span>
      </p>
      {notice && (
        <p className={cx('notice')} role="status" data-code={notice.code}>
          {notice.message}
        </p>
      )}
      <div className={cx('times')}>
        <Times job={job} />
        <Button look="outlined" disabled={job.cancelling} onClick={cancel} title="Cancel (Esc)" data-next>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function Times({ job }: ProgressFootProps) {
  const now = useNow();
  const { stage, pace } = job.progress;
  const remainingMs = stage === 'tiles' && pace ? remainingAt(pace, now) : null;
  return (
    <span>
      {clockText(Math.max(0, now - job.startedAtMs))}
      {remainingMs !== null && ` · ${remainingText(remainingMs)}`}
    </span>
  );
}

function downloadShare({ progress: { download } }: RunningJob): number {
  return download && download.totalBytes > 0 ? Math.min(1, download.loadedBytes / download.totalBytes) : 0;
}

function countsText({ progress }: RunningJob): string {
  const { stage, tile, download } = progress;
  if (download && download.totalBytes > 0) {
    return `${bytesText(download.loadedBytes)} of ${bytesText(download.totalBytes)}`;
  }
  if (stage !== 'tiles' || !tile) return '';
  return `Tile ${Math.min(tile.done + 1, tile.total)} of ${tile.total}`;
}
