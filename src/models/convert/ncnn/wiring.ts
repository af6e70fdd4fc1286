import { TesseraError } from '../../../base/errors.ts';
import { corruptLayer, corruptParam } from './errors.ts';
import type { NcnnLayer } from './layer.ts';

/** What of a network makes its picture, and from what. */
export type Wiring = {
  readonly input: NcnnLayer;
  /** The layers that the output needs, but Input, in the order of the file. */
  readonly needed: readonly NcnnLayer[];
  /** The name of the blob that is the answer. */
  readonly output: string;
};

/** What the answer is called in the files that people have, before any other name. */
const OUTPUT_NAMES = ['output', 'out0', 'Eltwise4'];

/**
 * Finds the way from the picture to the answer: the blob that no layer takes. Others of that kind (Real-CUGAN's
 * `gap0` … for the host) are left out, with the layers that only they need.
 * @throws TesseraError `model-corrupt` where blobs are made twice, or taken before they are made (so also in a circle);
 * `model-unsupported` where there is not one input
 */
export function wiringOf(layers: readonly NcnnLayer[]): Wiring {
  const makers = makersOf(layers);
  const output = outputOf(layers, makers);
  const needed = new Set<NcnnLayer>();
  const open = [makers.get(output) as NcnnLayer];
  for (let layer = open.pop(); layer; layer = open.pop()) {
    if (needed.has(layer)) continue;
    needed.add(layer);
    for (const name of layer.inputs) open.push(makers.get(name) as NcnnLayer);
  }
  const inputs = layers.filter((layer) => layer.type === 'Input' && needed.has(layer));
  const [input] = inputs;
  if (!input || inputs.length > 1 || input.outputs.length !== 1)
    throw new TesseraError(
      'model-unsupported',
      `The network takes ${inputs.length} pictures; Tessera gives it one.`,
      'Choose a network that enlarges or restores a single picture.',
      { inputs: inputs.length },
    );
  return { input, output, needed: layers.filter((layer) => layer !== input && needed.has(layer)) };
}

/** By blob: the layer that makes it. */
function makersOf(layers: readonly NcnnLayer[]): ReadonlyMap<string, NcnnLayer> {
  const makers = new Map<string, NcnnLayer>();
  for (const layer of layers) {
    for (const name of layer.inputs)
      if (!makers.has(name))
        throw corruptLayer(layer, `takes blob “${name.slice(0, 60)}”, which no layer before it makes`);
    for (const name of layer.outputs) {
      if (makers.has(name)) throw corruptLayer(layer, `makes blob “${name.slice(0, 60)}” a second time`);
      makers.set(name, layer);
    }
  }
  return makers;
}

function outputOf(layers: readonly NcnnLayer[], makers: ReadonlyMap<string, NcnnLayer>): string {
  const taken = new Set(layers.flatMap((layer) => layer.inputs));
  const left = [...makers.keys()].filter((name) => !taken.has(name) && makers.get(name)?.type !== 'Input');
  const output = OUTPUT_NAMES.find((name) => left.includes(name)) ?? left.at(-1);
  if (output === undefined)
    throw corruptParam('no layer makes an output', layers.at(-1)?.place ?? { unit: 'line', at: 1 });
  return output;
}
