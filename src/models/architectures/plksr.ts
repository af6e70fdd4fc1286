import type { StateDict } from '../convert/state-dict.ts';
import { ANY_SIZE, type Channels, formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { dySample } from './dysample.ts';
import { channelsOf, countOf, scaleOfShuffle } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { corrupt, unsupported } from './refusals.ts';
import { WeightReader } from './weight-reader.ts';

/** Of GroupNorm; not in the file. */
const GROUPS = 4;

/**
 * Partial Large Kernel networks, which convolve a part of their channels with a kernel of 13 to 31 pixels: PLKSR as it
 * was published (its mixer is spelt `channe_mixer`), and RealPLKSR, which has norms and may end in DySample.
 */
export const PLKSR: Architecture = {
  name: 'PLKSR, RealPLKSR',
  recognises: (dict) =>
    hasAll(dict, 'feats.0.weight', 'feats.1.refine.weight') &&
    ['channe_mixer', 'channel_mixer'].some((mixer) => hasAll(dict, `feats.1.${mixer}.0.weight`)) &&
    ['conv', 'convs.0', 'mn_conv'].some((kind) => hasAll(dict, `feats.1.lk.${kind}.weight`)),
  build: buildPlksr,
};

type Shape = {
  readonly isReal: boolean;
  readonly channels: Channels;
  readonly features: number;
  readonly blocks: number;
  readonly scale: number;
  readonly kernel: number;
  /** How many channels the large kernel sees. */
  readonly part: number;
  /** Sides of the mixer's two kernels. */
  readonly mixer: readonly [number, number];
  readonly hasAttention: boolean;
  readonly norm: 'none' | 'layer' | 'group';
  readonly hasDySample: boolean;
};

function buildPlksr(dict: StateDict): PictureNetwork {
  const isReal = dict.weights.has('feats.1.channel_mixer.0.weight');
  const weights = new WeightReader(isReal ? 'RealPLKSR' : 'PLKSR', dict);
  const shape = shapeOf(weights, isReal);
  const { channels, features, blocks, scale, kernel, norm, hasDySample } = shape;
  const layers = new Layers(weights);
  let x = layers.conv('feats.0', layers.graph.input, [features, channels, 3, 3]);
  for (let i = 1; i <= blocks; i++) x = block(layers, shape, `feats.${i}`, x);
  const last = blocks + (isReal ? 2 : 1);
  const pixels = layers.conv(`feats.${last}`, x, [channels * scale ** 2, features, 3, 3]);
  const onnx = layers.graph.finish(enlarged(layers, shape, pixels), channels);
  weights.finish();
  const parts = [
    `${features} features`,
    `${blocks} ${blocks === 1 ? 'block' : 'blocks'}`,
    `kernel ${kernel}`,
  ];
  if (norm === 'layer') parts.push('LayerNorm');
  if (hasDySample) parts.push('DySample');
  return {
    onnx,
    facts: {
      architecture: `${weights.architecture}, ${parts.join(', ')}`,
      scale,
      receptiveFieldPx: hasDySample ? null : reachPx(shape),
      sizeRule: ANY_SIZE,
      eatenPx: 0,
      dependsOnTileSize: norm === 'group',
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

function shapeOf(weights: WeightReader, isReal: boolean): Shape {
  if (!weights.has('feats.1.lk.conv.weight'))
    throw unsupported(
      `This ${weights.architecture} network has sparse large kernels, which Tessera does not build.`,
    );
  const [features, inputs] = weights.dims('feats.0.weight', 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  const count = countOf(weights.names, /^feats\.(\d+)\./);
  const [outputs] = weights.dims(`feats.${count - 1}.weight`, 4) as [number];
  const [part, , kernel] = weights.dims('feats.1.lk.conv.weight', 4) as [number, number, number];
  if (part >= features || kernel % 2 === 0) {
    throw corrupt(
      `This ${weights.architecture} network has a large kernel of ${kernel} px on ${part} of its ${features} channels, which is not a possible one.`,
    );
  }
  const norm = !isReal ? 'none' : weights.has('feats.1.layer_norm.bias') ? 'layer' : 'group';
  if (norm === 'group' && features % GROUPS !== 0)
    throw corrupt(`RealPLKSR normalises its features in ${GROUPS} groups, but this network has ${features}.`);
  const mixer = isReal ? 'channel_mixer' : 'channe_mixer';
  return {
    isReal,
    channels,
    features,
    blocks: count - (isReal ? 3 : 2),
    scale: scaleOfShuffle(weights, outputs, channels),
    kernel,
    part,
    mixer: [mixerKernel(weights, `feats.1.${mixer}.0`), mixerKernel(weights, `feats.1.${mixer}.2`)],
    hasAttention: weights.has('feats.1.attn.f.0.weight'),
    norm,
    hasDySample: weights.has('to_img.init_pos'),
  };
}

function mixerKernel(weights: WeightReader, name: string): number {
  const side = weights.dims(`${name}.weight`, 4)[2] as number;
  if (side === 1 || side === 3) return side;
  throw unsupported(
    `The mixer “${name}” of this ${weights.architecture} network has a kernel of ${side} px; Tessera builds 1 and 3 px.`,
  );
}

function block(layers: Layers, shape: Shape, name: string, x: string): string {
  const { isReal, features, part, kernel, mixer, hasAttention, norm } = shape;
  const mixerName = `${name}.${isReal ? 'channel_mixer' : 'channe_mixer'}`;
  const [wide, narrow] = mixer;
  const even = norm === 'layer' ? layers.layerNormOfChannels(`${name}.layer_norm`, x, features, 1e-6) : x;
  const spread = layers.conv(`${mixerName}.0`, even, [2 * features, features, wide, wide]);
  const active = isReal ? layers.graph.add('Mish', [spread]) : layers.gelu(spread);
  const mixed = layers.conv(`${mixerName}.2`, active, [features, 2 * features, narrow, narrow]);
  const [some, rest] = layers.split(mixed, [part, features - part]) as [string, string];
  let y = layers.concat([layers.conv(`${name}.lk.conv`, some, [part, part, kernel, kernel]), rest]);
  if (hasAttention) {
    const attention = layers.conv(`${name}.attn.f.0`, y, [features, features, 3, 3]);
    y = layers.mul(y, layers.graph.add('Sigmoid', [attention]));
  }
  y = layers.conv(`${name}.refine`, y, [features, features, 1, 1]);
  if (norm === 'group') y = groupNorm(layers, `${name}.norm`, y, features);
  return layers.add(y, x);
}

/** Each group of channels is normalised as one channel is: reshaped so that its rows lie below each other. */
function groupNorm(layers: Layers, name: string, x: string, features: number): string {
  const all = (value: number) => layers.graph.floats(new Array<number>(GROUPS).fill(value));
  const grouped = layers.reshape(x, [0, GROUPS, -1, 0]);
  const even = layers.graph.add('InstanceNormalization', [grouped, all(1), all(0)], {
    epsilon: { float: 1e-5 },
  });
  const column = (of: string): string => layers.weight(`${name}.${of}`, [features], [features, 1, 1]);
  return layers.add(layers.mul(layers.reshape(even, [0, features, -1, 0]), column('weight')), column('bias'));
}

/** The pixels, shuffled into place, added to the repeated ones of the input; DySample takes both as channels. */
function enlarged(layers: Layers, { channels, scale, hasDySample }: Shape, pixels: string): string {
  const { input } = layers.graph;
  if (!hasDySample) return layers.add(layers.pixelShuffle(pixels, scale), layers.nearest(input, scale));
  const all = channels * scale ** 2;
  const repeated = Array.from({ length: all }, (_, i) => Math.floor(i / scale ** 2));
  const base = layers.graph.add('Gather', [input, layers.graph.ints(repeated)], { axis: 1n });
  return dySample(layers, 'to_img', layers.add(pixels, base), [channels, all], scale);
}

function reachPx({ blocks, kernel, mixer, hasAttention }: Shape): number {
  const ofBlock = (mixer[0] >> 1) + (mixer[1] >> 1) + (kernel >> 1) + (hasAttention ? 1 : 0);
  return 2 + blocks * ofBlock;
}
