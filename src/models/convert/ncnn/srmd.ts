import { defined } from '../../../base/assert.ts';
import { unsupportedLayer } from './errors.ts';
import type { NcnnLayer } from './layer.ts';
import { channelsOf, MAX_KERNEL } from './layers/kernel.ts';
import type { NcnnWeight } from './read-bin.ts';
import type { Wiring } from './wiring.ts';

/**
 * What srmd-ncnn-vulkan feeds into channels 4 to 18 for every picture and at each scale: the blur that the network is to
 * undo, as the 15 coefficients of its kernel. This one is no blur: a single 1 in the middle of the kernel.
 * Source of the numbers: https://github.com/nihui/srmd-ncnn-vulkan, `src/srmd_preproc.comp`; what they mean:
 * https://github.com/cszn/KAIR, `main_test_srmd.py`.
 */
const NO_BLUR = [
  -1.12360956e-8, -1.36899159e-8, 1.85637958e-2, 2.86066886e-8, 3.35292965e-2, 8.37272935e-8, -2.54424009e-7,
  -3.16234976e-2, -1.35169253e-2, -1.1046609e-8, 3.84753793e-2, 3.79465739e-8, -2.44916752e-1, -8.0221349e-1,
  -5.40549755e-1,
];

/** Of 255, the deviation of the noise that is to be removed: what srmd-ncnn-vulkan takes where nobody says (0 to 10). */
const NOISE_LEVEL = 3;
const WHITE = 255;
const COLOURS = 3;

/** Of the files `srmd_x2` … `x4` and `srmdnf_x2` … `x4`; those have no channel for noise, and are for noise level -1. */
const CHANNELS = { noisy: COLOURS + NO_BLUR.length + 1, noiseFree: COLOURS + NO_BLUR.length };

/** What of a network is changed when it is made to take the picture alone. */
export type Srmd = {
  /** How many its file takes. */
  readonly channels: number;
  readonly needed: readonly NcnnLayer[];
  /** By layer index, then by role. */
  readonly weights: readonly ReadonlyMap<string, NcnnWeight>[];
  /** For people. */
  readonly architecture: string;
};

/** Whether the first convolution takes SRMD's channels: RGB, the blur, and perhaps the noise. */
export function isSrmd({ input, needed }: Wiring): boolean {
  const [first] = needed;
  if (first?.type !== 'Convolution' || first.inputs[0] !== input.outputs[0]) return false;
  // With that flag its weights are another input.
  if (first.params.texts.length > 0 || first.params.flag(19)) return false;
  return Object.values(CHANNELS).includes(inputsOf(first));
}

/**
 * SRMD as a network that takes three channels. Its program fills the further ones with one number each, over the picture
 * and the 12 pixels around it, and cuts away what the zeros around those enter: in what is left, each of these channels
 * adds the same to every pixel of the first layer's output. That is its bias here. So that the zeros enter nothing at
 * all, no convolution is padded: the network then consumes one pixel on each side for each of them, the program's 12.
 * @param weights by layer index, then by role
 * @throws TesseraError `model-unsupported` where it is anything but a chain of padded convolutions and one pixel shuffle
 */
export function withoutSrmdChannels({ needed }: Wiring, weights: Srmd['weights']): Srmd {
  const first = defined(needed[0], 'first layer');
  needed.forEach((layer, i) => {
    requireLink(layer, i === needed.length - 1);
  });
  const folded = foldedWeights(first, defined(weights[first.index], 'weights'));
  const { outputs } = channelsOf(first.params);
  const channels = inputsOf(first);
  const isNoisy = channels === CHANNELS.noisy;
  return {
    channels,
    needed: needed.map((layer) => {
      if (layer.type !== 'Convolution') return layer;
      const own = layer === first ? { 5: 1, 6: folded.count } : {};
      return { ...layer, params: layer.params.with({ 4: 0, 14: 0, 15: 0, 16: 0, ...own }) };
    }),
    weights: weights.map((roles, index) => (index === first.index ? folded.weights : roles)),
    architecture: [
      // Where there is little room, people read what stands before the first comma.
      isNoisy ? `SRMD for noise of level ${NOISE_LEVEL} of ${WHITE}` : 'SRMD for no noise',
      'no blur',
      `${outputs} features`,
      `${needed.filter(({ type }) => type === 'Convolution').length} convolutions`,
    ].join(', '),
  };
}

/** How many channels a convolution takes, by its weights. */
function inputsOf({ params }: NcnnLayer): number {
  const { outputs, weights, groups } = channelsOf(params);
  return groups === 1 ? weights / (outputs * area(params)) : 0;
}

function area(params: NcnnLayer['params']): number {
  const width = params.int(1, { absent: 0, from: 0, to: MAX_KERNEL });
  return width * params.int(11, { absent: width, from: 0, to: MAX_KERNEL });
}

function requireLink(layer: NcnnLayer, isLast: boolean): void {
  const { type, params } = layer;
  const isInside = type === 'ReLU' || (type === 'Convolution' && isPlain(params));
  if (isLast ? type !== 'PixelShuffle' : !isInside)
    throw unsupportedLayer(
      layer,
      `stands in a network that takes ${CHANNELS.noiseFree} or ${CHANNELS.noisy} channels, as SRMD does, but SRMD is a chain of convolutions of 3×3 that ends in a PixelShuffle`,
    );
}

/** 3×3, one step at a time, as large as it was: padded by one pixel. */
function isPlain(params: NcnnLayer['params']): boolean {
  const is = (id: number, wanted: number, absent: number) =>
    params.int(id, { absent, from: -(2 ** 31), to: 2 ** 31 - 1 }) === wanted;
  const isSquare = is(1, 3, 0) && is(11, 3, 3);
  const takesSteps = [2, 12, 3, 13].every((id) => is(id, 1, 1));
  const isPadded = is(4, 1, 0) && [14, 15, 16].every((id) => is(id, 1, 1));
  return isSquare && takesSteps && isPadded;
}

/** The first layer's weights for the colours, and its bias with what the other channels add. */
function foldedWeights(layer: NcnnLayer, roles: ReadonlyMap<string, NcnnWeight>) {
  const { outputs } = channelsOf(layer.params);
  const [inputs, taps] = [inputsOf(layer), area(layer.params)];
  const weight = defined(roles.get('weight'), 'weight');
  const all = floatsOf(weight);
  const bias = roles.has('bias') ? floatsOf(defined(roles.get('bias'), 'bias')) : new Float32Array(outputs);
  const further = [...NO_BLUR, NOISE_LEVEL / WHITE];
  const colours = new Float32Array(outputs * COLOURS * taps);
  for (let output = 0; output < outputs; output++) {
    const own = all.subarray(output * inputs * taps, (output + 1) * inputs * taps);
    colours.set(own.subarray(0, COLOURS * taps), output * COLOURS * taps);
    let sum = bias[output] as number;
    for (let at = COLOURS * taps; at < own.length; at++)
      sum += (own[at] as number) * (further[Math.floor(at / taps) - COLOURS] as number);
    bias[output] = sum;
  }
  const { isHalf } = weight;
  return {
    count: colours.length,
    weights: new Map([
      ['weight', { bytes: bytesOf(colours), isHalf }],
      ['bias', { bytes: bytesOf(bias), isHalf: false }],
    ]),
  };
}

/** A copy: the bytes may lie anywhere in the file. */
function floatsOf({ bytes }: NcnnWeight): Float32Array<ArrayBuffer> {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function bytesOf({ buffer }: Float32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
}
