import { TesseraError } from '../../base/errors.ts';
import { DataType } from '../onnx/data-type.ts';
import type { Attribute, Graph, Node, OnnxModel, TensorData } from '../onnx/model.ts';
import { opsetOf } from '../onnx/names.ts';
import { constantsToInitializers } from '../onnx/rewrites/constants-to-initializers.ts';
import { overridableInputs } from '../onnx/rewrites/overridable-inputs.ts';
import { float32Values } from '../onnx/tensor-values.ts';
import type { PictureNetwork } from '../picture-network.ts';

/**
 * One network whose float32 weights are `weightOfA` parts of `a`'s and the rest of `b`'s: between two trainings of the
 * same network this is a network between them, as with the denoise strength of Real-ESRGAN's general models. Weights that
 * stand at the same place of the two graphs belong together, whatever they are called.
 * @param weightOfA 0 (b alone) to 1 (a alone)
 * @throws TesseraError `model-unsuitable` naming the first thing in which the networks differ
 */
export function blendNetworks(a: PictureNetwork, b: PictureNetwork, weightOfA: number): PictureNetwork {
  if (!(weightOfA >= 0 && weightOfA <= 1)) {
    throw new TesseraError(
      'bad-option',
      `A blend of ${weightOfA} is not between 0 and 1.`,
      'Choose a value from 0 to 1.',
      {
        weightOfA,
      },
    );
  }
  const [first, partners] = partnered(a, b);
  const initializers = first.graph.initializers.map((own) => {
    const other = partners.get(own.name);
    return other ? mixed(own, other, weightOfA) : own;
  });
  return { onnx: { ...first, graph: { ...first.graph, initializers } }, facts: a.facts };
}

/**
 * Whether two networks can be blended, by comparing their layers; no weight is computed.
 * @throws as `blendNetworks`
 */
export function checkBlend(a: PictureNetwork, b: PictureNetwork): void {
  partnered(a, b);
}

/** @returns the first network with all its constants as initializers, and the second one's weights by the first one's names */
function partnered(
  a: PictureNetwork,
  b: PictureNetwork,
): readonly [OnnxModel, ReadonlyMap<string, TensorData>] {
  if (a.facts.scale !== b.facts.scale)
    throw differs(`one enlarges ${a.facts.scale} times, the other ${b.facts.scale}`);
  const [first, second] = [plain(a.onnx), plain(b.onnx)];
  if (opsetOf(first) !== opsetOf(second)) {
    throw differs(`one has the operators of ONNX opset ${opsetOf(first)}, the other of ${opsetOf(second)}`);
  }
  return [first, matched(first.graph, second.graph)];
}

function differs(how: string): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `The two models cannot be blended: ${how}.`,
    'Blend two models of the same architecture, such as two trainings of one network.',
  );
}

function plain(model: OnnxModel): OnnxModel {
  return overridableInputs({ ...model, graph: constantsToInitializers(model.graph) });
}

/**
 * Walks both graphs side by side and pairs their tensors.
 * @returns the second graph's weights by the names of the first one's
 */
function matched(a: Graph, b: Graph): ReadonlyMap<string, TensorData> {
  if (a.nodes.length !== b.nodes.length)
    throw differs(`one has ${a.nodes.length} layers, the other ${b.nodes.length}`);
  const [weightsOfA, weightsOfB] = [a, b].map(
    (graph) => new Map(graph.initializers.map((one) => [one.name, one])),
  ) as [Map<string, TensorData>, Map<string, TensorData>];
  /** Names of the second graph's tensors by those of the first one's. */
  const names = new Map<string, string>();
  const partners = new Map<string, TensorData>();
  const pair = (own: string | undefined, other: string | undefined, where: string) => {
    if (own === undefined || other === undefined)
      throw differs(`${where} has other inputs in one than in the other`);
    const [weight, partner] = [weightsOfA.get(own), weightsOfB.get(other)];
    if (!weight !== !partner || (names.get(own) ?? other) !== other) {
      throw differs(`${where} takes something else in one than in the other`);
    }
    names.set(own, other);
    if (weight && partner) partners.set(own, checked(weight, partner, where));
  };
  a.inputs.forEach((input, i) => {
    names.set(input.name, b.inputs[i]?.name ?? '');
  });
  a.nodes.forEach((node, i) => {
    const other = b.nodes[i] as Node;
    const where = `layer ${i + 1} (${node.opType})`;
    if (node.opType !== other.opType || node.domain !== other.domain) {
      throw differs(`layer ${i + 1} is ${node.opType} in one and ${other.opType} in the other`);
    }
    if (!sameAttributes(node.attributes, other.attributes))
      throw differs(`${where} has other settings in one than in the other`);
    const count = Math.max(node.inputs.length, other.inputs.length);
    for (let input = 0; input < count; input++) pair(node.inputs[input], other.inputs[input], where);
    node.outputs.forEach((name, output) => {
      names.set(name, other.outputs[output] ?? '');
    });
  });
  pair(a.outputs[0]?.name, b.outputs[0]?.name, 'the output');
  return partners;
}

function checked(weight: TensorData, partner: TensorData, where: string): TensorData {
  const [own, other] = [weight, partner].map(({ dims }) => `[${dims.join(', ')}]`);
  if (own !== other || weight.dataType !== partner.dataType) {
    throw differs(`${where} has weights ${own} in one and ${other} in the other`);
  }
  // Whole numbers are sides and axes: there is nothing between them.
  if (weight.dataType !== DataType.float32 && !sameBytes(weight.bytes, partner.bytes)) {
    throw differs(`${where} has other constants in one than in the other`);
  }
  return partner;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function sameAttributes(a: readonly Attribute[], b: readonly Attribute[]): boolean {
  const text = (attributes: readonly Attribute[]) =>
    JSON.stringify(
      attributes.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
      (_, value) => {
        if (typeof value === 'bigint') return String(value);
        return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>, String) : value;
      },
    );
  return text(a) === text(b);
}

/** Computed in double precision, and rounded once. */
function mixed(own: TensorData, other: TensorData, weightOfA: number): TensorData {
  if (own.dataType !== DataType.float32) return own;
  const [a, b] = [float32Values(own), float32Values(other)];
  const values = a.map((value, i) => weightOfA * value + (1 - weightOfA) * (b[i] as number));
  return { ...own, bytes: new Uint8Array(values.buffer as ArrayBuffer, 0, values.byteLength) };
}
