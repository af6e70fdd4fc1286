import type { StateDict } from '../convert/state-dict.ts';
import { ANY_SIZE, type Channels, formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { dySample } from './dysample.ts';
import { channelsOf, countOf, scaleOfShuffle } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { corrupt } from './refusals.ts';
import { WeightReader } from './weight-reader.ts';

/** Of DySample in these networks. */
const DYSAMPLE_GROUPS = 4;
/** How many answers its ensemble of pixel shuffles is the mean of. */
const ENSEMBLE = 8;

/**
 * MoSR (neosr, after MambaOut): blocks one part of whose channels gates the others, a last part of which sees far. What
 * they are added to is lowered by a half, each time.
 */
export const MOSR: Architecture = {
  name: 'MoSR',
  recognises: (dict) =>
    hasAll(
      dict,
      'gblocks.0.weight',
      'gblocks.1.norm.weight',
      'gblocks.1.fc1.weight',
      'gblocks.1.conv.weight',
      'gblocks.1.fc2.weight',
    ),
  build: buildMosr,
};

type Shape = {
  readonly channels: Channels;
  readonly features: number;
  readonly blocks: number;
  /** Channels that gate, and as many that are gated. */
  readonly hidden: number;
  /** Of those that are gated, the last ones, which a larger kernel sees. */
  readonly part: number;
  readonly kernel: number;
};

function buildMosr(dict: StateDict): PictureNetwork {
  const weights = new WeightReader('MoSR', dict);
  const shape = shapeOf(weights);
  const { channels, features, blocks, kernel } = shape;
  const square = [features, features, 3, 3] as const;
  const layers = new Layers(weights);
  const mish = (y: string): string => layers.graph.add('Mish', [y]);
  const { input } = layers.graph;
  let x = layers.conv('gblocks.0', input, [features, channels, 3, 3]);
  for (let i = 1; i <= blocks; i++) x = block(layers, shape, `gblocks.${i}`, x);
  x = mish(layers.conv(`gblocks.${blocks + 1}`, x, [2 * features, features, 3, 3]));
  x = mish(layers.conv(`gblocks.${blocks + 3}`, x, [features, 2 * features, 3, 3]));
  x = layers.conv(`gblocks.${blocks + 5}`, x, [features, features, 1, 1]);
  const near = mish(layers.conv('shortcut.block.0', input, [features, channels, 3, 3]));
  const direct = layers.conv('shortcut.conv11', input, [features, channels, 1, 1]);
  const beside = layers.add(mish(layers.conv('shortcut.block.2', near, square)), direct);
  const { picture, scale, isBounded } = head(layers, shape, layers.add(x, lowered(layers, beside)));
  const onnx = layers.graph.finish(picture, channels);
  weights.finish();
  const parts = [`${features} features`, `${blocks} ${blocks === 1 ? 'block' : 'blocks'}`];
  if (!isBounded) parts.push('DySample');
  return {
    onnx,
    facts: {
      architecture: `MoSR, ${parts.join(', ')}`,
      scale,
      receptiveFieldPx: isBounded ? 4 + blocks * (2 + (kernel >> 1)) : null,
      sizeRule: ANY_SIZE,
      eatenPx: 0,
      dependsOnTileSize: false,
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

function shapeOf(weights: WeightReader): Shape {
  const [features, inputs] = weights.dims('gblocks.0.weight', 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  const [twice] = weights.dims('gblocks.1.fc1.weight', 4) as [number];
  const [part, , kernel] = weights.dims('gblocks.1.conv.weight', 4) as [number, number, number];
  if (twice % 2 !== 0 || part >= twice / 2 || kernel % 2 === 0)
    throw corrupt(
      `The first block of this MoSR network gates ${twice / 2} channels and sees ${part} of them with a kernel of ${kernel} px, which no such block does.`,
    );
  return {
    channels,
    features,
    blocks: countOf(weights.names, /^gblocks\.(\d+)\./) - 6,
    hidden: twice / 2,
    part,
    kernel,
  };
}

function block(layers: Layers, { features, hidden, part, kernel }: Shape, name: string, x: string): string {
  const even = layers.layerNormOfChannels(`${name}.norm`, x, features, 1e-6);
  const spread = layers.conv(`${name}.fc1`, even, [2 * hidden, features, 3, 3]);
  const [gate, kept, some] = layers.split(spread, [hidden, hidden - part, part]) as [string, string, string];
  const far = layers.conv(`${name}.conv`, some, [part, 1, kernel, kernel], { groups: part });
  const gated = layers.mul(layers.graph.add('Mish', [gate]), layers.concat([kept, far]));
  const merged = layers.graph.add('Mish', [layers.conv(`${name}.fc2`, gated, [features, hidden, 3, 3])]);
  return layers.add(merged, lowered(layers, x));
}

function lowered(layers: Layers, x: string): string {
  return layers.graph.add('Sub', [x, layers.scalar(0.5)]);
}

type Head = { readonly picture: string; readonly scale: number; readonly isBounded: boolean };

function head(layers: Layers, { channels, features }: Shape, x: string): Head {
  const { weights } = layers;
  if (weights.has('upsampler.init_pos')) {
    const [places] = weights.dims('upsampler.offset.weight', 4) as [number];
    const scale = scaleOfShuffle(weights, (channels * places) / (2 * DYSAMPLE_GROUPS), channels);
    return {
      picture: dySample(layers, 'upsampler', x, [channels, features], scale),
      scale,
      isBounded: false,
    };
  }
  const isEnsemble = weights.has('upsampler.in_to_k.weight');
  const name = isEnsemble ? 'upsampler.in_to_k' : 'upsampler.0';
  const [outputs] = weights.dims(`${name}.weight`, 4) as [number];
  const scale = scaleOfShuffle(weights, isEnsemble ? outputs / ENSEMBLE : outputs, channels);
  const pixels = isEnsemble
    ? ensemble(layers, name, x, channels * scale ** 2, features)
    : layers.conv(name, x, [outputs, features, 3, 3]);
  return { picture: layers.pixelShuffle(pixels, scale), scale, isBounded: true };
}

/** The mean of what eight convolutions answer is what one answers whose weights are their mean. */
function ensemble(layers: Layers, name: string, x: string, outputs: number, features: number): string {
  const kernel = [outputs, features, 3, 3] as const;
  const weight = layers.weights.floats(`${name}.weight`, [ENSEMBLE * outputs, features, 3, 3]);
  const bias = layers.weights.floats(`${name}.bias`, [ENSEMBLE * outputs]);
  const tensors = [
    layers.computed(`${name}.weight`, kernel, mean(weight)),
    layers.computed(`${name}.bias`, [outputs], mean(bias)),
  ];
  return layers.convolve([x, ...tensors], kernel);
}

function mean(values: Float32Array): Float32Array {
  const count = values.length / ENSEMBLE;
  return Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < ENSEMBLE; k++) sum += values[k * count + i] as number;
    return sum / ENSEMBLE;
  });
}
