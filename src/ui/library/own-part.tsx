import { useEffect, useRef } from 'react';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useOpenDialog } from '../intake/open-dialog.tsx';
import styles from './library.module.css';
import { OwnModel } from './own-model.tsx';
import { StorageLine } from './storage-line.tsx';

const cx = classesOf(styles);

/** The person's own models, and what they take of this device. */
export function OwnPart({ onGetMore }: { readonly onGetMore: () => void }) {
  const list = useApp((state) => state.own.list);
  const { lookUpUsage } = useActions();
  const openDialog = useOpenDialog();
  const top = useRef<HTMLDivElement>(null);
  // The list is another one after each change, and with it what is used.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => void lookUpUsage(), [list, lookUpUsage]);
  return (
    <div ref={top} className={cx('part')} tabIndex={-1}>
      <div className={cx('intro')}>
        <p className={cx('quiet')}>
          {list.length === 0
            ? 'No models of your own yet. Drop a .onnx, .pth, .safetensors or ncnn model anywhere on the page, or choose its file.'
            : 'Drop more models anywhere on the page, or choose their files: .onnx, .pth, .safetensors, ncnn.'}
        </p>
        <div className={cx('actions')}>
          <Button look="outlined" onClick={openDialog}>
            Add from a file
          </Button>
          {list.length === 0 && (
            <Button look="outlined" onClick={onGetMore}>
              Get more
            </Button>
          )}
        </div>
      </div>
      {list.length > 0 && (
        <ul className={cx('list')}>
          {list.map((model) => (
            <OwnModel key={model.id} model={model} onGone={() => top.current?.focus()} />
          ))}
        </ul>
      )}
      <StorageLine />
    </div>
  );
}
