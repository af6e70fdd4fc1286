import { pictureOf } from '../../state/job.ts';
import { chosenModel, chosenScale } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Segmented } from '../controls/segmented.tsx';
import { sizeText } from '../words.ts';
import styles from './scale-picker.module.css';

const cx = classesOf(styles);

/** How much larger, and what size that makes. */
export function ScalePicker() {
  const { settings, catalog } = useApp((state) => state);
  const size = useApp((state) => pictureOf(state.job)?.inspection ?? null);
  const { choose } = useActions();
  const model = chosenModel(settings, catalog);
  const scale = chosenScale(settings, catalog);
  const largest = Math.max(2, ...catalog.models.map((each) => each.scale));
  const segments = Array.from({ length: largest - 1 }, (_, index) => {
    const value = index + 2;
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
