import type { StateDict } from '../convert/state-dict.ts';
import { type Channels, formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { matMul, normalised, softmax, windowAttention } from './attention.ts';
import { channelsOf, countOf, scaleOfShuffle, windowSide } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { corrupt } from './refusals.ts';
import { WeightReader } from './weight-reader.ts';
import {
  cut,
  distanceIndices,
  fromTokens,
  joined,
  pairBiases,
  toTokens,
  type WindowKind,
} from './windows.ts';

/** What the pooling of the spatial attention needs: (15 − 3) / 2 + 1 = 7 px. */
const MINIMUM_PX = 15;

/**
 * Omni-SR (Wang et al., 2023): groups of blocks that attend within windows of neighbours, then within grids that span
 * the picture, each time in space and between channels. The channels' attention over the grid sums over the whole input.
 */
export const OMNI_SR: Architecture = {
  name: 'OmniSR',
  recognises: (dict) =>
    hasAll(dict, 'input.weight', 'up.0.weight', 'residual_layer.0.residual_layer.0.layer.0.fn.0.weight'),
  build: buildOmniSr,
};

type Shape = {
  readonly channels: Channels;
  readonly features: number;
  readonly groups: number;
  readonly blocks: number;
  readonly window: number;
  /** Of the attention between pixels. */
  readonly heads: number;
  /** Of the attention between channels: one number for all blocks. */
  readonly channelHeads: number;
  /** Of the outer convolutions. */
  readonly bias: 'required' | 'none';
};

function buildOmniSr(dict: StateDict): PictureNetwork {
  const weights = new WeightReader('OmniSR', dict);
  const shape = shapeOf(weights);
  const { channels, features, groups, blocks, window, bias } = shape;
  const [outputs] = weights.dims('up.0.weight', 4) as [number];
  const scale = scaleOfShuffle(weights, outputs, channels);
  const layers = new Layers(weights);
  const first = layers.conv('input', layers.graph.input, [features, channels, 3, 3], { bias });
  let x = first;
  for (let i = 0; i < groups; i++) x = group(layers, shape, `residual_layer.${i}`, x);
  const deep = layers.conv('output', x, [features, features, 3, 3], { bias });
  const pixels = layers.conv('up.0', layers.add(deep, first), [outputs, features, 3, 3], { bias });
  const onnx = layers.graph.finish(layers.pixelShuffle(pixels, scale), channels);
  // Follows from the window's size.
  weights.ignore(/\.rel_pos_indices$/);
  weights.finish();
  return {
    onnx,
    facts: {
      architecture: `OmniSR, ${features} features, ${groups} × ${blocks} blocks, windows of ${window} px`,
      scale,
      receptiveFieldPx: null,
      sizeRule: { multipleOf: window, minimumPx: MINIMUM_PX, fixed: null },
      eatenPx: 0,
      dependsOnTileSize: true,
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

function shapeOf(weights: WeightReader): Shape {
  const [features, inputs] = weights.dims('input.weight', 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  const table = 'residual_layer.0.residual_layer.0.layer.2.fn.rel_pos_bias.weight';
  const [distances, heads] = weights.dims(table, 2) as [number, number];
  const window = windowSide(weights, table, distances);
  const temperature = 'residual_layer.0.residual_layer.0.layer.5.fn.temperature';
  const [channelHeads] = weights.dims(temperature, 3) as [number];
  requireWholeHeads(table, heads, features);
  requireWholeHeads(temperature, channelHeads, features);
  return {
    channels,
    features,
    groups: countOf(weights.names, /^residual_layer\.(\d+)\./),
    blocks: countOf(weights.names, /^residual_layer\.0\.residual_layer\.(\d+)\./) - 1,
    window,
    heads,
    channelHeads,
    bias: weights.has('input.bias') ? 'required' : 'none',
  };
}

function requireWholeHeads(key: string, heads: number, features: number): void {
  if (features % heads !== 0)
    throw corrupt(`“${key}” has ${heads} heads, which cannot share ${features} channels evenly.`);
}

function group(layers: Layers, shape: Shape, name: string, x: string): string {
  const { features, blocks, bias } = shape;
  let y = x;
  for (let i = 0; i < blocks; i++) y = block(layers, shape, `${name}.residual_layer.${i}.layer`, y);
  y = layers.conv(`${name}.residual_layer.${blocks}`, y, [features, features, 1, 1], { bias });
  return spatialGate(layers, `${name}.esa`, layers.add(y, x), features);
}

/** The numbers are places in a list of layers, some of which only rearrange. */
function block(layers: Layers, shape: Shape, name: string, x: string): string {
  let y = invertedBottleneck(layers, shape, `${name}.0.fn`, x);
  y = spatialAttention(layers, shape, `${name}.2`, y, 'blocks');
  y = feedForward(layers, shape, `${name}.4`, y);
  y = channelAttention(layers, shape, `${name}.5`, y, 'blocks');
  y = feedForward(layers, shape, `${name}.6`, y);
  y = spatialAttention(layers, shape, `${name}.8`, y, 'grid');
  y = feedForward(layers, shape, `${name}.10`, y);
  y = channelAttention(layers, shape, `${name}.11`, y, 'grid');
  return feedForward(layers, shape, `${name}.12`, y);
}

/** MBConv: out, through each channel by itself, weighed by the channels' means, and back. */
function invertedBottleneck(layers: Layers, { features }: Shape, name: string, x: string): string {
  const { graph, weights } = layers;
  const [wide] = weights.dims(`${name}.0.weight`, 4) as [number];
  const [narrow] = weights.dims(`${name}.4.gate.1.weight`, 2) as [number];
  let y = layers.gelu(layers.conv(`${name}.0`, x, [wide, features, 1, 1]));
  y = layers.gelu(layers.conv(`${name}.2`, y, [wide, 1, 3, 3], { groups: wide }));
  const squeeze = layers.weight(`${name}.4.gate.1.weight`, [narrow, wide], [narrow, wide, 1, 1]);
  const excite = layers.weight(`${name}.4.gate.3.weight`, [wide, narrow], [wide, narrow, 1, 1]);
  const means = graph.add('GlobalAveragePool', [y]);
  const hidden = layers.silu(layers.convolve([means, squeeze], [narrow, wide, 1, 1]));
  const gate = graph.add('Sigmoid', [layers.convolve([hidden, excite], [wide, narrow, 1, 1])]);
  return layers.add(layers.conv(`${name}.5`, layers.mul(y, gate), [features, wide, 1, 1]), x);
}

function spatialAttention(layers: Layers, shape: Shape, name: string, x: string, kind: WindowKind): string {
  const { features, window, heads } = shape;
  const pixels = window ** 2;
  const tokens = toTokens(layers, x, features, window, kind);
  const even = layers.layerNorm(`${name}.norm`, tokens, features, 1e-5);
  const all = layers.linear(`${name}.fn.to_qkv`, even, 3 * features, features, 'none');
  const [query, key, value] = layers.thirds(all, features, 3);
  const table = layers.weights.floats(`${name}.fn.rel_pos_bias.weight`, [(2 * window - 1) ** 2, heads]);
  const byPair = pairBiases(table, heads, distanceIndices(window, window));
  const bias = layers.computed(`${name}.fn.rel_pos_bias.weight`, [heads, pixels, pixels], byPair);
  const attended = windowAttention(layers, {
    query,
    key,
    value,
    pixels,
    channels: features,
    heads,
    biases: [bias],
  });
  const out = layers.linear(`${name}.fn.to_out.0`, attended, features, features, 'none');
  return fromTokens(layers, layers.add(out, tokens), features, window, kind);
}

/** Of `cut` as blocks: each window by itself, or each place in a window over all windows. And the way back. */
const CHANNEL_AXES = { blocks: [1, 3, 0, 2, 4], grid: [2, 4, 0, 1, 3] } as const;
const BLOCK_AXES = { blocks: [2, 0, 3, 1, 4], grid: [2, 3, 0, 4, 1] } as const;

/** Channels attend to each other: how alike they are in a window's pixels, whatever the pixels' size. */
function channelAttention(layers: Layers, shape: Shape, name: string, x: string, kind: WindowKind): string {
  const { features, window, channelHeads: heads } = shape;
  const { graph } = layers;
  const even = layers.layerNormOfChannels(`${name}.norm`, x, features, 1e-6);
  const spread = layers.conv(`${name}.fn.qkv`, even, [3 * features, features, 1, 1], { bias: 'none' });
  const all = layers.conv(`${name}.fn.qkv_dwconv`, spread, [3 * features, 1, 3, 3], {
    groups: 3 * features,
    bias: 'none',
  });
  const parts = layers
    .split(all, [features, features, features])
    .map((part) => layers.transpose(cut(layers, part, features, window, 'blocks'), ...CHANNEL_AXES[kind]));
  const [query, key, value] = parts.map((part) =>
    layers.reshape(part, [0, 0, heads, features / heads, -1]),
  ) as [string, string, string];
  const turned = layers.transpose(normalised(layers, key), 0, 1, 2, 4, 3);
  const alike = matMul(layers, normalised(layers, query), turned);
  const temperature = layers.weight(`${name}.fn.temperature`, [heads, 1, 1]);
  const taken = matMul(layers, softmax(layers, layers.mul(alike, temperature)), value);
  const unfolded = graph.add('Reshape', [taken, graph.add('Shape', [parts[0] as string])]);
  const y = joined(layers, layers.transpose(unfolded, ...BLOCK_AXES[kind]), features);
  return layers.add(
    layers.conv(`${name}.fn.project_out`, y, [features, features, 1, 1], { bias: 'none' }),
    x,
  );
}

/** One half gates the other. */
function feedForward(layers: Layers, { features }: Shape, name: string, x: string): string {
  const [wide] = layers.weights.dims(`${name}.fn.project_in.weight`, 4) as [number];
  const half = wide / 2;
  if (!Number.isInteger(half))
    throw corrupt(
      `“${name}.fn.project_in.weight” has ${wide} outputs: an odd number, which cannot be halved.`,
    );
  const even = layers.layerNormOfChannels(`${name}.norm`, x, features, 1e-6);
  const spread = layers.conv(`${name}.fn.project_in`, even, [wide, features, 1, 1], { bias: 'none' });
  const local = layers.conv(`${name}.fn.dwconv`, spread, [wide, 1, 3, 3], { groups: wide, bias: 'none' });
  const [gate, gated] = layers.split(local, [half, half]) as [string, string];
  const y = layers.mul(layers.gelu(gate), gated);
  return layers.add(layers.conv(`${name}.fn.project_out`, y, [features, half, 1, 1], { bias: 'none' }), x);
}

/** Enhanced spatial attention: what lies around, seen small, weighs each value. */
function spatialGate(layers: Layers, name: string, x: string, features: number): string {
  const { graph, weights } = layers;
  const [few] = weights.dims(`${name}.conv1.weight`, 4) as [number];
  const near = layers.conv(`${name}.conv1`, x, [few, features, 1, 1]);
  const half = layers.conv(`${name}.conv2`, near, [few, few, 3, 3], { stride: 2, pad: 0 });
  const peaks = graph.add('MaxPool', [half], { kernel_shape: [7n, 7n], strides: [3n, 3n] });
  const far = layers.conv(`${name}.conv3`, peaks, [few, few, 3, 3]);
  const sides = graph.add('Shape', [near]);
  const wide = graph.add('Resize', [far, '', '', sides], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  });
  const both = layers.add(wide, layers.conv(`${name}.conv_f`, near, [few, few, 1, 1]));
  return layers.mul(x, graph.add('Sigmoid', [layers.conv(`${name}.conv4`, both, [features, few, 1, 1])]));
}
