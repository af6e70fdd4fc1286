import ModelsIcon from 'lucide-react/icons/boxes';
import OpenIcon from 'lucide-react/icons/folder-open';
import HelpIcon from 'lucide-react/icons/keyboard';
import RefreshIcon from 'lucide-react/icons/refresh-cw';
import ClearIcon from 'lucide-react/icons/x';
import { useState } from 'react';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useShortcuts } from '../effects/use-shortcuts.ts';
import { useOpenDialog } from '../intake/open-dialog.tsx';
import { useLibrary } from '../library/open-library.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { SystemBadge } from './system-badge.tsx';
import { ThemeButton } from './theme-button.tsx';
import styles from './top-bar.module.css';

const cx = classesOf(styles);

/** Quiet furniture: the name, the picture's two verbs, what runs, and how the page looks. */
export function TopBar() {
  const [helpOpen, setHelpOpen] = useState(false);
  const openDialog = useOpenDialog();
  const library = useLibrary();
  const { clear } = useActions();
  const kind = useApp((state) => state.job.kind);
  const running = kind === 'running';
  useShortcuts({ '?': () => setHelpOpen(true) });
  return (
    <header className={cx('bar')}>
      <h1 className={cx('wordmark')}>
        <Mark />
        <span className={cx('name')}>Tessera</span>
      </h1>
      <Button
        icon={<OpenIcon aria-hidden />}
        disabled={running}
        title="Open a picture or a model (O)"
        onClick={openDialog}
      >
        <span className={cx('verb')}>Open</span>
      </Button>
      {kind !== 'idle' && (
        <Button
          icon={<ClearIcon aria-hidden />}
          disabled={running}
          title="Put the picture away"
          onClick={clear}
        >
          <span className={cx('verb')}>Clear</span>
        </Button>
      )}
      <Button icon={<ModelsIcon aria-hidden />} title="Model library (M)" onClick={() => library.open('own')}>
        <span className={cx('verb')}>Models</span>
      </Button>
      <span className={cx('space')} />
      <UpdateButton />
      <SystemBadge />
      <ThemeButton />
      <Button iconOnly icon={<HelpIcon aria-hidden />} onClick={() => setHelpOpen(true)}>
        Keyboard shortcuts
      </Button>
      {helpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </header>
  );
}

/** Never while a job runs: applying an update reloads the page. */
function UpdateButton() {
  // Reloading would stop a job, or drop a result that was perhaps not saved yet.
  const apply = useApp(({ job, applyUpdate }) =>
    job.kind === 'running' || job.kind === 'done' ? null : applyUpdate,
  );
  if (!apply) return null;
  return (
    <Button look="outlined" icon={<RefreshIcon aria-hidden />} onClick={apply}>
      Update ready, reload
    </Button>
  );
}

/** Stones, one of which has become four: the picture of the app's icon, in one colour. */
function Mark() {
  return (
    <svg className={cx('mark')} viewBox="0 0 24 24" width="24" height="24" aria-hidden>
      <rect x="1" y="1" width="10" height="10" rx="2" opacity=".45" />
      <rect x="1" y="13" width="10" height="10" rx="2" opacity=".7" />
      <rect x="13" y="13" width="10" height="10" rx="2" opacity=".45" />
      <rect x="13" y="1" width="4.5" height="4.5" rx="1" />
      <rect x="18.5" y="1" width="4.5" height="4.5" rx="1" opacity=".7" />
      <rect x="13" y="6.5" width="4.5" height="4.5" rx="1" opacity=".7" />
      <rect x="18.5" y="6.5" width="4.5" height="4.5" rx="1" />
    </svg>
  );
}
