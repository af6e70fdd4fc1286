import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Dialog } from '../controls/dialog.tsx';
import styles from './help-dialog.module.css';

const cx = classesOf(styles);

const KEYS: readonly (readonly [what: string, ...keys: string[]])[] = [
  ['Open a picture', 'O'],
  ['Paste a picture', 'Ctrl V'],
  ['Model library', 'M'],
  ['Upscale', 'U'],
  ['Cancel', 'Esc'],
  ['Save', 'S'],
  ['Fit the window', '0', 'F'],
  ['100 %', '1'],
  ['Zoom', '+', '-'],
  ['Move the picture, when it has the focus', '← ↑ → ↓'],
  ['Move the divider by 1 %, when it has the focus', '← →'],
  ['Move the divider by 10 %', 'Shift ← →'],
  ['Divider to an end', 'Home', 'End'],
  ['This list', '?'],
];

/** Every key of the page, and the switch for those without a modifier. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const singleKeys = useApp((state) => state.settings.singleKeys);
  const { choose } = useActions();
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className={cx('keys')}>
        {KEYS.map(([what, ...keys]) => (
          <div key={what} className={cx('row')}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} className={cx('key')}>
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className={cx('switch')}>
        <input
          type="checkbox"
          checked={singleKeys}
          onChange={(event) => choose({ singleKeys: event.currentTarget.checked })}
        />
        Single keys work as shortcuts
      </label>
    </Dialog>
  );
}
