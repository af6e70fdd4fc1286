import { useState } from 'react';
import { classesOf } from '../classes.ts';
import { Disclosure } from '../controls/disclosure.tsx';
import { cardParts } from './card-text.ts';
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
      <section
        className={cx('card')}
        aria-label={`Model card of ${id}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which has to work by keyboard too
        tabIndex={0}
      >
        {text === null ? 'Loading…' : <CardText text={text} />}
      </section>
    </Disclosure>
  );
}

function CardText({ text }: { readonly text: string }) {
  return cardParts(text).map((part) =>
    part.kind === 'text' ? (
      <pre key={part.text}>{part.text}</pre>
    ) : (
      <img key={part.file} src={`models/${part.file}`} alt={part.says} />
    ),
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
