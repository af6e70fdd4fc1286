import type { StateDict } from '../convert/state-dict.ts';
import {
  ANY_SIZE,
  type Channels,
  formOfArchitecture,
  type KnownBy,
  type PictureNetwork,
} from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { namesOfEsrgan } from './esrgan-names.ts';
import { channelsOf, countOf } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { unsupported } from './refusals.ts';
import { convolveRepeated } from './repeated-pixels.ts';
import { unshuffledKernel } from './unshuffled-kernel.ts';
import { WeightReader } from './weight-reader.ts';

/** Slope of all activations, and what each dense block's answer is multiplied by. */
const SLOPE = 0.2;
const RESIDUAL = 0.2;

const SIGNATURES = [
  ['conv_first.weight', 'body.0.rdb1.conv1.weight', 'conv_body.weight', 'conv_last.weight'],
  ['conv_first.weight', 'RRDB_trunk.0.RDB1.conv1.weight', 'trunk_conv.weight', 'conv_last.weight'],
  ['model.0.weight', 'model.1.sub.0.RDB1.conv1.0.weight'],
] as const;

/** MM-RealSR is an RRDBNet whose layers are modulated by a second network. */
const MODULATED = /^(am_list|de_net)\./;

/**
 * ESRGAN's generator RRDBNet, in the names of its four releases, with any width and depth, from 1x to 16x; ESRGAN+, which
 * has a few additions more; and Real-ESRGAN's with pixels folded into channels in front (x2plus, x1).
 */
export const ESRGAN: Architecture = {
  name: 'ESRGAN',
  recognises: (dict) =>
    SIGNATURES.some((signature) => hasAll(dict, ...signature)) &&
    ![...dict.weights.keys()].some((name) => MODULATED.test(name)),
  build: buildEsrgan,
};

type Shape = {
  readonly channels: Channels;
  readonly features: number;
  readonly growth: number;
  readonly blocks: number;
  /** Whether each dense block has the two additions of ESRGAN+. */
  readonly isPlus: boolean;
  /** Side of the squares of pixels that become channels in front: 1, 2 or 4. */
  readonly unshuffle: number;
  /** Enlargement of each step at the end. */
  readonly steps: readonly number[];
  readonly stepsKnownBy: KnownBy;
};

function buildEsrgan(dict: StateDict, scaleByName: number | null): PictureNetwork {
  const weights = new WeightReader('ESRGAN', dict, namesOfEsrgan(dict));
  const shape = shapeOf(weights, dict.metadata.get('scale'), scaleByName);
  const layers = new Layers(weights);
  const last = head(layers, shape, body(layers, shape, first(layers, shape)));
  const onnx = layers.graph.finish(last, shape.channels);
  weights.finish();
  const form = formOfArchitecture(weights.precision, shape.channels);
  const { features, blocks, isPlus, unshuffle, stepsKnownBy } = shape;
  const name = isPlus ? 'ESRGAN+' : 'ESRGAN';
  const input = unshuffle === 1 ? '' : `, pixels folded ${unshuffle} × ${unshuffle}`;
  return {
    onnx,
    facts: {
      architecture: `${name}, ${features} features, ${blocks} ${blocks === 1 ? 'block' : 'blocks'}${input}`,
      scale: scaleOf(shape),
      receptiveFieldPx: reachPx(shape),
      sizeRule: { ...ANY_SIZE, multipleOf: unshuffle },
      eatenPx: 0,
      dependsOnTileSize: false,
      form: { ...form, knownBy: { ...form.knownBy, scale: stepsKnownBy } },
    },
  };
}

function shapeOf(weights: WeightReader, scaleByFile: string | undefined, scaleByName: number | null): Shape {
  const [features, inputs] = weights.dims('conv_first.weight', 4) as [number, number];
  const [outputs] = weights.dims('conv_last.weight', 4) as [number];
  const [growth] = weights.dims('body.0.rdb1.conv1.weight', 4) as [number];
  // Four channels in are alpha where four come out, and 2 × 2 pixels of brightness where one does.
  const unshuffle = [2, 4].find((side) => inputs === outputs * side ** 2) ?? 1;
  const ups = countOf(weights.names, /^conv_up(\d+)\.weight$/);
  const shape: Shape = {
    channels: channelsOf(weights, inputs / unshuffle ** 2, outputs),
    features,
    growth,
    blocks: countOf(weights.names, /^body\.(\d+)\./),
    isPlus: weights.has('body.0.rdb1.conv1x1.weight'),
    unshuffle,
    ...stepsOf(ups - 1, unshuffle, scaleByFile, scaleByName),
  };
  const scale = scaleOf(shape);
  if (!Number.isInteger(scale) || scale < 1 || scale > 16)
    throw unsupported(
      `This ESRGAN network enlarges ${scale} times; Tessera runs whole numbers from 1 to 16.`,
    );
  return shape;
}

/** Weights of 3x are those of 2x to the last name and side: only the metadata or the file's name can tell. */
function stepsOf(
  count: number,
  unshuffle: number,
  scaleByFile: string | undefined,
  scaleByName: number | null,
): Pick<Shape, 'steps' | 'stepsKnownBy'> {
  const doublings = Array.from({ length: Math.min(count, 5) }, () => 2);
  if (count !== 1) return { steps: doublings, stepsKnownBy: 'architecture' };
  if (scaleByFile === '3') return { steps: [3], stepsKnownBy: 'metadata' };
  // Three times what was folded to a half is nothing that is run.
  if (unshuffle > 1) return { steps: doublings, stepsKnownBy: 'architecture' };
  if (scaleByFile === '2') return { steps: doublings, stepsKnownBy: 'metadata' };
  if (scaleByName === 2 || scaleByName === 3) return { steps: [scaleByName], stepsKnownBy: 'name' };
  return { steps: doublings, stepsKnownBy: 'assumed' };
}

function scaleOf({ steps, unshuffle }: Shape): number {
  return steps.reduce((scale, step) => scale * step, 1) / unshuffle;
}

function first(layers: Layers, { channels, features, unshuffle }: Shape): string {
  const x = layers.graph.input;
  if (unshuffle === 1) return layers.conv('conv_first', x, [features, channels, 3, 3]);
  const values = layers.weights.floats('conv_first.weight', [features, channels * unshuffle ** 2, 3, 3]);
  const kernel = [features, channels, 3 * unshuffle, 3 * unshuffle] as const;
  const weight = layers.computed(
    'conv_first.weight',
    kernel,
    unshuffledKernel(values, features * channels, unshuffle),
  );
  const bias = layers.weight('conv_first.bias', [features]);
  return layers.convolve([x, weight, bias], kernel, { stride: unshuffle, pad: unshuffle });
}

/** The residual-in-residual dense blocks, and the long way round them. */
function body(layers: Layers, shape: Shape, x: string): string {
  const { features, blocks } = shape;
  let deep = x;
  for (let block = 0; block < blocks; block++) {
    let dense = deep;
    for (const name of ['rdb1', 'rdb2', 'rdb3'])
      dense = denseBlock(layers, shape, `body.${block}.${name}`, dense);
    deep = layers.add(layers.mul(dense, layers.scalar(RESIDUAL)), deep);
  }
  return layers.add(layers.conv('conv_body', deep, [features, features, 3, 3]), x);
}

/** Five convolutions, each of everything before it. */
function denseBlock(layers: Layers, { features, growth, isPlus }: Shape, name: string, x: string): string {
  let known: readonly string[] = [x];
  for (let i = 0; i < 4; i++) {
    const inputs = known.length === 1 ? x : layers.concat(known);
    const convolved = layers.conv(`${name}.conv${i + 1}`, inputs, [growth, features + i * growth, 3, 3]);
    let next = layers.leakyRelu(convolved, SLOPE);
    if (isPlus && i === 1) {
      const direct = layers.conv(`${name}.conv1x1`, x, [growth, features, 1, 1], { bias: 'none' });
      next = layers.add(next, direct);
    }
    if (isPlus && i === 3) next = layers.add(next, known[2] as string);
    known = [...known, next];
  }
  const last = layers.conv(`${name}.conv5`, layers.concat(known), [features, features + 4 * growth, 3, 3]);
  return layers.add(layers.mul(last, layers.scalar(RESIDUAL)), x);
}

/** Enlarges step by step, each time by repeating pixels and convolving them. */
function head(layers: Layers, { channels, features, steps }: Shape, x: string): string {
  const square = [features, features, 3, 3] as const;
  let large = x;
  const activate = (y: string) => layers.leakyRelu(y, SLOPE);
  for (const [i, step] of steps.entries()) {
    large = convolveRepeated(layers, `conv_up${i + 1}`, large, features, step, activate);
  }
  const fine = activate(layers.conv('conv_hr', large, square));
  return layers.conv('conv_last', fine, [channels, features, 3, 3]);
}

/**
 * How far a source pixel reaches: from each output pixel of a period, the pixels that it depends on, backwards through
 * one pixel more on each side for each 3 × 3 convolution, and through the sizes at which they work.
 */
function reachPx({ blocks, unshuffle, steps }: Shape): number {
  const enlargement = steps.reduce((product, step) => product * step, 1);
  const inside = 1 + 15 * blocks + 1;
  let reach = 0;
  for (let pixel = 0; pixel < enlargement; pixel++) {
    let [from, to] = [pixel - 2, pixel + 2];
    for (const step of [...steps].reverse()) {
      [from, to] = [Math.floor((from - 1) / step), Math.floor((to + 1) / step)];
    }
    const source = Math.floor((pixel * unshuffle) / enlargement);
    const first = (from - inside) * unshuffle;
    const last = (to + inside + 1) * unshuffle - 1;
    reach = Math.max(reach, source - first, last - source);
  }
  return reach;
}
