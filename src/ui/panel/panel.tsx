import ChevronIcon from 'lucide-react/icons/chevron-up';
import { useEffect, useRef, useState } from 'react';
import { chosenModel, chosenScale } from '../../state/settings.ts';
import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { FORMAT_LABELS } from './format-picker.tsx';
import { Messages } from './messages.tsx';
import styles from './panel.module.css';
import { PanelFoot } from './panel-foot.tsx';
import { ResultSummary } from './result-summary.tsx';
import { SetUp } from './set-up.tsx';
import { useSheetDrag } from './use-sheet-drag.ts';

const cx = classesOf(styles);

/** The few choices, and the one thing to do next. Beside the picture on a wide window, a sheet below it elsewhere. */
export function Panel() {
  const [open, setOpen] = useState(false);
  const kind = useApp((state) => state.job.kind);
  const done = kind === 'done';
  const drag = useSheetDrag(setOpen);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Scrolled down to where the last choice was made, the panel would show the middle of what holds now.
    if (kind === 'running' || kind === 'done') content.current?.scrollTo(0, 0);
  }, [kind]);
  return (
    <section
      className={cx('panel')}
      data-open={open}
      data-empty={kind === 'idle'}
      aria-label={done ? 'Result' : 'Choices'}
    >
      <button
        type="button"
        className={cx('grip')}
        aria-expanded={open}
        aria-controls="panel-content"
        onClick={() => setOpen(!open)}
        {...drag}
      >
        <span className={cx('bar')} aria-hidden />
        <span className={cx('brief')}>{done ? <DoneBrief /> : <SetUpBrief />}</span>
        <span className={cx('chevron')}>
          <ChevronIcon aria-hidden />
        </span>
      </button>
      {/* While its controls are disabled, nothing in it takes the focus, and the keyboard could not scroll it. */}
      <div
        ref={content}
        className={cx('content')}
        id="panel-content"
        {...(kind === 'running' && { tabIndex: 0 })}
      >
        {done ? <ResultSummary /> : <SetUp />}
      </div>
      <div className={cx('foot')}>
        <Messages />
        <PanelFoot />
      </div>
    </section>
  );
}

/** The set-up in one line, for the closed sheet. */
function SetUpBrief() {
  const { settings, catalog } = useApp((state) => state);
  const model = chosenModel(settings, catalog);
  return (
    <>
      <bdi className={cx('brief-name')}>{model?.name ?? 'No model'}</bdi>
      <span>
        {' '}
        · {chosenScale(settings, catalog)}× · {FORMAT_LABELS[settings.format]}
      </span>
    </>
  );
}

function DoneBrief() {
  const name = useApp(({ job }) => (job.kind === 'done' ? job.fileName : ''));
  return <span className={cx('brief-name')}>{name}</span>;
}
