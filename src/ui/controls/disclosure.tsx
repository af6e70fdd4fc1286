import ChevronIcon from 'lucide-react/icons/chevron-right';
import type { ReactNode } from 'react';
import { classesOf } from '../classes.ts';
import styles from './disclosure.module.css';

const cx = classesOf(styles);

/** A folded part below a hairline: native details, so that find-in-page opens it too. */
export function Disclosure({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <details className={cx('details')}>
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
