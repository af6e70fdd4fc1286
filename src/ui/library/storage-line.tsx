import { useState } from 'react';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { bytesText } from '../words.ts';
import styles from './library.module.css';

const cx = classesOf(styles);

/** How much of this device the page takes, and whether the browser may clear it. */
export function StorageLine() {
  const usage = useApp((state) => state.own.usage);
  const { askToPersist } = useActions();
  const [asked, setAsked] = useState(false);
  if (!usage || usage.quotaBytes === 0) return null;
  const { usedBytes, quotaBytes, persisted } = usage;
  const ask = async () => {
    await askToPersist();
    setAsked(true);
  };
  return (
    <div className={cx('storage')} data-testid="storage">
      <p>
        Tessera uses {bytesText(usedBytes)} of the {bytesText(quotaBytes)} that the browser gives it here.{' '}
        {persisted
          ? 'Models are kept also when space is short.'
          : 'When the device runs out of space, the browser may clear them.'}
      </p>
      {!persisted && !asked && (
        <Button look="outlined" onClick={() => void ask()}>
          Ask to keep them
        </Button>
      )}
      {!persisted && asked && (
        <p role="status">
          The browser did not agree. Installing Tessera, or making it a bookmark, often changes that.
        </p>
      )}
    </div>
  );
}
