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
  return (
    <div className={cx('ways-out')}>
      {actions.map((action, index) => (
        <Button
          key={action.label}
          look={index === 0 ? 'filled' : 'outlined'}
          disabled={action.kind === 'retry' && refused}
          onClick={() => run(action)}
          {...(index === 0 && { 'data-next': true })}
        >
          {action.label}
        </Button>
      ))}
    </div>
  );
}
