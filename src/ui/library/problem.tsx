import AlertIcon from 'lucide-react/icons/triangle-alert';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import styles from './library.module.css';

const cx = classesOf(styles);

/** What went wrong with the last change of the library. */
export function LibraryProblem() {
  const problem = useApp((state) => state.own.problem);
  const { dismissProblem } = useActions();
  if (!problem) return null;
  return (
    <div className={cx('problem')} role="alert" data-code={problem.code}>
      <AlertIcon aria-hidden />
      <p>
        {problem.message} <span className={cx('quiet')}>{problem.nextStep}</span>
      </p>
      <Button look="outlined" onClick={dismissProblem}>
        Dismiss
      </Button>
    </div>
  );
}
