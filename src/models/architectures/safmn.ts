import type { StateDict } from '../convert/state-dict.ts';
import { formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import { type Architecture, hasAll } from './architecture.ts';
import { channelsOf, countOf, scaleOfShuffle } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { corrupt } from './refusals.ts';
import { WeightReader } from './weight-reader.ts';

/** Each quarter of the channels is seen at half the size of the one before it. */
const LEVELS = 4;
const SMALLEST = 2 ** (LEVELS - 1);

/**
 * SAFMN (Sun et al., 2023): blocks that weigh their input by what lies around, seen at four sizes. The published pooling
 * adapts to any size; where both sides are multiples of eight it is plain pooling of 2, 4 and 8 px.
 */
export const SAFMN: Architecture = {
  name: 'SAFMN',
  recognises: (dict) =>
    hasAll(
      dict,
      'to_feat.weight',
      'feats.0.safm.mfr.0.weight',
      'feats.0.ccm.ccm.0.weight',
      'to_img.0.weight',
    ),
  build: buildSafmn,
};

function buildSafmn(dict: StateDict): PictureNetwork {
  const weights = new WeightReader('SAFMN', dict);
  const [features, inputs] = weights.dims('to_feat.weight', 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  if (features % LEVELS !== 0)
    throw corrupt(`SAFMN works on its features in ${LEVELS} equal parts, but this network has ${features}.`);
  const [outputs] = weights.dims('to_img.0.weight', 4) as [number];
  const scale = scaleOfShuffle(weights, outputs, channels);
  const blocks = countOf(weights.names, /^feats\.(\d+)\./);
  const layers = new Layers(weights);
  const first = layers.conv('to_feat', layers.graph.input, [features, channels, 3, 3]);
  let x = first;
  for (let i = 0; i < blocks; i++) x = block(layers, `feats.${i}`, x, features);
  const pixels = layers.conv('to_img.0', layers.add(x, first), [outputs, features, 3, 3]);
  const onnx = layers.graph.finish(layers.pixelShuffle(pixels, scale), channels);
  weights.finish();
  return {
    onnx,
    facts: {
      architecture: `SAFMN, ${features} features, ${blocks} ${blocks === 1 ? 'block' : 'blocks'}`,
      scale,
      receptiveFieldPx: reachPx(blocks),
      sizeRule: { multipleOf: SMALLEST, minimumPx: SMALLEST, fixed: null },
      eatenPx: 0,
      dependsOnTileSize: false,
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

function block(layers: Layers, name: string, x: string, features: number): string {
  const even = layers.layerNormOfChannels(`${name}.norm1`, x, features, 1e-6);
  const y = layers.add(modulation(layers, `${name}.safm`, even, features), x);
  const [hidden] = layers.weights.dims(`${name}.ccm.ccm.0.weight`, 4) as [number];
  const evenAgain = layers.layerNormOfChannels(`${name}.norm2`, y, features, 1e-6);
  const spread = layers.gelu(layers.conv(`${name}.ccm.ccm.0`, evenAgain, [hidden, features, 3, 3]));
  return layers.add(layers.conv(`${name}.ccm.ccm.2`, spread, [features, hidden, 1, 1]), y);
}

function modulation(layers: Layers, name: string, x: string, features: number): string {
  const quarter = features / LEVELS;
  const parts = layers.split(x, new Array<number>(LEVELS).fill(quarter)).map((part, level) => {
    const side = 2 ** level;
    const local = layers.conv(`${name}.mfr.${level}`, pooled(layers, part, side), [quarter, 1, 3, 3], {
      groups: quarter,
    });
    return layers.nearest(local, side);
  });
  const joined = layers.conv(`${name}.aggr`, layers.concat(parts), [features, features, 1, 1]);
  return layers.mul(layers.gelu(joined), x);
}

function pooled(layers: Layers, x: string, side: number): string {
  if (side === 1) return x;
  const square = [BigInt(side), BigInt(side)];
  return layers.graph.add('MaxPool', [x], { kernel_shape: square, strides: square });
}

/**
 * In each block the smallest size reaches from any pixel of a square of eight to all of those beside it; of the squares
 * after that, and of the block's 3 × 3 convolution, whole ones count. Counted from each place in a square.
 */
function reachPx(blocks: number): number {
  let reach = 0;
  for (let pixel = 0; pixel < SMALLEST; pixel++) {
    let [from, to] = [pixel - 1, pixel + 1];
    for (let i = 0; i < blocks; i++) {
      [from, to] = [from - 1, to + 1];
      const first = Math.floor(from / SMALLEST) - 1;
      const last = Math.floor(to / SMALLEST) + 1;
      [from, to] = [first * SMALLEST, (last + 1) * SMALLEST - 1];
    }
    reach = Math.max(reach, pixel - (from - 1), to + 1 - pixel);
  }
  return reach;
}
