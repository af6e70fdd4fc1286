import type { CatalogOffer, Use } from '../../models/offer.ts';
import type { LibraryModel, RegistryEntry } from '../../worker/models-protocol.ts';

type Searched = Pick<RegistryEntry, 'name' | 'author' | 'architecture' | 'licence' | 'scale'>;

/** The offers for one use, or for all, that hold every word of the search. */
export function offersFor(
  offers: readonly CatalogOffer[],
  use: Use | 'all',
  search: string,
): readonly CatalogOffer[] {
  return offers.filter(
    (offer) =>
      (use === 'all' || offer.uses.includes(use)) &&
      holds(search, offer, [...offer.uses, offer.description].join(' ')),
  );
}

/** What is on public record and not offered here: to be got elsewhere. */
export function elsewhere(
  entries: readonly RegistryEntry[],
  offers: readonly CatalogOffer[],
  search: string,
): readonly RegistryEntry[] {
  const offered = offers.flatMap(({ files }) => files.map(({ sha256 }) => sha256));
  const isOffered = ({ files }: RegistryEntry) =>
    files.every(({ sha256Start }) => offered.some((sha256) => sha256.startsWith(sha256Start)));
  return entries.filter((entry) => !isOffered(entry) && holds(search, entry, ''));
}

/** The person's own model that came from the same files; null where none did. */
export function ownModelOf(
  { files }: Pick<CatalogOffer, 'files'>,
  own: readonly LibraryModel[],
): LibraryModel | null {
  const here = ({ origin }: LibraryModel) =>
    files.every(({ sha256 }) => origin.files.some((file) => file.sha256 === sha256));
  return own.find(here) ?? null;
}

/** Whether every word stands somewhere in the facts. */
function holds(search: string, { name, author, architecture, licence, scale }: Searched, more: string) {
  const text = [name, author, architecture, licence, `${scale}x`, `${scale}×`, more].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
