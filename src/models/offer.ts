import { shownText } from '../base/shown-text.ts';

/** What people look for a model by. */
export const USES = ['photo', 'anime', 'denoise', 'text', 'faces', 'jpeg', 'texture', 'general'] as const;

export type Use = (typeof USES)[number];

/** A model of the catalog that is not built in: downloaded from another host, and only when the person asks. */
export type CatalogOffer = {
  /** Stable and URL-safe, and no built-in model's. */
  readonly id: string;
  readonly name: string;
  readonly uses: readonly Use[];
  /** One sentence, from what its author says of it. */
  readonly description: string;
  /** Output pixels per source pixel; 1 where it restores and does not enlarge. */
  readonly scale: number;
  /** Of the network, for people, such as “ESRGAN”. */
  readonly architecture: string;
  /** SPDX identifier; `licenceTerms` says what it means. */
  readonly licence: string;
  readonly author: string;
  /** One file, or for ncnn its `.param` and its `.bin`. */
  readonly files: readonly OfferFile[];
};

export type OfferFile = {
  /** https, of a host that lets other pages read it, at a pinned revision where one is known. */
  readonly url: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
};

export function offerBytes(offer: CatalogOffer): number {
  return offer.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The hosts, each once, that a download of the offer would ask: what the person agrees to. */
export function offerHosts(offer: CatalogOffer): readonly string[] {
  return [...new Set(offer.files.map(({ url }) => new URL(url).host))];
}

/** The name that a file has where it comes from. */
export function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return shownText(decodeURIComponent(last));
  } catch {
    return last;
  }
}
