import { useState } from 'react';
import { classesOf } from '../classes.ts';
import { Disclosure } from '../controls/disclosure.tsx';
import { type CardPart, cardParts, type Words } from './card-text.ts';
import styles from './model-card.module.css';

const cx = classesOf(styles);

/** Between the squares of a card's picture, as a share of their side: `training/evaluate/crops.py`. */
const GAP = 4 / 176;

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
      <section className={cx('card')} aria-label={`Model card of ${id}`}>
        {text === null ? 'Loading…' : <CardText text={text} />}
      </section>
    </Disclosure>
  );
}

function CardText({ text }: { readonly text: string }) {
  return cardParts(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a card never changes while it is shown
    <CardBlock key={index} part={part} />
  ));
}

function CardBlock({ part }: { readonly part: CardPart }) {
  switch (part.kind) {
    case 'heading':
      return part.level < 3 ? <h4>{part.text}</h4> : <h5>{part.text}</h5>;
    case 'paragraph':
      return (
        <p>
          <Line words={part.words} />
        </p>
      );
    case 'list':
      return (
        <ul>
          {part.items.map((words) => (
            <li key={words[0]?.text}>
              <Line words={words} />
            </li>
          ))}
        </ul>
      );
    case 'table':
      return <CardTable head={part.head} rows={part.rows} />;
    case 'picture':
      return <Panels part={part} />;
  }
}

function Line({ words }: { readonly words: readonly Words[] }) {
  return words.map(({ text, strong }) => (strong ? <strong key={text}>{text}</strong> : text));
}

type CardTableProps = Pick<Extract<CardPart, { kind: 'table' }>, 'head' | 'rows'>;

function CardTable({ head, rows }: CardTableProps) {
  return (
    <table>
      {head && (
        <thead>
          <tr>{head.map((name) => (name === '' ? <td key={name} /> : <th key={name}>{name}</th>))}</tr>
        </thead>
      )}
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {cells.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a card never changes while it is shown
              <td key={column}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The squares of a picture, each with its name below it: side by side where there is room, else in rows. */
function Panels({ part: { file, says, panels } }: { readonly part: Extract<CardPart, { kind: 'picture' }> }) {
  const widths = panels.length + (panels.length - 1) * GAP;
  return (
    <figure className={cx('panels')} aria-label={says}>
      {panels.map((name, index) => (
        <div key={name}>
          <div
            role="img"
            aria-label={name}
            style={{
              backgroundImage: `url("models/${file}")`,
              backgroundSize: `${100 * widths}% auto`,
              backgroundPosition: `${(100 * index) / Math.max(1, panels.length - 1)}% 0`,
            }}
          />
          <span>{name}</span>
        </div>
      ))}
    </figure>
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
