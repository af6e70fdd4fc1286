import ChevronIcon from 'lucide-react/icons/chevron-right';
import type { ReactNode } from 'react';
import { classesOf } from '../classes.ts';
import styles from './disclosure.module.css';

const cx = classesOf(styles);

type DisclosureProps = {
  readonly title: string;
  readonly onOpen?: () => void;
  readonly children: ReactNode;
};

/** A folded part below a hairline: native details, so that find-in-page opens it too. */
export function Disclosure({ title, onOpen, children }: DisclosureProps) {
  return (
    <details className={cx('details')} onToggle={(event) => event.currentTarget.open && onOpen?.()}>
      <summary className={cx('summary')}>
        <span className={cx('chevron')}>
          <ChevronIcon aria-hidden />
        </span>
        {title}
      </summary>
      {children}
    </details>
  );
}
