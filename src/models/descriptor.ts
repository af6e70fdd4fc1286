/**
 * What a model is, as far as running it goes. Every built-in model takes `float32 [1, 3, height, width]`, RGB in
 * 0..1, and gives `[1, 3, scale·height, scale·width]`, not clamped.
 */
export type ModelDescriptor = {
  /** Stable and URL-safe: goes into addresses and file names. */
  readonly id: string;
  /** Named by use, for people. */
  readonly name: string;
  /** One sentence: what it is good for and what not. */
  readonly description: string;
  /** Output pixels per source pixel, 2 or more. */
  readonly scale: number;
  /** File name beside `catalog.json`. */
  readonly file: string;
  readonly bytes: number;
  /** Of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** Where it comes from: a path in the project or an address. */
  readonly source: string;
  /** How far, in source pixels, a source pixel can reach an output pixel. */
  readonly receptiveFieldPx: number;
  /** Multiply-accumulates for each source pixel: what the time depends on. */
  readonly macsPerSourcePx: number;
  /** The widest activation, in float32 values for each source pixel: what the tile's memory depends on. */
  readonly peakValuesPerSourcePx: number;
};

/** The list of models that the application offers, in the order of preference. */
export type Catalog = {
  readonly models: readonly ModelDescriptor[];
};
