import InfoIcon from 'lucide-react/icons/info';
import AlertIcon from 'lucide-react/icons/triangle-alert';
import CloseIcon from 'lucide-react/icons/x';
import { useActions, useApp } from '../app-context.ts';
import { Arrival } from '../arrival/arrival.tsx';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useLibrary } from '../library/open-library.tsx';
import styles from './notices.module.css';

const cx = classesOf(styles);

/** Calm lines on the table: a file that could not be opened, an address that asked for too much, a model that arrives. */
export function Notices({ floating }: { readonly floating: boolean }) {
  const notices = useApp((state) => state.notices);
  const { dismiss } = useActions();
  const library = useLibrary();
  return (
    <div className={cx('notices', floating && 'floating')}>
      {notices.map((notice) => (
        <div
          key={notice.topic}
          className={cx('notice', notice.tone)}
          role={notice.tone === 'problem' ? 'alert' : 'status'}
          data-code={notice.code}
        >
          <span className={cx('sign')}>
            {notice.tone === 'problem' ? <AlertIcon aria-hidden /> : <InfoIcon aria-hidden />}
          </span>
          <div className={cx('lines')}>
            {notice.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
          <Button iconOnly icon={<CloseIcon aria-hidden />} onClick={() => dismiss(notice.topic)}>
            Dismiss
          </Button>
        </div>
      ))}
      {/* The library has it in its own dialog. */}
      {!library.isOpen && <Arrival />}
    </div>
  );
}
