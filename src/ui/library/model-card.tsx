import { useState } from 'react';
import { classesOf } from '../classes.ts';
import { Disclosure } from '../controls/disclosure.tsx';
import styles from './library.module.css';

const cx = classesOf(styles);

type ModelCardProps = {
  readonly id: string;
  /** Where the model comes from: beside the page, the file that tells of all built-in models. */
  readonly source: string;
};

/** How a built-in model was made and how good it is, as its authors wrote it; fetched when it is unfolded. */
export function ModelCard({ id, source }: ModelCardProps) {
  const [text, setText] = useState<string | null>(null);
  const load = async () => {
    if (text !== null) return;
    const own = await cardAt(`models/${id}.md`);
    setText(own ?? (await cardAt(source)) ?? 'The model card could not be loaded just now.');
  };
  return (
    <Disclosure title="Model card" onOpen={() => void load()}>
      <pre className={cx('card')}>{text ?? 'Loading…'}</pre>
    </Disclosure>
  );
}

/** Null where there is no such file: some hosts answer with the page itself. */
async function cardAt(path: string): Promise<string | null> {
  if (!path.endsWith('.md')) return null;
  try {
    const response = await fetch(path);
    const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
    return response.ok && !isPage ? await response.text() : null;
  } catch {
    return null;
  }
}
