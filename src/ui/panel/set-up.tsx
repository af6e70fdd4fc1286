import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { CompareButton } from '../compare/compare-button.tsx';
import { CopyLinkButton } from '../link/copy-link-button.tsx';
import { Advanced } from './advanced.tsx';
import { FormatPicker } from './format-picker.tsx';
import { ModelPicker } from './model-picker.tsx';
import { ScalePicker } from './scale-picker.tsx';
import styles from './set-up.module.css';

const cx = classesOf(styles);

/** All choices; while a job runs they are shown as they were and cannot be changed. */
export function SetUp() {
  const running = useApp((state) => state.job.kind === 'running');
  return (
    <fieldset className={cx('set-up')} disabled={running} aria-label="Set-up">
      <div>
        <ModelPicker />
        <CompareButton />
      </div>
      <ScalePicker />
      <FormatPicker />
      <Advanced />
      <div className={cx('aside')}>
        <CopyLinkButton />
      </div>
    </fieldset>
  );
}
