import { useId } from 'react';
import { classesOf } from '../classes.ts';
import styles from './segmented.module.css';

const cx = classesOf(styles);

/** One choice; `unavailable` says why it cannot be taken. */
export type Segment<T> = { readonly value: T; readonly label: string; readonly unavailable?: string };

type SegmentedProps<T> = {
  readonly legend: string;
  /** Read aloud only: what is chosen is clear from where it stands. */
  readonly legendHidden?: boolean;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
};

/** A few choices side by side: native radio buttons, so arrow keys and screen readers know them. */
export function Segmented<T extends string | number>(props: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className={cx('group')}>
      <legend className={cx('legend', props.legendHidden && 'hidden')}>{props.legend}</legend>
      <div className={cx('track')}>
        {props.segments.map(({ value, label, unavailable }) => (
          <label key={value} className={cx('segment')} title={unavailable}>
            <input
              type="radio"
              className={cx('input')}
              name={name}
              checked={value === props.value}
              disabled={unavailable !== undefined}
              onChange={() => props.onChoose(value)}
            />
            <span className={cx('label')}>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
