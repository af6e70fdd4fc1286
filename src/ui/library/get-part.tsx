import { useEffect, useId, useState } from 'react';
import { USES, type Use } from '../../models/offer.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { countText } from '../words.ts';
import { Elsewhere } from './elsewhere.tsx';
import styles from './library.module.css';
import { Offer } from './offer.tsx';
import { elsewhere, offersFor } from './search.ts';
import { USE_WORDS } from './use-words.ts';

const cx = classesOf(styles);

/** Models that can be downloaded when the person asks, and those that have to be got elsewhere. */
export function GetPart() {
  const [use, setUse] = useState<Use | 'all'>('all');
  const [search, setSearch] = useState('');
  const { offers } = useApp((state) => state.catalog);
  const registry = useApp((state) => state.own.registry);
  const { lookUpRegistry } = useActions();
  useEffect(() => void lookUpRegistry(), [lookUpRegistry]);
  const found = offersFor(offers, use, search);
  const others = registry ? elsewhere(registry.entries, offers, search) : [];
  return (
    <div className={cx('part')}>
      <Filter use={use} onUse={setUse} search={search} onSearch={setSearch} />
      <p className={cx('quiet')} role="status">
        {countText(found.length, 'model')} to download. Nothing is fetched before you have seen from where.
      </p>
      <ul className={cx('list')}>
        {found.map((offer) => (
          <Offer key={offer.id} offer={offer} />
        ))}
      </ul>
      {registry && <Elsewhere registry={registry} entries={others} searched={search.trim() !== ''} />}
    </div>
  );
}

type FilterProps = {
  readonly use: Use | 'all';
  readonly onUse: (use: Use | 'all') => void;
  readonly search: string;
  readonly onSearch: (search: string) => void;
};

function Filter({ use, onUse, search, onSearch }: FilterProps) {
  const id = useId();
  return (
    <search className={cx('filter')}>
      <div className={cx('labelled')}>
        <label htmlFor={`${id}-use`}>Good for</label>
        <select
          id={`${id}-use`}
          className={cx('field')}
          value={use}
          onChange={(event) => onUse(event.currentTarget.value as Use | 'all')}
        >
          <option value="all">Anything</option>
          {USES.map((each) => (
            <option key={each} value={each}>
              {USE_WORDS[each]}
            </option>
          ))}
        </select>
      </div>
      <div className={cx('labelled', 'wide')}>
        <label htmlFor={`${id}-search`}>Search</label>
        <input
          id={`${id}-search`}
          className={cx('field')}
          type="search"
          placeholder="Name, author or licence"
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
      </div>
    </search>
  );
}
