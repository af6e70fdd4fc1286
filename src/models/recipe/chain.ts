import { TesseraError } from '../../base/errors.ts';
import { type Size, type SourcePx, sourcePx } from '../../base/geometry.ts';
import { Additions } from '../onnx/additions.ts';
import { DataType } from '../onnx/data-type.ts';
import type { Graph, OnnxModel, TensorData } from '../onnx/model.ts';
import { nameMaker, opsetOf } from '../onnx/names.ts';
import { raiseTo } from '../onnx/raise-to.ts';
import { renameTensors } from '../onnx/rename.ts';
import { constantsToInitializers } from '../onnx/rewrites/constants-to-initializers.ts';
import { overridableInputs } from '../onnx/rewrites/overridable-inputs.ts';
import type { NetworkFacts, PictureNetwork, SizeRule } from '../picture-network.ts';

const LARGEST_SCALE = 16;
const INPUT = 'input';
const OUTPUT = 'output';
/** The oldest opset whose Clip takes its ends as inputs. */
const OLDEST_OPSET = 11;

/**
 * One network that gives the first one's answer, clipped to 0..1, to the second. Weights that both have are stored once.
 * @throws TesseraError `model-unsuitable` where the sizes of one do not suit the other, or they enlarge too much
 * together; `model-unsupported` where their operators cannot be said in one version of ONNX
 */
export function chainNetworks(first: PictureNetwork, second: PictureNetwork): PictureNetwork {
  const facts = chainedFacts(first.facts, second.facts);
  const [a, b] = inOneOpset(first.onnx, second.onnx);
  return { onnx: joined(a, b, facts.sizeRule), facts };
}

function chainedFacts(first: NetworkFacts, second: NetworkFacts): NetworkFacts {
  const scale = first.scale * second.scale;
  if (scale > LARGEST_SCALE) {
    throw unsuitable(
      `they enlarge ${first.scale} × ${second.scale} = ${scale} times, and at most ${LARGEST_SCALE} is possible`,
    );
  }
  const [near, far] = [first.receptiveFieldPx, second.receptiveFieldPx];
  return {
    architecture:
      first.architecture && second.architecture && `${first.architecture}, then ${second.architecture}`,
    scale,
    receptiveFieldPx: near === null || far === null ? null : near + Math.ceil(far / first.scale),
    sizeRule: chainedSizes(first.sizeRule, second.sizeRule, first.scale),
    eatenPx: first.eatenPx + Math.ceil(second.eatenPx / first.scale),
    dependsOnTileSize: first.dependsOnTileSize || second.dependsOnTileSize,
    form: { ...first.form, outputChannels: second.form.outputChannels },
  };
}

function chainedSizes(first: SizeRule, second: SizeRule, scale: number): SizeRule {
  const multipleOf = leastCommonMultiple(
    first.multipleOf,
    second.multipleOf / divisor(second.multipleOf, scale),
  );
  const minimumPx = Math.max(first.minimumPx, Math.ceil(second.minimumPx / scale));
  const fixed = first.fixed ?? (second.fixed && times(second.fixed, 1 / scale));
  const rule = { multipleOf, minimumPx, fixed };
  if (!fixed || (suits(fixed, first) && suits(times(fixed, scale), second))) return rule;
  const words = ({ fixed: size, ...any }: SizeRule) =>
    size
      ? `only ${size.width} × ${size.height} pixels`
      : `multiples of ${any.multipleOf} from ${any.minimumPx} pixels on`;
  throw unsuitable(
    `the first takes ${words(first)} and enlarges ${scale} times, the second takes ${words(second)}`,
  );
}

function times({ width, height }: Size<SourcePx>, factor: number): Size<SourcePx> {
  return { width: sourcePx(width * factor), height: sourcePx(height * factor) };
}

function suits({ width, height }: Size<SourcePx>, { fixed, multipleOf, minimumPx }: SizeRule): boolean {
  if (fixed && (fixed.width !== width || fixed.height !== height)) return false;
  return [width, height].every(
    (side) => Number.isInteger(side) && side % multipleOf === 0 && side >= minimumPx,
  );
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function leastCommonMultiple(a: number, b: number): number {
  return (a * b) / divisor(a, b);
}

function unsuitable(why: string): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `The two models cannot run one after the other: ${why}.`,
    'Choose another second model, or use them one at a time.',
  );
}

function inOneOpset(a: OnnxModel, b: OnnxModel): readonly [OnnxModel, OnnxModel] {
  const [older, newer] = [opsetOf(a), opsetOf(b)].toSorted((one, other) => one - other) as [number, number];
  const target = Math.max(newer, OLDEST_OPSET);
  const [first, second] = [a, b].map((model) => raiseTo(plain(model), target));
  if (first && second) return [first, second];
  throw new TesseraError(
    'model-unsupported',
    `The two models cannot run one after the other: their operators are those of ONNX opset ${older} and ${newer}, and not all of the older ones can be said in the newer.`,
    'Export both models with the same opset, such as 17.',
    { older, newer },
  );
}

function plain(model: OnnxModel): OnnxModel {
  return overridableInputs({ ...model, graph: constantsToInitializers(model.graph) });
}

function joined(a: OnnxModel, b: OnnxModel, { fixed }: SizeRule): OnnxModel {
  const middle = nameMaker(a.graph)('first_answer');
  const first = renameTensors(a.graph, (name) => (name === OUTPUT ? middle : name));
  const clipped = new Additions(first);
  const ends = [0, 1].map((end) => clipped.constant(DataType.float32, [], [end]));
  const clip = clipped.node('Clip', [middle, ...ends]);
  const initializers = [...first.initializers, ...clipped.constants];
  const second = besides(
    { ...first, nodes: [...first.nodes, clip], initializers },
    b.graph,
    clip.outputs[0] as string,
  );
  const sides = fixed ? [fixed.height, fixed.width] : ['height', 'width'];
  return {
    irVersion: Math.max(a.irVersion, b.irVersion),
    opsets: [...a.opsets, ...b.opsets.filter(({ domain }) => !a.opsets.some((own) => own.domain === domain))],
    graph: {
      ...first,
      // Names of nodes say nothing, and no two may be the same.
      nodes: [...first.nodes, clip, ...second.nodes].map((one) => ({ ...one, name: '' })),
      initializers: [...initializers, ...second.initializers],
      inputs: first.inputs.map((input) => ({ ...input, dims: [1, 3, ...sides] })),
      outputs: second.outputs,
      valueInfos: [],
    },
    metadata: [],
    rest: [...a.rest, ...b.rest.filter((run) => !a.rest.some((own) => sameBytes(own, run)))],
  };
}

/**
 * The second graph with names that the first does not have: its input is the tensor `given`, and weights that the first
 * has with the same values are the first one's.
 */
function besides(first: Graph, second: Graph, given: string): Graph {
  const fresh = nameMaker(first);
  const names = new Map([
    [INPUT, given],
    [OUTPUT, OUTPUT],
  ]);
  const added: TensorData[] = [];
  const shelves = new Map<string, TensorData[]>();
  for (const own of first.initializers) {
    shelves.set(shelfOf(own), [...(shelves.get(shelfOf(own)) ?? []), own]);
  }
  for (const weight of second.initializers) {
    const same = shelves.get(shelfOf(weight))?.find((own) => sameBytes(own.bytes, weight.bytes));
    names.set(weight.name, same?.name ?? fresh(weight.name));
    if (!same) added.push(weight);
  }
  const rename = (name: string) => {
    const known = names.get(name) ?? fresh(name);
    names.set(name, known);
    return known;
  };
  const kept = new Set(added);
  return renameTensors(
    { ...second, initializers: second.initializers.filter((one) => kept.has(one)) },
    rename,
  );
}

function shelfOf({ dataType, dims }: TensorData): string {
  return `${dataType} ${dims.join()}`;
}

/** Nothing is not the same as nothing: texts keep their values elsewhere. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length === 0 || a.length !== b.length) return false;
  const isOneView = a.buffer === b.buffer && a.byteOffset === b.byteOffset;
  return isOneView || a.every((byte, i) => byte === b[i]);
}
