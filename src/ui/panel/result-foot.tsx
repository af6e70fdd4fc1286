import CopyIcon from 'lucide-react/icons/copy';
import DownloadIcon from 'lucide-react/icons/download';
import RestartIcon from 'lucide-react/icons/rotate-ccw';
import SlidersIcon from 'lucide-react/icons/sliders-horizontal';
import { useRef } from 'react';
import type { DoneJob } from '../../state/job.ts';
import { useActions, useAppObject } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { CompareButton } from '../compare/compare-button.tsx';
import { Button, buttonClass } from '../controls/button.tsx';
import { useFlash } from '../effects/use-flash.ts';
import { useShortcuts } from '../effects/use-shortcuts.ts';
import { CopyLinkButton } from '../link/copy-link-button.tsx';
import { bytesText, durationText, sizeText } from '../words.ts';
import { copyPicture, isCopyable } from './copy.ts';
import styles from './foot.module.css';

const cx = classesOf(styles);

/** The new size and the time, said once, and what to do with the result. */
export function ResultFoot({ job }: { readonly job: DoneJob }) {
  const { pictures } = useAppObject();
  const { revise, clear } = useActions();
  const save = useRef<HTMLAnchorElement>(null);
  const { output, ms } = job.report;
  useShortcuts({ s: () => save.current?.click() });
  return (
    <div className={cx('foot')}>
      <p className={cx('headline')}>
        <span className={cx('size')}>{sizeText(output.width, output.height)}</span>
        <span className={cx('facts')}>
          {bytesText(output.bytes)}, made in {durationText(ms.total)}
        </span>
      </p>
      <a
        ref={save}
        className={buttonClass('filled')}
        data-next
        href={pictures.results.peek(job.result)?.url}
        download={job.fileName}
        title={`Save ${job.fileName} (S)`}
      >
        <DownloadIcon aria-hidden /> Save
      </a>
      <div className={cx('quiet-actions')}>
        <CopyPictureButton job={job} />
        <CopyLinkButton />
        <CompareButton labelClass={cx('label')} />
        <Button icon={<SlidersIcon aria-hidden />} title="Change the settings and try again" onClick={revise}>
          <span className={cx('label')}>Settings</span>
        </Button>
        <Button icon={<RestartIcon aria-hidden />} title="Put the picture away" onClick={clear}>
          <span className={cx('label')}>Start over</span>
        </Button>
      </div>
    </div>
  );
}

function CopyPictureButton({ job }: { readonly job: DoneJob }) {
  const { pictures, actions } = useAppObject();
  const [word, flash] = useFlash();
  const possible = isCopyable(job.report);
  async function copy() {
    try {
      const result = pictures.results.get(job.result);
      await copyPicture(result, job.report);
      flash('Copied');
    } catch {
      const lines = ['The browser did not let Tessera copy the picture. Save it instead.'];
      actions.notify({ topic: 'clipboard', tone: 'note', lines });
    }
  }
  return (
    <Button
      icon={<CopyIcon aria-hidden />}
      disabled={!possible}
      title={possible ? 'Put the picture on the clipboard' : 'Too large for the clipboard'}
      onClick={() => void copy()}
    >
      <span className={cx('label')}>{word ?? 'Copy picture'}</span>
    </Button>
  );
}
