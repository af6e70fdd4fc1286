import './tokens.css';
import './base.css';
import { toWire } from '../base/errors.ts';
import styles from './catalog-failure.module.css';
import { classesOf } from './classes.ts';
import { Button } from './controls/button.tsx';

const cx = classesOf(styles);

/** Stands in for the page where the list of models cannot be read: nothing can be done without one. */
export function CatalogFailure({ error }: { readonly error: unknown }) {
  const { code, message, nextStep } = toWire(error);
  return (
    <main className={cx('failure')} data-state="failed">
      <div className={cx('inside')} role="alert" data-code={code}>
        <h1 className={cx('title')}>Tessera could not start</h1>
        <p>{message}</p>
        <p>{nextStep}</p>
        <Button look="filled" onClick={() => window.location.reload()}>
          Reload the page
        </Button>
      </div>
    </main>
  );
}
