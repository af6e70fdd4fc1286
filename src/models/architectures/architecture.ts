import type { Shapes, StateDict } from '../convert/state-dict.ts';
import type { PictureNetwork } from '../picture-network.ts';

/** A kind of network that can be built from its weights. */
export type Architecture = {
  readonly name: string;
  /** Whether the weights are such a network's, by names and numbers of sides. */
  recognises(dict: { readonly weights: Shapes }): boolean;
  /**
   * The network in 0..1 and NCHW, with its own channels at both ends.
   * @param scaleByName what the file's name says of the scale, for weights that do not tell; null where it says nothing
   * @throws TesseraError `model-corrupt` or `model-unsupported` where they are not, after all
   */
  build(dict: StateDict, scaleByName: number | null): PictureNetwork;
};

/** Whether a file has all these weights. */
export function hasAll({ weights }: { readonly weights: Shapes }, ...names: readonly string[]): boolean {
  return names.every((name) => weights.has(name));
}
