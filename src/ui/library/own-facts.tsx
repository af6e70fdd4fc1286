import type { ReactNode } from 'react';
import { licenceTerms } from '../../models/licence.ts';
import type { LibraryModel } from '../../worker/models-protocol.ts';
import { classesOf } from '../classes.ts';
import { Disclosure } from '../controls/disclosure.tsx';
import { bytesText } from '../words.ts';
import { Hash } from './hash.tsx';
import styles from './library.module.css';
import {
  FORMAT_NAMES,
  fileText,
  isScaleAssumed,
  knownLines,
  licenceName,
  ownScaleText,
} from './model-words.ts';

const cx = classesOf(styles);

/** What is known of a model: what it is, whose it is, what it came as, and how each thing is known. */
export function OwnFacts({ model }: { readonly model: LibraryModel }) {
  const { origin } = model;
  return (
    <>
      <dl className={cx('facts')}>
        <Fact name="Architecture">{model.architecture || 'Not known'}</Fact>
        <Fact name="Scale">
          {ownScaleText(model)}
          {isScaleAssumed(model.form) &&
            '. Its weights would fit 3× just as well. If that is what it is, begin the file’s name with “3x_” and add it again.'}
        </Fact>
        <Fact name="Size">{bytesText(model.bytes)}, kept as ONNX</Fact>
        <Fact name="Author">{model.author || 'Not known'}</Fact>
        <Fact name="Licence">
          {licenceName(model.licence)}. {licenceTerms(model.licence).sentence}
        </Fact>
        {model.source && (
          <Fact name="Source">
            <Source source={model.source} />
          </Fact>
        )}
        <Fact name={`Came as ${FORMAT_NAMES[origin.format]}`}>
          {origin.files.map((file) => (
            <span key={file.sha256} className={cx('file')}>
              {fileText(file.name, file.bytes)}
              <Hash sha256={file.sha256} />
            </span>
          ))}
        </Fact>
      </dl>
      <Disclosure title="How it works, and how that is known">
        <dl className={cx('facts')}>
          {knownLines(model).map(({ name, value, how }) => (
            <Fact key={name} name={name}>
              {value} <span className={cx('quiet')}>({how})</span>
            </Fact>
          ))}
        </dl>
      </Disclosure>
    </>
  );
}

/** One property of a model; sits in a `dl` of `facts`. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={cx('fact')}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** An address where it is one; the id of an offer is none. */
function Source({ source }: { readonly source: string }) {
  if (!source.startsWith('https://')) return source;
  return (
    <a className={cx('link')} href={source} target="_blank" rel="noreferrer">
      {source}
    </a>
  );
}
