import type { Registry, RegistryEntry } from '../../worker/models-protocol.ts';
import { classesOf } from '../classes.ts';
import { bytesText, countText } from '../words.ts';
import styles from './library.module.css';
import { Licence } from './licence.tsx';
import { scaleText } from './model-words.ts';

const cx = classesOf(styles);

/** Enough to see what there is; the search finds the others. */
const SHOWN = 20;

type ElsewhereProps = {
  readonly registry: Registry;
  readonly entries: readonly RegistryEntry[];
  readonly searched: boolean;
};

/** Models whose hosts do not let other pages read them: got there by the person, dropped here, recognised by their hash. */
export function Elsewhere({ registry, entries, searched }: ElsewhereProps) {
  const shown = entries.slice(0, SHOWN);
  return (
    <section className={cx('elsewhere')} aria-labelledby="elsewhere">
      <h3 id="elsewhere" className={cx('name')}>
        Get it there, drop it here
      </h3>
      <p className={cx('quiet')}>
        {countText(entries.length, 'more model')} {searched ? 'found' : 'on public record'}, which Tessera may
        not download itself. Open the page, save the file, drop it here: it is recognised by its hash.
      </p>
      <ul className={cx('list')}>
        {shown.map((entry) => (
          <li key={entry.name + entry.url} className={cx('item')}>
            <div className={cx('head')}>
              <div className={cx('what')}>
                <p className={cx('name')}>{entry.name}</p>
                <p className={cx('quiet')}>
                  {scaleText(entry.scale)} · {entry.architecture} · {bytesText(bytesOf(entry))} ·{' '}
                  <Licence licence={entry.licence} />
                  {entry.author && ` · by ${entry.author}`}
                </p>
              </div>
              <a className={cx('link')} href={entry.url} target="_blank" rel="noreferrer">
                Get it at {hostOf(entry.url)}
              </a>
            </div>
          </li>
        ))}
      </ul>
      {entries.length > shown.length && (
        <p className={cx('quiet')}>
          The first {shown.length} of {entries.length}. A search shows others.
        </p>
      )}
      <p className={cx('quiet')}>
        The record: {registry.source}, as of {registry.date}.
      </p>
    </section>
  );
}

function bytesOf({ files }: RegistryEntry): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
