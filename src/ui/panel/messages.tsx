import AlertIcon from 'lucide-react/icons/triangle-alert';
import type { WireError } from '../../base/errors.ts';
import type { Warning } from '../../state/contracts.ts';
import { pictureOf } from '../../state/job.ts';
import { refusalNow } from '../../state/selectors.ts';
import { chosenScale } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { type ErrorAction, wordsFor } from '../errors/error-words.ts';
import { useOpenDialog } from '../intake/open-dialog.tsx';
import styles from './messages.module.css';

const cx = classesOf(styles);

/** What stands between the person and a result, right above the button: a refusal, a failure, a cancel. */
export function Messages() {
  const job = useApp((state) => state.job);
  switch (job.kind) {
    case 'failed':
      return <Failure error={job.error} />;
    case 'cancelled':
      return (
        <>
          <p className={cx('calm')}>Cancelled. Your picture and settings are still here.</p>
          <RefusalMessage />
        </>
      );
    case 'picked':
      return (
        <>
          <PictureNotes warnings={job.picture.inspection.warnings} />
          <RefusalMessage />
        </>
      );
    default:
      return null;
  }
}

/** What the header already says will be different in the result. */
function PictureNotes({ warnings }: { readonly warnings: readonly Warning[] }) {
  return warnings.map(({ code, message }) => (
    <p key={code} className={cx('note')} data-code={code}>
      {message}
    </p>
  ));
}

function RefusalMessage() {
  const state = useApp((each) => each);
  const { choose } = useActions();
  const refusal = refusalNow(state);
  if (!refusal) return null;
  return (
    <div className={cx('message')} role="alert">
      <p className={cx('heading')}>
        <AlertIcon size={16} aria-hidden /> Too large to make here
      </p>
      <p>{refusal.message}</p>
      {refusal.fixes.length === 0 && <p>Make the picture smaller first, or cut it into parts.</p>}
      <div className={cx('actions')}>
        {refusal.fixes.map(({ label, format, scale }) => (
          <Button
            key={label}
            look="outlined"
            onClick={() => choose({ ...(format && { format }), ...(scale && { scale }) })}
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Failure({ error }: { readonly error: WireError }) {
  const { settings, catalog, job } = useApp((state) => state);
  const size = pictureOf(job)?.inspection;
  const run = useErrorAction();
  const { heading, actions } = wordsFor(error, {
    width: size?.width ?? 1,
    height: size?.height ?? 1,
    scale: chosenScale(settings, catalog),
    format: settings.format,
  });
  return (
    <div className={cx('message')} role="alert" data-code={error.code}>
      <p className={cx('heading')}>
        <AlertIcon size={16} aria-hidden /> {heading}
      </p>
      <p>{error.message}</p>
      <p className={cx('next')}>{error.nextStep} Your picture and settings are still here.</p>
      <div className={cx('actions')}>
        {actions
          .filter((action) => action.kind !== 'retry')
          .map((action) => (
            <Button key={action.label} look="outlined" onClick={() => run(action)}>
              {action.label}
            </Button>
          ))}
      </div>
    </div>
  );
}

/** Does what an error's button says. A changed setting starts again at once: that is what the button is for. */
function useErrorAction(): (action: ErrorAction) => void {
  const { choose, start } = useActions();
  const openDialog = useOpenDialog();
  return (action) => {
    switch (action.kind) {
      case 'retry':
        return start();
      case 'choose':
        choose(action.changes);
        return start();
      case 'open':
        return openDialog();
      case 'reload':
        return window.location.reload();
    }
  };
}
