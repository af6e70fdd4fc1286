import { useId } from 'react';
import type { OutputFormat } from '../../state/contracts.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Segmented } from '../controls/segmented.tsx';
import styles from './format-picker.module.css';

const cx = classesOf(styles);

/** File formats as people write them. */
export const FORMAT_LABELS: Record<OutputFormat, string> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' };

const SEGMENTS = (['png', 'jpeg', 'webp'] as const).map((value) => ({ value, label: FORMAT_LABELS[value] }));

/** The saved file's format and, where the format has one, its quality. */
export function FormatPicker() {
  const format = useApp((state) => state.settings.format);
  const quality = useApp((state) => state.settings.quality);
  const { choose } = useActions();
  const id = useId();
  return (
    <div className={cx('format')}>
      <Segmented
        legend="Save as"
        segments={SEGMENTS}
        value={format}
        onChoose={(value) => choose({ format: value })}
      />
      {format !== 'png' && (
        <div className={cx('quality')}>
          <label htmlFor={id}>Quality</label>
          <input
            id={id}
            type="range"
            min={1}
            max={100}
            value={quality}
            onChange={(event) => choose({ quality: event.currentTarget.valueAsNumber })}
          />
          <output htmlFor={id}>{quality}</output>
        </div>
      )}
    </div>
  );
}
