import PencilIcon from 'lucide-react/icons/pencil';
import { useEffect, useRef, useState } from 'react';
import { modelsOf, parseRecipe } from '../../base/recipe.ts';
import type { AppState } from '../../state/store.ts';
import type { LibraryModel } from '../../worker/models-protocol.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { Disclosure } from '../controls/disclosure.tsx';
import { bytesText } from '../words.ts';
import styles from './library.module.css';
import { Licence } from './licence.tsx';
import { familyOf, ownScaleText } from './model-words.ts';
import { NoteForm } from './note-form.tsx';
import { OwnFacts } from './own-facts.tsx';
import { RenameForm } from './rename-form.tsx';
import { saveFile } from './save-file.ts';
import { UseModel } from './use-model.tsx';

const cx = classesOf(styles);

type OwnModelProps = {
  readonly model: LibraryModel;
  /** Called when it was deleted and took the focus with it. */
  readonly onGone: () => void;
};

/** One of the person's own models, and all that can be done with it. */
export function OwnModel({ model, onGone }: OwnModelProps) {
  const [renaming, setRenaming] = useState(false);
  const pencil = useRef<HTMLSpanElement>(null);
  const wasRenaming = useRef(false);
  useEffect(() => {
    // The form is gone, and the focus would be with it.
    if (wasRenaming.current && !renaming) pencil.current?.querySelector('button')?.focus();
    wasRenaming.current = renaming;
  }, [renaming]);
  return (
    <li className={cx('item')} data-model={model.id}>
      <div className={cx('head')}>
        <div className={cx('what')}>
          {renaming ? (
            <RenameForm model={model} onEnd={() => setRenaming(false)} />
          ) : (
            <div className={cx('title')}>
              <h3 className={cx('name')}>
                <bdi>{model.name}</bdi>
              </h3>
              <span ref={pencil}>
                <Button
                  iconOnly
                  icon={<PencilIcon aria-hidden />}
                  title="Rename"
                  onClick={() => setRenaming(true)}
                >
                  {`Rename ${model.name}`}
                </Button>
              </span>
            </div>
          )}
          <p className={cx('quiet')}>
            {ownScaleText(model)}
            {model.architecture && ` · ${familyOf(model.architecture)}`} · {bytesText(model.bytes)} ·{' '}
            <Licence licence={model.licence} />
          </p>
          {model.note && <p className={cx('note')}>{model.note}</p>}
        </div>
        <UseModel id={model.id} name={model.name} />
      </div>
      <Disclosure title="Details">
        <div className={cx('details')}>
          <OwnFacts model={model} />
          <NoteForm model={model} />
          <LastThings model={model} onGone={onGone} />
        </div>
      </Disclosure>
    </li>
  );
}

/** Taking the network out of the library, as a file or for good. */
function LastThings({ model, onGone }: OwnModelProps) {
  const { onnxFile, deleteModel } = useActions();
  const [asking, setAsking] = useState(false);
  const inUse = useApp((state) => runsWith(state, model.id));
  const save = async () => {
    const file = await onnxFile(model.id);
    if (file) saveFile(file);
  };
  const remove = async () => {
    await deleteModel(model.id);
    onGone();
  };
  if (asking)
    return (
      <fieldset className={cx('ask')} aria-label={`Delete ${model.name}?`}>
        <p>
          Delete <bdi>{model.name}</bdi> from this device? That frees {bytesText(model.bytes)}; to use it
          again, it has to be added again.
        </p>
        <div className={cx('actions')}>
          <Button look="outlined" onClick={() => void remove()}>
            Delete
          </Button>
          <Button look="outlined" autoFocus onClick={() => setAsking(false)}>
            Keep
          </Button>
        </div>
      </fieldset>
    );
  return (
    <div className={cx('actions')}>
      <Button look="outlined" onClick={() => void save()}>
        Save as ONNX
      </Button>
      <Button
        look="outlined"
        disabled={inUse}
        title={inUse ? 'The running job needs it' : undefined}
        onClick={() => setAsking(true)}
      >
        Delete…
      </Button>
    </div>
  );
}

/** Whether the running job needs the model: it may have to be read again. */
function runsWith({ job }: AppState, id: string): boolean {
  if (job.kind !== 'running') return false;
  const recipe = parseRecipe(job.options.model ?? '');
  return recipe !== null && modelsOf(recipe).includes(id);
}
