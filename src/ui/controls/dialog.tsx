import CloseIcon from 'lucide-react/icons/x';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { classesOf } from '../classes.ts';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

const cx = classesOf(styles);

type DialogProps = {
  readonly title: string;
  /**
   * `list`: wider, of one height whatever part of the list is shown, and with a head that stays in sight; `sights`: for
   * pictures side by side, as wide as the window allows. Without: for a few lines.
   */
  readonly size?: 'lines' | 'list' | 'sights';
  /** Below the title, in the head. */
  readonly head?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** A native modal dialog, open as long as it is mounted. Escape and a click beside it close it. */
export function Dialog({ title, size = 'lines', head, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // By the dialog itself, so that it gives the focus back to where it was; its event then calls `onClose`.
  const close = () => ref.current?.close();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    // Not closed on the way out: unmounting does that, and closing would call `onClose` of a dialog that stays.
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      // A dialog that is taken away, and not closed, takes the focus with it.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the native dialog closes on Escape by itself
    <dialog
      ref={ref}
      className={cx('dialog', size !== 'lines' && 'wide', size)}
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
