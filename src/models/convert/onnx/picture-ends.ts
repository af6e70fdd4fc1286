import { Additions } from '../../onnx/additions.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Graph, Node, OnnxModel, ValueInfo } from '../../onnx/model.ts';
import { nameMaker, opsetOf } from '../../onnx/names.ts';
import { renameTensors } from '../../onnx/rename.ts';
import { inOpset11 } from '../../onnx/rewrites/raise-opset.ts';
import type { SizeRule } from '../../picture-network.ts';
import { addColours, addInputForm, addOutputForm, Pipe } from './colour-nodes.ts';
import type { FoundForm } from './found-form.ts';
import { unsupported } from './refusals.ts';

const INPUT = 'input';
const OUTPUT = 'output';
/** Resize and Pad take their sides as inputs since this opset. */
const OLDEST_OPSET = 11;

/** How pictures lie in a graph's two ends, and how large they are. */
export type PictureEnds = Pick<FoundForm, 'input' | 'output' | 'scale' | 'lacking' | 'sizeRule'> & {
  /** Whole numbers of 0..255 go in. */
  readonly takesBytes: boolean;
};

/**
 * A graph of one picture in its own form as one of the common form (docs/decisions/0009): nodes at both of its ends turn
 * layout, range, colours and borders.
 * @throws TesseraError `model-unsupported` where its operators are too old for the nodes that it needs
 */
export function withPictureEnds(model: OnnxModel, ends: PictureEnds): OnnxModel {
  const base = inOpset11(model) ?? model;
  const inner = withFreeNames(base.graph);
  const [from, to] = [(inner.inputs[0] as ValueInfo).name, (inner.outputs[0] as ValueInfo).name];
  const additions = new Additions(inner);
  const before = new Pipe(additions, INPUT);
  addInputForm(before, ends.input, ends.takesBytes);
  const after = new Pipe(additions, to);
  addOutputForm(after, ends.output, ends.lacking);
  addColours(after, ends.output, INPUT, ends.scale, additions);
  if (before.nodes.length + after.nodes.length > 0) checkOpset(base);
  // A tensor has one name only, so that a graph that gives back what it is given needs a node.
  if (from === to && after.nodes.length === 0) after.step('Identity');
  const graph = {
    ...inner,
    nodes: [...endingIn(from, before.nodes), ...inner.nodes, ...endingIn(OUTPUT, after.nodes)],
    initializers: [...inner.initializers, ...additions.constants],
    valueInfos: [],
  };
  const named = new Map<string, string>();
  if (before.nodes.length === 0) named.set(from, INPUT);
  if (after.nodes.length === 0) named.set(to, OUTPUT);
  const renamed = renameTensors(graph, (name) => named.get(name) ?? name);
  return { ...base, graph: { ...renamed, inputs: [inputInfo(ends.sizeRule)], outputs: [OUTPUT_INFO] } };
}

/** The graph with the names that its ends will have free of its own tensors. */
function withFreeNames(graph: Graph): Graph {
  const fresh = nameMaker(graph);
  const others = new Map([INPUT, OUTPUT].map((name) => [name, fresh(`network_${name}`)]));
  return renameTensors(graph, (name) => others.get(name) ?? name);
}

function endingIn(name: string, nodes: readonly Node[]): readonly Node[] {
  return nodes.map((one, i) => (i === nodes.length - 1 ? { ...one, outputs: [name] } : one));
}

const OUTPUT_INFO: ValueInfo = {
  name: OUTPUT,
  elemType: DataType.float32,
  dims: [1, 3, 'output_height', 'output_width'],
  rest: [],
};

function inputInfo({ fixed }: SizeRule): ValueInfo {
  const sides = fixed ? [fixed.height, fixed.width] : ['height', 'width'];
  return { name: INPUT, elemType: DataType.float32, dims: [1, 3, ...sides], rest: [] };
}

function checkOpset(model: OnnxModel): void {
  const opset = opsetOf(model);
  if (opset >= OLDEST_OPSET) return;
  throw unsupported(
    `its operators are those of ONNX opset ${opset}, and its form can only be changed from opset ${OLDEST_OPSET} on`,
    'Export the model again with a newer opset, such as 17.',
  );
}
