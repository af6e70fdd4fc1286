import type { ReactNode } from 'react';
import { asSentence } from '../../base/shown-text.ts';
import type { AppState } from '../../state/store.ts';
import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { bytesText } from '../words.ts';
import styles from './system-dialog.module.css';

const cx = classesOf(styles);

/** What this device can run, whether the page works offline, and the way to install it. */
export function SystemDialog({ onClose }: { readonly onClose: () => void }) {
  const state = useApp((each) => each);
  return (
    <Dialog title="This device" onClose={onClose}>
      <dl className={cx('facts')}>
        <Fact name="Graphics card">{adapterText(state)}</Fact>
        <Fact name="Processor">
          {state.environment ? `${state.environment.threads} threads` : 'Not known yet'}
        </Fact>
        <Fact name="Automatic means">{defaultText(state)}</Fact>
        <Fact name="Offline">{offlineText(state)}</Fact>
      </dl>
      <p className={cx('note')}>Pictures, results and settings stay on this device. Nothing is uploaded.</p>
      {state.install && (
        <Button look="outlined" onClick={() => void state.install?.()}>
          Install Tessera
        </Button>
      )}
    </Dialog>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={cx('fact')}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function adapterText({ environment, environmentProblem }: AppState): string {
  if (environmentProblem !== null) return environmentProblem;
  if (!environment) return 'Not known yet';
  const { adapter, adapterProblem } = environment;
  if (!adapter) return asSentence(adapterProblem);
  const name =
    adapter.description || [adapter.vendor, adapter.architecture].filter(Boolean).join(' ') || 'Unnamed';
  const memory = `largest buffer ${bytesText(adapter.maxBufferBytes)}`;
  return `${name}${adapter.software ? ', software that stands in for a graphics card' : ''}; ${memory}`;
}

function defaultText({ environment }: AppState): string {
  if (!environment) return 'Not known yet';
  return environment.defaultBackend === 'webgpu' ? 'WebGPU, on the graphics card' : 'WASM, on the processor';
}

function offlineText({ offline }: AppState): string {
  switch (offline.kind) {
    case 'unknown':
      return 'Not kept yet';
    case 'ready':
      return 'Ready: upscaling works without a network';
    case 'failed':
      return `Not ready. ${offline.message}`;
  }
}
