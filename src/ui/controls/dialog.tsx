import CloseIcon from 'lucide-react/icons/x';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { classesOf } from '../classes.ts';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

const cx = classesOf(styles);

type DialogProps = {
  readonly title: string;
  /** For lists: wider, of one height, and with a head that stays in sight. */
  readonly wide?: boolean;
  /** Below the title, in the head. */
  readonly head?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** A native modal dialog, open as long as it is mounted. Escape and a click beside it close it. */
export function Dialog({ title, wide = false, head, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // By the dialog itself, so that it gives the focus back to where it was; its event then calls `onClose`.
  const close = () => ref.current?.close();
  useEffect(() => {
    const dialog = ref.current;
    // Not closed on the way out: unmounting does that, and closing would call `onClose` of a dialog that stays.
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the native dialog closes on Escape by itself
    <dialog
      ref={ref}
      className={cx('dialog', wide && 'wide')}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && close()}
    >
      <div className={cx('inside')}>
        <div className={cx('head')}>
          <div className={cx('header')}>
            <h2 id={titleId} className={cx('title')}>
              {title}
            </h2>
            <Button iconOnly icon={<CloseIcon aria-hidden />} onClick={close}>
              Close
            </Button>
          </div>
          {head}
        </div>
        {children}
      </div>
    </dialog>
  );
}
