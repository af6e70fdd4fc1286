import { useId, useState } from 'react';
import type { LibraryModel } from '../../worker/models-protocol.ts';
import { useActions } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import styles from './library.module.css';

const cx = classesOf(styles);

/** As `NOTE_LENGTH` of the library. */
const MOST_LETTERS = 2000;

/** What the person wants to remember of the model. */
export function NoteForm({ model }: { readonly model: LibraryModel }) {
  const [text, setText] = useState(model.note);
  const { noteModel } = useActions();
  const id = useId();
  const changed = text.trim() !== model.note;
  return (
    <div className={cx('note-form')}>
      <label htmlFor={id} className={cx('quiet')}>
        Note
      </label>
      <textarea
        id={id}
        className={cx('field')}
        rows={2}
        maxLength={MOST_LETTERS}
        placeholder="What it is good for, which settings suit it"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {changed && (
        <Button look="outlined" onClick={() => void noteModel(model.id, text)}>
          Save note
        </Button>
      )}
    </div>
  );
}
