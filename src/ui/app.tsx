import './tokens.css';
import './base.css';
import type { App as AppObject } from '../state/store.ts';
import styles from './app.module.css';
import { AppContext, useApp } from './app-context.ts';
import { classesOf } from './classes.ts';
import { LiveRegion } from './effects/live-region.tsx';
import { useRunningGuards } from './effects/use-running-guards.ts';
import { useTheme } from './effects/use-theme.ts';
import { useTitle } from './effects/use-title.ts';
import { DropOverlay } from './intake/drop-overlay.tsx';
import { EmptyTable } from './intake/empty-table.tsx';
import { Notices } from './intake/notices.tsx';
import { OpenDialogProvider } from './intake/open-dialog.tsx';
import { LibraryProvider } from './library/open-library.tsx';
import { LinkDialog } from './link/link-dialog.tsx';
import { Panel } from './panel/panel.tsx';
import { TopBar } from './top-bar/top-bar.tsx';
import { Viewer } from './viewer/viewer.tsx';

const cx = classesOf(styles);

/** The whole page over one app object. */
export function App({ app }: { readonly app: AppObject }) {
  return (
    <AppContext value={app}>
      <OpenDialogProvider>
        <LibraryProvider>
          <Page />
        </LibraryProvider>
      </OpenDialogProvider>
    </AppContext>
  );
}

function Page() {
  const job = useApp((state) => state.job);
  useTheme();
  useTitle();
  useRunningGuards();
  const shown = job.kind === 'inspecting' ? job.previous.kind : job.kind;
  return (
    <div className={cx('page')}>
      <TopBar />
      <main className={cx('main')} data-state={job.kind === 'idle' ? 'empty' : job.kind}>
        <div className={cx('table', shown === 'idle' && 'inviting')}>
          <Notices floating={shown !== 'idle'} />
          {shown === 'idle' ? <EmptyTable /> : <Viewer />}
          {job.kind === 'inspecting' && (
            <p className={cx('opening')}>
              Opening <bdi>{job.name}</bdi>
            </p>
          )}
        </div>
        <Panel />
      </main>
      <LiveRegion />
      <DropOverlay />
      <LinkDialog />
    </div>
  );
}
