import { useId, useState } from 'react';
import { shownText } from '../../base/shown-text.ts';
import type { LibraryModel } from '../../worker/models-protocol.ts';
import { useActions } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { NamesApart } from '../names-apart.tsx';
import styles from './library.module.css';

const cx = classesOf(styles);

/** As `NAME_LENGTH` of the library. */
const MOST_LETTERS = 80;

type RenameFormProps = { readonly model: LibraryModel; readonly onEnd: () => void };

/** A name in place of the old one. Enter saves what can be one, Escape leaves all as it was. */
export function RenameForm({ model, onEnd }: RenameFormProps) {
  const [name, setName] = useState(model.name);
  const [refused, setRefused] = useState(false);
  const { renameModel } = useActions();
  const hintId = useId();
  const fault = faultOf(name, model.name);
  const save = async () => {
    setRefused(fault !== null);
    if (fault !== null) return;
    if (name.trim() !== model.name) await renameModel(model.id, name);
    onEnd();
  };
  return (
    <form
      className={cx('rename')}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // It would close the dialog, too.
        event.preventDefault();
        event.stopPropagation();
        onEnd();
      }}
    >
      <input
        className={cx('field')}
        aria-label={`New name of ${model.name}`}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
        autoFocus
        required
        aria-invalid={refused && fault !== null}
        aria-describedby={hintId}
        value={name}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button look="outlined" type="submit">
        Save name
      </Button>
      <Button onClick={onEnd}>Keep the old one</Button>
      <p id={hintId} className={cx('rename-fault')} role="alert">
        {refused && fault !== null && <NamesApart text={fault} />}
      </p>
    </form>
  );
}

/** Why the words are no name; null where they are one. */
function faultOf(name: string, old: string): string | null {
  const letters = shownText(name).trim().length;
  if (letters === 0) return `A model needs a name. It is still called “${old}”.`;
  if (letters <= MOST_LETTERS) return null;
  return `A name has at most ${MOST_LETTERS} letters, and this one has ${letters}.`;
}
