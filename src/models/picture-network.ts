import type { SizeRule } from '../base/size-rule.ts';
import type { OnnxModel } from './onnx/model.ts';

export { ANY_SIZE, type SizeRule } from '../base/size-rule.ts';

/**
 * A network in the one form that the engine runs, whatever form it came in: one input `input`, float32
 * `[1, 3, height, width]`, RGB in 0..1; one output `output`, float32 `[1, 3, scale·height, scale·width]`, RGB, nominally
 * in 0..1, not clamped. Other layouts, ranges, channel orders and precisions are turned by nodes of its own graph at both
 * ends (docs/decisions/0009). `height` and `width` are free, or, where `sizeRule.fixed`, numbers.
 */
export type PictureNetwork = {
  readonly onnx: OnnxModel;
  readonly facts: NetworkFacts;
};

/** What the engine and the tiling have to know of such a network. */
export type NetworkFacts = {
  /** For people, such as “ESRGAN, 64 features, 23 blocks”; null where it is not known. */
  readonly architecture: string | null;
  /** Output pixels per source pixel, 1 (restoration) to 16. */
  readonly scale: number;
  /** How far, in source pixels, a source pixel can reach an output pixel; null where it is not known. */
  readonly receptiveFieldPx: number | null;
  readonly sizeRule: SizeRule;
  /**
   * How many source pixels on each side the network consumes: so far in from each edge its output is no answer but the
   * repeated outermost pixels of the answer. A tile's context is at least as wide.
   */
  readonly eatenPx: number;
  /** Statistics of the whole tile enter the result (pooling, group normalisation): tiles stay large and of one size. */
  readonly dependsOnTileSize: boolean;
  readonly form: NetworkForm;
};

/** 1 is luminance, 3 RGB, 4 RGB and alpha. */
export type Channels = 1 | 3 | 4;

/** The form in which the network came, before it was brought into the engine's. */
export type NetworkForm = {
  readonly inputChannels: Channels;
  readonly outputChannels: Channels;
  readonly layout: 'nchw' | 'nhwc';
  /** White as a number. */
  readonly white: 1 | 255;
  readonly channelOrder: 'rgb' | 'bgr';
  readonly precision: 'float32' | 'float16';
  /** How each of these and of the facts is known. */
  readonly knownBy: Readonly<Record<KnownField, KnownBy>>;
};

export type KnownField =
  | 'scale'
  | 'channels'
  | 'layout'
  | 'white'
  | 'channelOrder'
  | 'sizeRule'
  | 'receptiveField'
  | 'dependsOnTileSize';

/**
 * Said by the file's own declarations, by its metadata or its name, found by running it, what its architecture implies, or
 * assumed: the likeliest of several that would all run.
 */
export type KnownBy = 'declared' | 'metadata' | 'name' | 'probed' | 'architecture' | 'assumed' | 'unknown';

/** What holds of networks that were rebuilt from weights: plain RGB in 0..1, or luminance, or RGB and alpha. */
export function formOfArchitecture(precision: NetworkForm['precision'], channels: Channels = 3): NetworkForm {
  const knownBy: KnownBy = 'architecture';
  return {
    inputChannels: channels,
    outputChannels: channels,
    layout: 'nchw',
    white: 1,
    channelOrder: 'rgb',
    precision,
    knownBy: {
      scale: knownBy,
      channels: knownBy,
      layout: knownBy,
      white: knownBy,
      channelOrder: knownBy,
      sizeRule: knownBy,
      receptiveField: knownBy,
      dependsOnTileSize: knownBy,
    },
  };
}
