import type { WireError } from '../../base/errors.ts';
import { refusalNow } from '../../state/selectors.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useShortcuts } from '../effects/use-shortcuts.ts';
import { useErrorAction, useFailureWords } from '../errors/use-failure.ts';
import styles from './foot.module.css';

const cx = classesOf(styles);

/** The ways out of a failure: the one that can help is the filled button, always in sight below the words. */
export function FailureFoot({ error }: { readonly error: WireError }) {
  const { actions } = useFailureWords(error);
  const { start } = useActions();
  const run = useErrorAction();
  const refused = useApp((state) => refusalNow(state) !== null);
  useShortcuts({ u: start });
  const [first, ...others] = actions;
  return (
    <div className={cx('foot')}>
      <Button look="filled" disabled={first.kind === 'retry' && refused} onClick={() => run(first)} data-next>
        {first.label}
      </Button>
      {others.length > 0 && (
        <div className={cx('ways-out')}>
          {others.map((action) => (
            <Button
              key={action.label}
              look="outlined"
              disabled={action.kind === 'retry' && refused}
              onClick={() => run(action)}
            >
              {action.label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
