import { useState } from 'react';
import { licenceTerms } from '../../models/licence.ts';
import { type CatalogOffer, fileNameOf, offerBytes, offerHosts } from '../../models/offer.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { bytesText } from '../words.ts';
import { Hash } from './hash.tsx';
import styles from './library.module.css';
import { Licence } from './licence.tsx';
import { fileText, scaleText } from './model-words.ts';
import { ownModelOf } from './search.ts';
import { UseModel } from './use-model.tsx';
import { USE_WORDS } from './use-words.ts';

const cx = classesOf(styles);

/** A model that can be downloaded; pressing the button asks first. */
export function Offer({ offer }: { readonly offer: CatalogOffer }) {
  const [asking, setAsking] = useState(false);
  const own = useApp((state) => ownModelOf(offer, state.own.list));
  const name = `${offer.name} ${offer.scale}×`;
  return (
    <li className={cx('item')} data-offer={offer.id}>
      <div className={cx('head')}>
        <div className={cx('what')}>
          <h3 className={cx('name')}>{offer.name}</h3>
          <p className={cx('quiet')}>
            {scaleText(offer.scale)} · {offer.architecture} · {bytesText(offerBytes(offer))} ·{' '}
            <Licence licence={offer.licence} /> · by {offer.author}
          </p>
          <p>{offer.description}</p>
          <ul className={cx('tags')} aria-label="Good for">
            {offer.uses.map((use) => (
              <li key={use}>{USE_WORDS[use]}</li>
            ))}
          </ul>
          <p className={cx('quiet')}>{licenceTerms(offer.licence).sentence}</p>
        </div>
        {own && <UseModel id={own.id} name={own.name} />}
        {!own && !asking && (
          <Button look="outlined" aria-label={`Download ${name}…`} onClick={() => setAsking(true)}>
            Download…
          </Button>
        )}
      </div>
      {!own && asking && <Consent offer={offer} onEnd={() => setAsking(false)} />}
    </li>
  );
}

/** What the person agrees to: which host is asked for what, how it is checked, and under which licence. */
function Consent({ offer, onEnd }: { readonly offer: CatalogOffer; readonly onEnd: () => void }) {
  const { download } = useActions();
  const arriving = useApp((state) => state.own.arrival.kind === 'running');
  const hosts = offerHosts(offer).join(' and ');
  const agree = () => {
    const { files, name, author, licence, id } = offer;
    void download({ files, name, author, licence, source: id });
    onEnd();
  };
  return (
    <fieldset className={cx('ask')} aria-label={`Download ${offer.name}?`}>
      <p>
        Your browser asks {hosts} for {offer.files.length === 1 ? 'this file' : 'these files'} and sends
        nothing of yours along. What arrives is checked by its hash before it is used.
      </p>
      <ul className={cx('files')}>
        {offer.files.map(({ url, bytes, sha256 }) => (
          <li key={url} className={cx('file')}>
            <a className={cx('link')} href={url} target="_blank" rel="noreferrer">
              {fileText(fileNameOf(url), bytes)}
            </a>
            <Hash sha256={sha256} />
          </li>
        ))}
      </ul>
      <p className={cx('quiet')}>
        {offer.licence}, by {offer.author}. {licenceTerms(offer.licence).sentence}
      </p>
      <div className={cx('actions')}>
        <Button look="filled" autoFocus disabled={arriving} onClick={agree}>
          Download from {hosts} ({bytesText(offerBytes(offer))})
        </Button>
        <Button look="outlined" onClick={onEnd}>
          Not now
        </Button>
      </div>
    </fieldset>
  );
}
