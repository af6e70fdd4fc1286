import { pictureOf } from '../../state/job.ts';
import { leastScale } from '../../state/recipe-model.ts';
import { chosenModel, chosenScale } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Segmented } from '../controls/segmented.tsx';
import { sizeText } from '../words.ts';
import styles from './scale-picker.module.css';

const cx = classesOf(styles);

/** Few enough to choose from; a model's own scale is among them. */
const SCALES = [1, 2, 3, 4, 6, 8, 12, 16];

/** How much larger, and what size that makes. */
export function ScalePicker() {
  const { settings, catalog } = useApp((state) => state);
  const size = useApp((state) => pictureOf(state.job)?.inspection ?? null);
  const { choose } = useActions();
  const model = chosenModel(settings, catalog);
  const scale = chosenScale(settings, catalog);
  const largest = Math.max(model?.scale ?? 2, ...catalog.models.map((each) => Math.min(each.scale, 4)));
  const offered = SCALES.filter((value) => value >= leastScale(model) && value <= largest);
  const segments = offered.map((value) => {
    const beyond = model !== null && value > model.scale;
    return { value, label: `${value}×`, ...(beyond && { unavailable: `This model makes ${model.scale}×` }) };
  });
  return (
    <div className={cx('scale')}>
      <Segmented
        legend="Enlarge"
        segments={segments}
        value={scale}
        onChoose={(value) => choose({ scale: value })}
      />
      {size && (
        <p className={cx('size')} data-testid="size">
          <span className={cx('from')}>{sizeText(size.width, size.height)}</span>
          <span className={cx('arrow')}> → </span>
          <span className={cx('to')}>{sizeText(size.width * scale, size.height * scale)}</span>
        </p>
      )}
    </div>
  );
}
