import type { StateDict } from '../convert/state-dict.ts';
import { type Channels, formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { matMul, normalised, softmax, windowAttention } from './attention.ts';
import { channelInteraction, localBranch, spatialInteraction } from './dat-branches.ts';
import { datPositions } from './dat-positions.ts';
import { channelsOf, countOf, requireWindow, scaleOfShuffle } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { withMean, withoutMean } from './mean-colour.ts';
import { corrupt } from './refusals.ts';
import { pixels, residualConvolution } from './residual-convolution.ts';
import { shiftMask } from './shift-mask.ts';
import { shuffledSteps } from './shuffled-steps.ts';
import { WeightReader } from './weight-reader.ts';
import { lastToTokens, tokensToLast } from './windows.ts';

const FIRST_BLOCK = 'layers.0.blocks.0';

/**
 * Dual Aggregation Transformer (Chen et al., 2023): blocks that attend within upright windows in one half of the channels
 * and within lying ones in the other, in turn with blocks whose channels attend to each other over the whole input.
 */
export const DAT: Architecture = {
  name: 'DAT',
  recognises: (dict) =>
    hasAll(
      dict,
      'conv_first.weight',
      'before_RG.1.weight',
      `${FIRST_BLOCK}.ffn.sg.norm.weight`,
      `${FIRST_BLOCK}.attn.attns.0.rpe_biases`,
      `${FIRST_BLOCK}.attn.attns.0.pos.pos3.2.weight`,
    ),
  build: buildDat,
};

type Sides = readonly [height: number, width: number];

type Shape = {
  readonly channels: Channels;
  readonly features: number;
  /** Of the windows that one half of the channels is seen in; the other half's lie across. */
  readonly window: Sides;
  readonly depths: readonly number[];
  readonly heads: readonly number[];
  readonly bias: 'required' | 'none';
};

/** For shifted windows, of both halves. */
type Masks = readonly [string, string];

function buildDat(dict: StateDict): PictureNetwork {
  const weights = new WeightReader('DAT', dict);
  const shape = shapeOf(weights);
  const { channels, features, depths, window } = shape;
  const layers = new Layers(weights);
  const { graph } = layers;
  const centred = withoutMean(layers, graph.input, channels);
  const first = layers.conv('conv_first', centred, [features, channels, 3, 3]);
  const deep = layers.add(
    residualConvolution(layers, 'conv_after_body', body(layers, shape, first), features),
    first,
  );
  const { picture, scale } = head(layers, deep, shape);
  const onnx = graph.finish(withMean(layers, picture, channels), channels);
  // They follow from the windows' sides and from the picture's.
  weights.ignore(/\.(relative_position_index|attn_mask_[01]|num_batches_tracked)$/);
  weights.finish();
  const multipleOf = leastCommonMultiple(...window);
  return {
    onnx,
    facts: {
      architecture: `DAT, ${features} features, ${depths.join(' + ')} blocks, windows of ${window.join(' × ')} px`,
      scale,
      receptiveFieldPx: null,
      sizeRule: { multipleOf, minimumPx: multipleOf, fixed: null },
      eatenPx: 0,
      dependsOnTileSize: true,
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

function shapeOf(weights: WeightReader): Shape {
  const [features, inputs] = weights.dims('conv_first.weight', 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  const names = [...weights.names];
  const count = countOf(names, /^layers\.(\d+)\./);
  const [depths, heads]: [number[], number[]] = [[], []];
  for (let i = 0; i < count; i++) {
    const depth = countOf(names, new RegExp(`^layers\\.${i}\\.blocks\\.(\\d+)\\.`));
    const [half] = weights.dims(`layers.${i}.blocks.0.attn.attns.0.pos.pos3.2.weight`, 2) as [number];
    if (features % (2 * half) !== 0)
      throw corrupt(`“layers.${i}” has ${2 * half} heads, which cannot share ${features} channels evenly.`);
    depths.push(depth);
    heads.push(2 * half);
  }
  const bias = weights.has(`${FIRST_BLOCK}.attn.qkv.bias`) ? 'required' : 'none';
  return { channels, features, window: windowOf(weights), depths, heads, bias };
}

/** The largest distance within a window is one less than its side. */
function windowOf(weights: WeightReader): Sides {
  const name = `${FIRST_BLOCK}.attn.attns.0.rpe_biases`;
  const [distances] = weights.dims(name, 2) as [number];
  const values = weights.floats(name, [distances, 2]);
  const [height, width] = [...values.slice(-2)].map((value) => value + 1) as [number, number];
  requireWindow(weights, name, distances, [height, width]);
  return [height, width];
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

/** The groups, over `[1, h, w, features]` inside. */
function body(layers: Layers, shape: Shape, x: string): string {
  const { features, depths, heads, window } = shape;
  const [height, width] = window;
  const masks: Masks = [
    shiftMask(layers, [height, width], [height >> 1, width >> 1]),
    shiftMask(layers, [width, height], [width >> 1, height >> 1]),
  ];
  let y = layers.layerNorm('before_RG.1', layers.transpose(x, 0, 2, 3, 1), features, 1e-5);
  for (const [i, depth] of depths.entries()) {
    let inner = y;
    for (let j = 0; j < depth; j++) {
      const attend = j % 2 === 0 ? spatialAttention(isShifted(i, j) ? masks : null) : channelAttention;
      inner = block(layers, shape, `layers.${i}.blocks.${j}`, inner, heads[i] as number, attend);
    }
    const convolved = residualConvolution(layers, `layers.${i}.conv`, pixels(layers, inner), features);
    y = layers.add(layers.transpose(convolved, 0, 2, 3, 1), y);
  }
  return pixels(layers, layers.layerNorm('norm', y, features, 1e-5));
}

/** Every second of the blocks with windows is shifted; odd groups begin with one. */
function isShifted(group: number, index: number): boolean {
  return index % 4 === (group % 2 === 0 ? 2 : 0);
}

type Attend = (layers: Layers, shape: Shape, name: string, x: string, heads: number) => string;

function block(layers: Layers, shape: Shape, name: string, x: string, heads: number, attend: Attend): string {
  const { features } = shape;
  const even = layers.layerNorm(`${name}.norm1`, x, features, 1e-5);
  const y = layers.add(x, attend(layers, shape, `${name}.attn`, even, heads));
  return layers.add(
    y,
    feedForward(layers, `${name}.ffn`, layers.layerNorm(`${name}.norm2`, y, features, 1e-5), features),
  );
}

/** One half of what the first layer makes is gated by what lies around the other. */
function feedForward(layers: Layers, name: string, x: string, features: number): string {
  const [hidden] = layers.weights.dims(`${name}.fc1.weight`, 2) as [number];
  const half = hidden / 2;
  if (!Number.isInteger(half))
    throw corrupt(`“${name}.fc1.weight” has ${hidden} outputs: an odd number, which cannot be halved.`);
  const spread = layers.gelu(layers.linear(`${name}.fc1`, x, hidden, features, 'required'));
  const [gated, seen] = layers.split(spread, [half, half], 3) as [string, string];
  const even = pixels(layers, layers.layerNorm(`${name}.sg.norm`, seen, half, 1e-5));
  const gate = layers.conv(`${name}.sg.conv`, even, [half, 1, 3, 3], { groups: half });
  const product = layers.mul(gated, layers.transpose(gate, 0, 2, 3, 1));
  return layers.linear(`${name}.fc2`, product, features, half, 'required');
}

/** Attention within windows, and a convolution; each is weighed by what the other saw. */
function spatialAttention(masks: Masks | null): Attend {
  return (layers, shape, name, x, heads) => {
    const { features, bias, window } = shape;
    const [height, width] = window;
    const all = layers.linear(`${name}.qkv`, x, 3 * features, features, bias);
    const parts = layers.thirds(all, features, 3);
    const halves = parts.map((part) => layers.split(part, [features / 2, features / 2], 3));
    const windows: readonly Sides[] = [window, [width, height]];
    const attended = windows.map((sides, i) => {
      const [query, key, value] = halves.map((half) => half[i]) as [string, string, string];
      const of = {
        parts: [query, key, value],
        sides,
        mask: masks?.[i] ?? null,
        channels: features / 2,
        heads: heads / 2,
      };
      return windowBranch(layers, `${name}.attns.${i}`, of);
    });
    const inWindows = pixels(layers, layers.concat(attended, 3));
    const local = localBranch(layers, name, pixels(layers, parts[2]), features);
    const weighed = layers.mul(inWindows, channelInteraction(layers, name, local, features));
    const weighedLocal = layers.mul(local, spatialInteraction(layers, name, inWindows, features));
    return merged(layers, name, layers.add(weighed, weighedLocal), features);
  };
}

type Branch = {
  readonly parts: readonly string[];
  readonly sides: Sides;
  readonly mask: string | null;
  readonly channels: number;
  readonly heads: number;
};

function windowBranch(layers: Layers, name: string, { parts, sides, mask, channels, heads }: Branch): string {
  const [height, width] = sides;
  const [down, across] = mask ? [height >> 1, width >> 1] : [0, 0];
  const [query, key, value] = parts.map((part) =>
    lastToTokens(layers, layers.roll(part, -down, -across), channels, sides),
  ) as [string, string, string];
  const biases = [datPositions(layers, name, sides, heads), ...(mask ? [mask] : [])];
  const attended = windowAttention(layers, {
    query,
    key,
    value,
    pixels: height * width,
    channels,
    heads,
    biases,
  });
  return layers.roll(tokensToLast(layers, attended, channels, sides), down, across);
}

/** Channels attend to each other by how alike they are in all pixels; weighed as above, the other way round. */
function channelAttention(layers: Layers, shape: Shape, name: string, x: string, heads: number): string {
  const { features, bias } = shape;
  const { graph } = layers;
  const all = layers.linear(`${name}.qkv`, x, 3 * features, features, bias);
  const planes = layers.thirds(all, features, 3).map((part) => pixels(layers, part));
  const [query, key, value] = planes.map((part) => layers.reshape(part, [heads, features / heads, -1])) as [
    string,
    string,
    string,
  ];
  const alike = matMul(layers, normalised(layers, query), layers.transpose(normalised(layers, key), 0, 2, 1));
  const temperature = layers.weight(`${name}.temperature`, [heads, 1, 1]);
  const taken = matMul(layers, softmax(layers, layers.mul(alike, temperature)), value);
  const attended = graph.add('Reshape', [taken, graph.add('Shape', [planes[2] as string])]);
  const local = localBranch(layers, name, planes[2] as string, features);
  const weighed = layers.mul(attended, spatialInteraction(layers, name, local, features));
  const weighedLocal = layers.mul(local, channelInteraction(layers, name, attended, features));
  return merged(layers, name, layers.add(weighed, weighedLocal), features);
}

function merged(layers: Layers, name: string, x: string, features: number): string {
  return layers.linear(`${name}.proj`, layers.transpose(x, 0, 2, 3, 1), features, features, 'required');
}

function head(
  layers: Layers,
  deep: string,
  { channels, features }: Shape,
): { picture: string; scale: number } {
  const { weights } = layers;
  if (!weights.has('conv_last.weight')) {
    const [outputs] = weights.dims('upsample.0.weight', 4) as [number];
    const scale = scaleOfShuffle(weights, outputs, channels);
    return {
      picture: layers.pixelShuffle(layers.conv('upsample.0', deep, [outputs, features, 3, 3]), scale),
      scale,
    };
  }
  const [width] = weights.dims('conv_before_upsample.0.weight', 4) as [number];
  const before = layers.conv('conv_before_upsample.0', deep, [width, features, 3, 3]);
  const { large, scale } = shuffledSteps(layers, 'upsample', layers.leakyRelu(before, 0.01), width);
  channelsOf(weights, channels, weights.dims('conv_last.weight', 4)[0]);
  return { picture: layers.conv('conv_last', large, [channels, width, 3, 3]), scale };
}
