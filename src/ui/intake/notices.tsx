import InfoIcon from 'lucide-react/icons/info';
import AlertIcon from 'lucide-react/icons/triangle-alert';
import CloseIcon from 'lucide-react/icons/x';
import type { Notice } from '../../state/notices.ts';
import { useActions, useApp } from '../app-context.ts';
import { Arrival } from '../arrival/arrival.tsx';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useLibrary } from '../library/open-library.tsx';
import { NamesApart } from '../names-apart.tsx';
import styles from './notices.module.css';

const cx = classesOf(styles);

/** Calm lines on the table: a file that could not be opened, an address that asked for too much, a model that arrives. */
export function Notices({ floating }: { readonly floating: boolean }) {
  const notices = useApp((state) => state.notices);
  const library = useLibrary();
  return (
    <div className={cx('notices', floating && 'floating')}>
      {notices.map((notice) => (
        <NoticeCard key={notice.topic} notice={notice} />
      ))}
      {/* The library has it in its own dialog. */}
      {!library.isOpen && <Arrival />}
    </div>
  );
}

/** What became of a file that was to be a picture, for a dialog that covers the page. */
export function PictureNotice() {
  const notice = useApp(({ notices }) => notices.find(({ topic }) => topic === 'picture'));
  return notice ? <NoticeCard notice={notice} /> : null;
}

/** One that the person can send away. */
function NoticeCard({ notice: { topic, tone, lines, code } }: { readonly notice: Notice }) {
  const { dismiss } = useActions();
  return (
    <div className={cx('notice', tone)} role={tone === 'problem' ? 'alert' : 'status'} data-code={code}>
      <span className={cx('sign')}>
        {tone === 'problem' ? <AlertIcon aria-hidden /> : <InfoIcon aria-hidden />}
      </span>
      <div className={cx('lines')}>
        {lines.map((line) => (
          <p key={line}>
            <NamesApart text={line} />
          </p>
        ))}
      </div>
      <Button iconOnly icon={<CloseIcon aria-hidden />} onClick={() => dismiss(topic)}>
        Dismiss
      </Button>
    </div>
  );
}
