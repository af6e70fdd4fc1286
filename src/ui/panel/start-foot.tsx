import { pictureOf } from '../../state/job.ts';
import { estimateNow, refusalNow } from '../../state/selectors.ts';
import { chosenScale } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useShortcuts } from '../effects/use-shortcuts.ts';
import { bytesText, roughDurationText, sizeText } from '../words.ts';
import styles from './foot.module.css';
import { REFUSAL_ID } from './messages.tsx';

const cx = classesOf(styles);

/** The estimate and the start button. */
export function StartFoot() {
  const state = useApp((each) => each);
  const { start } = useActions();
  const picture = pictureOf(state.job);
  const refusal = refusalNow(state);
  const refused = refusal !== null;
  const ready = picture !== null && state.job.kind !== 'inspecting' && !refused;
  useShortcuts({ u: () => ready && start() });
  return (
    <div className={cx('foot')}>
      {picture && <BriefSize />}
      {picture && !refused && <EstimateLine />}
      <Button
        look="filled"
        disabled={!ready}
        onClick={start}
        title={refusal?.message ?? (picture ? 'Upscale (U)' : 'Open a picture first')}
        aria-describedby={refused ? REFUSAL_ID : undefined}
        data-next
      >
        Upscale
      </Button>
    </div>
  );
}

/** The sizes again, where the sheet hides the ones beside the scale. */
function BriefSize() {
  const { job, settings, catalog } = useApp((state) => state);
  const picture = pictureOf(job);
  if (!picture) return null;
  const { width, height } = picture.inspection;
  const scale = chosenScale(settings, catalog);
  return (
    <p className={cx('brief-size')}>
      {sizeText(width, height)} → <strong>{sizeText(width * scale, height * scale)}</strong>
    </p>
  );
}

function EstimateLine() {
  const state = useApp((each) => each);
  const cost = estimateNow(state);
  if (!cost) return <p className={cx('estimate')}>Looking at what runs here…</p>;
  const rough = roughDurationText(cost.ms);
  const time = cost.ms < 1000 ? 'Under a second' : `${cost.measured ? 'About' : 'Roughly'} ${rough}`;
  return (
    <p className={cx('estimate')} data-testid="estimate">
      {time} · {bytesText(cost.fileBytes)} file · {bytesText(cost.memoryBytes)} memory
    </p>
  );
}
