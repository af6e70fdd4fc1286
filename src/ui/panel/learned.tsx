import { useId, useRef } from 'react';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import styles from './learned.module.css';
import { learnedLines } from './learned-words.ts';

const cx = classesOf(styles);

const PROBLEMS = {
  'not-read': 'What was learned could not be read just now.',
  'not-forgotten':
    'The browser did not let Tessera forget it. Deleting this page’s data in the browser does the same.',
};

/** What was found out about each model on each graphics card of this device, and the way to have it forgotten. */
export function Learned() {
  const { tunings, problem } = useApp((state) => state.learned);
  const models = useApp((state) => state.catalog.models);
  const { forgetLearned } = useActions();
  const section = useRef<HTMLElement>(null);
  const id = useId();
  const forget = async () => {
    await forgetLearned();
    // The button is gone when there is nothing left, and the focus with it.
    if (document.activeElement === document.body) section.current?.focus({ preventScroll: true });
  };
  const lines = tunings && learnedLines(tunings, models);
  return (
    <section ref={section} className={cx('learned')} aria-labelledby={id} tabIndex={-1}>
      <h2 id={id}>Learned on this device</h2>
      {lines?.length === 0 && (
        <p className={cx('quiet')}>
          Nothing yet: a graphics card is measured with the first picture that it upscales.
        </p>
      )}
      {lines && lines.length > 0 && (
        <>
          <ul className={cx('lines')}>
            {lines.map(({ model, adapter, found }) => (
              <li key={`${model} ${adapter} ${found}`} className={cx('line', 'quiet')}>
                <p>
                  <span className={cx('model')}>{model}</span> · {adapter}
                </p>
                <p>{found}</p>
              </li>
            ))}
          </ul>
          <div className={cx('forget')}>
            <Button look="outlined" aria-describedby={`${id}-hint`} onClick={() => void forget()}>
              Forget
            </Button>
            <p id={`${id}-hint`} className={cx('quiet')}>
              Measures again with the next picture.
            </p>
          </div>
        </>
      )}
      {problem && (
        <p className={cx('quiet')} role="status">
          {PROBLEMS[problem]}
        </p>
      )}
    </section>
  );
}
