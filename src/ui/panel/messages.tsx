import AlertIcon from 'lucide-react/icons/triangle-alert';
import type { WireError } from '../../base/errors.ts';
import type { Warning } from '../../state/contracts.ts';
import { refusalNow } from '../../state/selectors.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useFailureWords } from '../errors/use-failure.ts';
import { NamesApart } from '../names-apart.tsx';
import { isWorthAWord } from '../quiet-warnings.ts';
import styles from './messages.module.css';

const cx = classesOf(styles);

/** What tells why the start button cannot be pressed; the button refers to it. */
export const REFUSAL_ID = 'refusal';

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
    case 'idle':
      return <RefusalMessage />;
    default:
      return null;
  }
}

/** What the header already says will be different in the result. */
function PictureNotes({ warnings }: { readonly warnings: readonly Warning[] }) {
  return warnings.filter(isWorthAWord).map(({ code, message }) => (
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
    <div className={cx('message')} role="alert" id={REFUSAL_ID}>
      <p className={cx('heading')}>
        <AlertIcon aria-hidden /> {refusal.heading}
      </p>
      <p>
        <NamesApart text={refusal.message} />
      </p>
      {refusal.nextStep && <p className={cx('next')}>{refusal.nextStep}</p>}
      <div className={cx('actions')}>
        {refusal.fixes.map(({ label, format, scale, model }) => (
          <Button
            key={label}
            look="outlined"
            onClick={() =>
              choose({
                ...(format && { format }),
                ...(scale && { scale }),
                ...(model && { model, scale: null }),
              })
            }
          >
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** The words of a failure; its buttons stand below, where the start button was. */
function Failure({ error }: { readonly error: WireError }) {
  const { heading } = useFailureWords(error);
  return (
    <div
      className={cx('message')}
      role="alert"
      data-code={error.code}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: with large text it scrolls, which has to work by keyboard too
      tabIndex={0}
    >
      <p className={cx('heading')}>
        <AlertIcon aria-hidden /> {heading}
      </p>
      <p>
        <NamesApart text={error.message} />
      </p>
      <p className={cx('next')}>
        <NamesApart text={error.nextStep} /> Your picture and settings are still here.
      </p>
    </div>
  );
}
