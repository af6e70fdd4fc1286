import type { StateDict } from '../convert/state-dict.ts';
import { ANY_SIZE, formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { channelsOf, scaleOfShuffle } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { withoutMean } from './mean-colour.ts';
import { counted, unsupported } from './refusals.ts';
import { foldedConv3xc, hasBranches } from './span-convolution.ts';
import { WeightReader } from './weight-reader.ts';

/** What is left of the colours without their mean is multiplied by this. */
const RANGE = 255;
const BLOCKS = 6;

const SHARED_KEYS = ['conv_cat.weight', 'upsampler.0.weight'] as const;

/** Swift Parameter-free Attention Network, with training's branches or only with the convolutions that they add up to. */
export const SPAN: Architecture = {
  name: 'SPAN',
  recognises: (dict) =>
    hasAll(dict, ...SHARED_KEYS) &&
    ['eval_conv.weight', 'sk.weight'].some((kind) =>
      hasAll(dict, `conv_1.${kind}`, `block_1.c1_r.${kind}`, `block_1.c3_r.${kind}`, `conv_2.${kind}`),
    ),
  build: buildSpan,
};

function buildSpan(dict: StateDict): PictureNetwork {
  const weights = new WeightReader('SPAN', dict);
  const kind = weights.has('conv_1.sk.weight') ? 'sk' : 'eval_conv';
  const [features, inputs] = weights.dims(`conv_1.${kind}.weight`, 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  const [outputs] = weights.dims('upsampler.0.weight', 4) as [number];
  const scale = scaleOfShuffle(weights, outputs, channels);
  const layers = new Layers(weights);
  const conv = (name: string, x: string, from = features): string => conv3xc(layers, name, x, features, from);
  const isNormalised = !weights.has('no_norm');
  // The published code takes the three from whatever it is given, and then fails.
  if (isNormalised && channels !== 3)
    throw unsupported(
      `This SPAN network takes ${counted(channels, 'channel')}, but subtracts the means of red, green and blue, which only a network with 3 channels can do.`,
    );
  const first = conv('conv_1', isNormalised ? normalised(layers) : layers.graph.input, channels);
  const { outputs: blocks, lastActivated } = spanBlocks(layers, first, conv);
  const last = conv('conv_2', blocks.at(-1) as string);
  const joined = layers.concat([first, last, blocks[0] as string, lastActivated]);
  const merged = layers.conv('conv_cat', joined, [features, 4 * features, 1, 1]);
  const shuffled = layers.conv('upsampler.0', merged, [outputs, features, 3, 3]);
  const onnx = layers.graph.finish(layers.pixelShuffle(shuffled, scale), channels);
  weights.ignore(/^no_norm$/);
  weights.finish();
  return {
    onnx,
    facts: {
      architecture: `SPAN, ${features} features${isNormalised ? '' : ', input not normalised'}`,
      scale,
      receptiveFieldPx: 3 * BLOCKS + 3,
      sizeRule: ANY_SIZE,
      eatenPx: 0,
      dependsOnTileSize: false,
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

function normalised(layers: Layers): string {
  return layers.mul(withoutMean(layers, layers.graph.input, 3), layers.scalar(RANGE));
}

type Blocks = { readonly outputs: readonly string[]; readonly lastActivated: string };

/**
 * Three convolutions each, the answer of which, put through an odd function, is its own attention. The published code's
 * SiLU works in place, so that what it hands on of the last block's first convolution is already activated.
 */
function spanBlocks(layers: Layers, x: string, conv: (name: string, x: string) => string): Blocks {
  const outputs: string[] = [];
  let last = x;
  let lastActivated = '';
  for (let i = 1; i <= BLOCKS; i++) {
    lastActivated = layers.silu(conv(`block_${i}.c1_r`, last));
    const second = layers.silu(conv(`block_${i}.c2_r`, lastActivated));
    const third = conv(`block_${i}.c3_r`, second);
    const attention = layers.graph.add('Sub', [layers.graph.add('Sigmoid', [third]), layers.scalar(0.5)]);
    last = layers.mul(layers.add(third, last), attention);
    outputs.push(last);
  }
  return { outputs, lastActivated };
}

/** The 3 × 3 convolution that training's branches add up to; that in the file may be older than they are. */
function conv3xc(layers: Layers, name: string, x: string, outputs: number, inputs: number): string {
  const kernel = [outputs, inputs, 3, 3] as const;
  if (!hasBranches(layers.weights, name)) return layers.conv(`${name}.eval_conv`, x, kernel);
  const { weight, bias } = foldedConv3xc(layers.weights, name, outputs, inputs);
  if (layers.weights.has(`${name}.eval_conv.weight`)) {
    layers.weights.bytes(`${name}.eval_conv.weight`, kernel);
    layers.weights.bytes(`${name}.eval_conv.bias`, [outputs]);
  }
  const tensors = [
    layers.computed(`${name}.weight`, kernel, weight),
    layers.computed(`${name}.bias`, [outputs], bias),
  ];
  return layers.convolve([x, ...tensors], kernel);
}
