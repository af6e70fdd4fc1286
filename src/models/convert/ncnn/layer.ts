import type { LayerParams } from './layer-params.ts';

/** Where something stands in a `.param` file: a line of text, counted from 1, or a byte of its binary twin. */
export type Place = { readonly unit: 'line' | 'byte'; readonly at: number };

/** One layer, as its line says it. Layout: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure */
export type NcnnLayer = {
  readonly type: string;
  readonly name: string;
  /** Names of blobs. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly params: LayerParams;
  readonly place: Place;
  /** Its position among the layers, from 0. */
  readonly index: number;
};
