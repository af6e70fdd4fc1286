import './tokens.css';
import './base.css';
import { Component, type ReactNode } from 'react';
import { toWire } from '../base/errors.ts';
import { classesOf } from './classes.ts';
import { Button } from './controls/button.tsx';
import styles from './page-failure.module.css';

const cx = classesOf(styles);

/** Stands in for the whole page where it cannot be shown: the list of models is missing, or a component failed. */
export function PageFailure({ heading, error }: { readonly heading: string; readonly error: unknown }) {
  const { code, message, nextStep } = toWire(error);
  return (
    <main className={cx('failure')} data-state="failed">
      <div className={cx('inside')} role="alert" data-code={code}>
        <h1 className={cx('title')}>{heading}</h1>
        <p>{message}</p>
        <p>{nextStep}</p>
        <Button look="filled" onClick={() => window.location.reload()}>
          Reload the page
        </Button>
      </div>
    </main>
  );
}

/** Shows what failed instead of an empty page; React offers this to classes only. */
export class FailureBoundary extends Component<
  { readonly children: ReactNode },
  { readonly error: unknown }
> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <PageFailure heading="The page stopped working" error={error} />;
  }
}
