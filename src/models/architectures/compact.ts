import type { StateDict } from '../convert/state-dict.ts';
import { ANY_SIZE, formOfArchitecture, type PictureNetwork } from '../picture-network.ts';
import type { Architecture } from './architecture.ts';
import { channelsOf, countOf, scaleOfShuffle } from './hyper-parameters.ts';
import { Layers } from './layers.ts';
import { unsupported } from './refusals.ts';
import { WeightReader } from './weight-reader.ts';

/**
 * SRVGGNetCompact (Real-ESRGAN's general and anime video models): convolutions in a row, with an activation between them,
 * a pixel shuffle, and the repeated pixels of the input added.
 */
export const COMPACT: Architecture = {
  name: 'Compact',
  recognises({ weights }) {
    const [first, slopes, second] = ['0', '1', '2'].map((i) => weights.get(`body.${i}.weight`)?.dims.length);
    return first === 4 && (slopes === 1 || (slopes === undefined && second === 4));
  },
  build: buildCompact,
};

type Activation = 'prelu' | 'relu' | 'leakyrelu';

function buildCompact(dict: StateDict): PictureNetwork {
  const weights = new WeightReader('Compact', dict);
  const [features, inputs] = weights.dims('body.0.weight', 4) as [number, number];
  const channels = channelsOf(weights, inputs);
  const last = countOf(weights.names, /^body\.(\d+)\.weight$/) - 1;
  const [outputs] = weights.dims(`body.${last}.weight`, 4) as [number];
  const scale = scaleOfShuffle(weights, outputs, channels);
  const activation = activationOf(weights, dict.metadata);
  const layers = new Layers(weights);
  const { input } = layers.graph;
  let x = input;
  for (let i = 0; i < last; i += 2) {
    x = layers.conv(`body.${i}`, x, [features, i === 0 ? channels : features, 3, 3]);
    x = activate(layers, activation, `body.${i + 1}.weight`, x, features);
  }
  x = layers.conv(`body.${last}`, x, [outputs, features, 3, 3]);
  const picture = layers.add(layers.pixelShuffle(x, scale), layers.nearest(input, scale));
  const onnx = layers.graph.finish(picture, channels);
  weights.finish();
  return {
    onnx,
    facts: {
      architecture: `Compact, ${features} features, ${last / 2 - 1} layers`,
      scale,
      receptiveFieldPx: last / 2 + 1,
      sizeRule: ANY_SIZE,
      eatenPx: 0,
      dependsOnTileSize: false,
      form: formOfArchitecture(weights.precision, channels),
    },
  };
}

/** Slopes are weights; activations without them leave no trace, and a wrong one would run and be wrong. */
function activationOf(weights: WeightReader, metadata: StateDict['metadata']): Activation {
  if (weights.has('body.1.weight')) return 'prelu';
  const named = metadata.get('act_type')?.toLowerCase();
  if (named === 'relu' || named === 'leakyrelu') return named;
  throw unsupported(
    'This Compact network has no PReLU slopes, and nothing in the file says whether its activations are ReLU or LeakyReLU.',
  );
}

function activate(
  layers: Layers,
  activation: Activation,
  slopes: string,
  x: string,
  features: number,
): string {
  if (activation === 'relu') return layers.graph.add('Relu', [x]);
  if (activation === 'leakyrelu') return layers.leakyRelu(x, 0.1);
  return layers.graph.add('PRelu', [x, layers.weight(slopes, [features], [features, 1, 1])]);
}
