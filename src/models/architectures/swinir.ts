import type { StateDict } from '../convert/state-dict.ts';
import { type Channels, formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { windowAttention } from './attention.ts';
import { channelsOf, countOf, scaleOfShuffle, windowSide } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { withMean, withoutMean } from './mean-colour.ts';
import { corrupt, unsupported } from './refusals.ts';
import { convolveRepeated } from './repeated-pixels.ts';
import { pixels, residualConvolution } from './residual-convolution.ts';
import { shiftMask } from './shift-mask.ts';
import { shuffledSteps } from './shuffled-steps.ts';
import { WeightReader } from './weight-reader.ts';
import { distanceIndices, lastToTokens, pairBiases, tokensToLast } from './windows.ts';

/** Trained on numbers to 255 are those that clean JPEG, and only they have windows of 7 px. */
const JPEG_WINDOW = 7;

const FIRST_BLOCK = 'layers.0.residual_group.blocks.0';

/** Networks that grew out of it, whose weights have its names and more. */
const DESCENDANTS =
  /logit_scale|aligned_relative_position_index|relative_position_index_|conv_block|residual_group\.td/;

/**
 * SwinIR (Liang et al., 2021), in its four forms: for large, light and real pictures, and for restoration. Its pixels
 * attend within windows, every second time shifted by half of one, so both sides are multiples of a window.
 */
export const SWINIR: Architecture = {
  name: 'SwinIR',
  recognises: (dict) =>
    hasAll(
      dict,
      `${FIRST_BLOCK}.norm1.weight`,
      `${FIRST_BLOCK}.mlp.fc1.bias`,
      `${FIRST_BLOCK}.attn.relative_position_index`,
    ) &&
    ['conv_first.weight', 'conv_first.1.weight'].some((key) => dict.weights.has(key)) &&
    ![...dict.weights.keys()].some((key) => DESCENDANTS.test(key)),
  build: buildSwinIr,
};

type Shape = {
  readonly channels: Channels;
  readonly features: number;
  readonly window: number;
  /** How many blocks each layer has. */
  readonly depths: readonly number[];
  /** Of each layer's attention. */
  readonly heads: readonly number[];
  /** White as a number. */
  readonly range: number;
};

function buildSwinIr(dict: StateDict): PictureNetwork {
  const weights = new WeightReader('SwinIR', dict);
  const shape = shapeOf(weights);
  const { channels, features, window, depths, range } = shape;
  const layers = new Layers(weights);
  const { graph } = layers;
  const centred = withoutMean(layers, graph.input, channels);
  const x = range === 1 ? centred : layers.mul(centred, layers.scalar(range));
  const first = layers.conv('conv_first', x, [features, channels, 3, 3]);
  const deep = layers.add(
    residualConvolution(layers, 'conv_after_body', body(layers, shape, first), features),
    first,
  );
  const { picture, scale } = head(layers, deep, x, shape);
  const unscaled = range === 1 ? picture : layers.mul(picture, layers.scalar(1 / range));
  const onnx = graph.finish(withMean(layers, unscaled, channels), channels);
  // They follow from the window's size and from the picture's.
  weights.ignore(/\.(attn\.relative_position_index|attn_mask)$/);
  weights.finish();
  return {
    onnx,
    facts: {
      architecture: `SwinIR, ${features} features, ${depths.join(' + ')} blocks, windows of ${window} px`,
      scale,
      receptiveFieldPx: null,
      sizeRule: { multipleOf: window, minimumPx: window, fixed: null },
      eatenPx: 0,
      dependsOnTileSize: false,
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

function shapeOf(weights: WeightReader): Shape {
  if (weights.has('conv_first.1.weight'))
    throw unsupported(
      'This SwinIR network folds pixels into channels in front, which Tessera does not build.',
    );
  const [features, inputs] = weights.dims('conv_first.weight', 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  const table = `${FIRST_BLOCK}.attn.relative_position_bias_table`;
  const [distances] = weights.dims(table, 2) as [number];
  const window = windowSide(weights, table, distances);
  const names = [...weights.names];
  const count = countOf(names, /^layers\.(\d+)\./);
  const [depths, heads]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i++) {
    const depth = countOf(names, new RegExp(`^layers\\.${i}\\.residual_group\\.blocks\\.(\\d+)\\.`));
    if (depth === 0) throw corrupt(`SwinIR’s “layers.${i}” of ${count} is missing.`);
    depths.push(depth);
    heads.push(
      headsOf(weights, `layers.${i}.residual_group.blocks.0.attn.relative_position_bias_table`, features),
    );
  }
  return { channels, features, window, depths, heads, range: window === JPEG_WINDOW ? 255 : 1 };
}

function headsOf(weights: WeightReader, table: string, features: number): number {
  const heads = weights.dims(table, 2)[1] as number;
  if (features % heads !== 0)
    throw corrupt(`“${table}” has ${heads} heads, which cannot share ${features} channels evenly.`);
  return heads;
}

/** The layers, over `[1, h, w, features]` inside. */
function body(layers: Layers, shape: Shape, x: string): string {
  const { features, depths, heads, window } = shape;
  const mask = shiftMask(layers, [window, window], [window >> 1, window >> 1]);
  const last = layers.transpose(x, 0, 2, 3, 1);
  const hasNorm = layers.weights.has('patch_embed.norm.weight');
  let y = hasNorm ? layers.layerNorm('patch_embed.norm', last, features, 1e-5) : last;
  for (const [i, depth] of depths.entries()) {
    let inner = y;
    for (let j = 0; j < depth; j++) {
      const windows = { heads: heads[i] as number, mask: j % 2 === 1 ? mask : null };
      inner = block(layers, shape, `layers.${i}.residual_group.blocks.${j}`, inner, windows);
    }
    const convolved = residualConvolution(layers, `layers.${i}.conv`, pixels(layers, inner), features);
    y = layers.add(layers.transpose(convolved, 0, 2, 3, 1), y);
  }
  return pixels(layers, layers.layerNorm('norm', y, features, 1e-5));
}

/** Heads of the attention, and what keeps shifted windows apart; null where they are not shifted. */
type Windows = { readonly heads: number; readonly mask: string | null };

function block(layers: Layers, shape: Shape, name: string, x: string, windows: Windows): string {
  const { features } = shape;
  const even = layers.layerNorm(`${name}.norm1`, x, features, 1e-5);
  const y = layers.add(x, attention(layers, shape, `${name}.attn`, even, windows));
  const [hidden] = layers.weights.dims(`${name}.mlp.fc1.weight`, 2) as [number];
  const evenAgain = layers.layerNorm(`${name}.norm2`, y, features, 1e-5);
  const spread = layers.gelu(layers.linear(`${name}.mlp.fc1`, evenAgain, hidden, features, 'required'));
  return layers.add(y, layers.linear(`${name}.mlp.fc2`, spread, features, hidden, 'required'));
}

function attention(layers: Layers, shape: Shape, name: string, x: string, { heads, mask }: Windows): string {
  const { features, window } = shape;
  const { weights } = layers;
  const table = `${name}.relative_position_bias_table`;
  const shift = mask ? window >> 1 : 0;
  const count = window ** 2;
  const tokens = lastToTokens(layers, layers.roll(x, -shift, -shift), features, [window, window]);
  const bias = weights.has(`${FIRST_BLOCK}.attn.qkv.bias`) ? 'required' : 'none';
  const all = layers.linear(`${name}.qkv`, tokens, 3 * features, features, bias);
  const [query, key, value] = layers.thirds(all, features, 3);
  const byDistance = weights.floats(table, [(2 * window - 1) ** 2, heads]);
  const byPair = pairBiases(byDistance, heads, distanceIndices(window, window));
  const biases = [layers.computed(table, [heads, count, count], byPair)];
  if (mask) biases.push(mask);
  const attended = windowAttention(layers, {
    query,
    key,
    value,
    pixels: count,
    channels: features,
    heads,
    biases,
  });
  const out = layers.linear(`${name}.proj`, attended, features, features, 'required');
  return layers.roll(tokensToLast(layers, out, features, [window, window]), shift, shift);
}

/** Which of the four heads it is, its weights' names tell. */
function head(
  layers: Layers,
  deep: string,
  x: string,
  { channels, features }: Shape,
): { picture: string; scale: number } {
  const { weights } = layers;
  if (weights.has('conv_before_upsample.0.weight')) {
    const [width] = weights.dims('conv_before_upsample.0.weight', 4) as [number];
    const before = layers.conv('conv_before_upsample.0', deep, [width, features, 3, 3]);
    const { large, scale } = enlarged(layers, layers.leakyRelu(before, 0.01), width);
    channelsOf(weights, channels, weights.dims('conv_last.weight', 4)[0]);
    return { picture: layers.conv('conv_last', large, [channels, width, 3, 3]), scale };
  }
  if (weights.has('upsample.0.weight')) {
    const [outputs] = weights.dims('upsample.0.weight', 4) as [number];
    const scale = scaleOfShuffle(weights, outputs, channels);
    return {
      picture: layers.pixelShuffle(layers.conv('upsample.0', deep, [outputs, features, 3, 3]), scale),
      scale,
    };
  }
  return { picture: layers.add(layers.conv('conv_last', deep, [channels, features, 3, 3]), x), scale: 1 };
}

function enlarged(layers: Layers, x: string, width: number): { large: string; scale: number } {
  const doublings = countOf(layers.weights.names, /^conv_up(\d+)\.weight$/) - 1;
  if (doublings < 1) return shuffledSteps(layers, 'upsample', x, width);
  const activate = (y: string): string => layers.leakyRelu(y, 0.2);
  let large = x;
  for (let i = 1; i <= doublings; i++)
    large = convolveRepeated(layers, `conv_up${i}`, large, width, 2, activate);
  return { large: activate(layers.conv('conv_hr', large, [width, width, 3, 3])), scale: 2 ** doublings };
}
