import { useState } from 'react';
import type { LibraryModel } from '../../worker/models-protocol.ts';
import { useActions } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import styles from './library.module.css';

const cx = classesOf(styles);

/** As `NAME_LENGTH` of the library. */
const MOST_LETTERS = 80;

type RenameFormProps = { readonly model: LibraryModel; readonly onEnd: () => void };

/** A name in place of the old one. Enter saves, Escape leaves all as it was. */
export function RenameForm({ model, onEnd }: RenameFormProps) {
  const [name, setName] = useState(model.name);
  const { renameModel } = useActions();
  const save = async () => {
    if (name.trim() === '') return;
    if (name.trim() !== model.name) await renameModel(model.id, name);
    onEnd();
  };
  return (
    <form
      className={cx('rename')}
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
        maxLength={MOST_LETTERS}
        value={name}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button look="outlined" type="submit">
        Save name
      </Button>
      <Button onClick={onEnd}>Keep the old one</Button>
    </form>
  );
}
