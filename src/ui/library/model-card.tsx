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
      <div className={cx('card')}>{text === null ? 'Loading…' : <CardText text={text} />}</div>
    </Disclosure>
  );
}

/** A line that is a picture of the card's own folder; what begins and ends a part of it is for its makers. */
const PICTURE = /^!\[([^\]]*)\]\(([\w-]+\.webp)\)$/m;
const REMARK = /^<!--.*-->\n*/gm;

/** The card as it was written, with its pictures in place. */
function CardText({ text }: { readonly text: string }) {
  // Split at a pattern with two groups: text, what is on the picture, its file, text, …
  const parts = text.replace(REMARK, '').split(PICTURE);
  return parts.map((part, i) => {
    if (i % 3 === 0) return <pre key={part}>{part.trim()}</pre>;
    return i % 3 === 1 && <img key={part} src={`models/${parts[i + 1]}`} alt={part} />;
  });
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
