import { ANY_SIZE, type SizeRule } from '../base/size-rule.ts';
import type { CatalogOffer } from './offer.ts';

/** What a model is, as far as choosing and running it goes. Its file holds a `PictureNetwork`, which says in what form. */
export type ModelDescriptor = {
  /** Stable and URL-safe: goes into addresses and file names. */
  readonly id: string;
  /** Named by use, for people. */
  readonly name: string;
  /** One sentence: what it is good for and what not. */
  readonly description: string;
  /** Output pixels per source pixel; 1 where it restores and does not enlarge. */
  readonly scale: number;
  /** File name beside `catalog.json`; null for a model of this device's library, which keeps its files by hash. */
  readonly file: string | null;
  readonly bytes: number;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** Where it comes from: a path in the project or an address. */
  readonly source: string;
  /** How far, in source pixels, a source pixel can reach an output pixel; null where it is not known. */
  readonly receptiveFieldPx: number | null;
  readonly sizeRule: SizeRule;
  /** As in `NetworkFacts`. */
  readonly eatenPx: number;
  /** As in `NetworkFacts`. */
  readonly dependsOnTileSize: boolean;
  /** Multiply-accumulates for each source pixel: what the time depends on. */
  readonly macsPerSourcePx: number;
  /** The widest activation, in float32 values for each source pixel: what the tile's memory depends on. */
  readonly peakValuesPerSourcePx: number;
};

/** A built-in model as `catalog.json` has it: all of them take any size and give every pixel they are given back. */
export type BuiltInEntry = Omit<
  ModelDescriptor,
  'file' | 'receptiveFieldPx' | 'sizeRule' | 'eatenPx' | 'dependsOnTileSize'
> & { readonly file: string; readonly receptiveFieldPx: number };

export function builtIn(entry: BuiltInEntry): ModelDescriptor {
  return { ...entry, sizeRule: ANY_SIZE, eatenPx: 0, dependsOnTileSize: false };
}

/** The models that are built in, in the order of preference, and those that can be downloaded. */
export type Catalog = {
  readonly models: readonly ModelDescriptor[];
  readonly offers: readonly CatalogOffer[];
};
