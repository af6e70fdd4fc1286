import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classesOf } from '../classes.ts';
import styles from './button.module.css';

const cx = classesOf(styles);

/** `filled` is the one thing to do next: at most one on the page. */
export type ButtonLook = 'filled' | 'outlined' | 'quiet' | 'glass';

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: ButtonLook;
  readonly icon?: ReactNode;
  /** Draws only the icon; the children become the name and the tooltip. */
  readonly iconOnly?: boolean;
};

/** The classes of a button, for a link that looks like one. */
export function buttonClass(look: ButtonLook): string {
  return cx('button', look);
}

export function Button({ look = 'quiet', icon, iconOnly = false, children, title, ...rest }: ButtonProps) {
  const name = iconOnly && typeof children === 'string' ? children : undefined;
  return (
    <button
      type="button"
      className={cx('button', look, iconOnly && 'icon-only')}
      aria-label={name}
      title={title ?? name}
      {...rest}
    >
      {icon}
      {!iconOnly && children}
    </button>
  );
}
