import { Additions } from '../../onnx/additions.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Graph, Node, OnnxModel, ValueInfo } from '../../onnx/model.ts';
import { nameMaker, opsetOf } from '../../onnx/names.ts';
import { receptiveField } from '../../onnx/receptive-field.ts';
import { renameTensors } from '../../onnx/rename.ts';
import { fixDimensions } from '../../onnx/rewrites/fix-dimensions.ts';
import { inOpset11 } from '../../onnx/rewrites/raise-opset.ts';
import type { PictureNetwork, SizeRule } from '../../picture-network.ts';
import { addColours, addInputForm, addOutputForm, Pipe } from './colour-nodes.ts';
import type { DescribedOnnx } from './describe-onnx.ts';
import { checkChannels, type FoundForm } from './found-form.ts';
import { unsupported } from './refusals.ts';

const INPUT = 'input';
const OUTPUT = 'output';
/** Resize and Pad take their sides as inputs since this opset. */
const OLDEST_OPSET = 11;
/** Of the input at which the reach of the graph is looked at: RRDB with its 23 blocks reaches 350 pixels. */
const NOMINAL_SIDE = 2048;

/**
 * The described model as a picture network: nodes at both ends of its own graph turn layout, range, colours and borders.
 * @throws TesseraError `model-unsuitable` where other colours come out than go in, `model-unsupported` where its operators
 * are too old for the nodes that it needs
 */
export function toPictureNetwork(described: DescribedOnnx, found: FoundForm): PictureNetwork {
  checkChannels(found.input.channels, found.output.channels);
  const onnx = withPictureEnds(described, found);
  const reach = reachOf(onnx, found);
  const { input, output, scale, sizeRule, lacking, knownBy } = found;
  const widest = Math.max(lacking.top, lacking.left, lacking.bottom, lacking.right, 0);
  const receptiveFieldPx = reach ?? found.receptiveFieldPx;
  return {
    onnx,
    facts: {
      architecture: null,
      scale,
      receptiveFieldPx,
      sizeRule,
      eatenPx: Math.ceil(widest / scale),
      dependsOnTileSize: found.dependsOnTileSize,
      form: {
        inputChannels: input.channels,
        outputChannels: output.channels,
        layout: input.layout,
        white: input.white,
        channelOrder: input.channelOrder,
        precision: described.precision,
        knownBy: { ...knownBy, receptiveField: reach === null ? knownBy.receptiveField : 'declared' },
      },
    },
  };
}

/** How far pixels reach, by the graph; null where it does not tell. */
function reachOf(onnx: OnnxModel, { scale, sizeRule }: FoundForm): number | null {
  const side =
    Math.ceil(Math.max(NOMINAL_SIDE, sizeRule.minimumPx) / sizeRule.multipleOf) * sizeRule.multipleOf;
  const { height, width } = sizeRule.fixed ?? { height: side, width: side };
  return receptiveField(fixDimensions(onnx.graph, [1, 3, height, width]), scale);
}

function withPictureEnds({ model, takesBytes }: DescribedOnnx, found: FoundForm): OnnxModel {
  const base = inOpset11(model) ?? model;
  const inner = withFreeNames(base.graph);
  const [from, to] = [(inner.inputs[0] as ValueInfo).name, (inner.outputs[0] as ValueInfo).name];
  const additions = new Additions(inner);
  const before = new Pipe(additions, INPUT);
  addInputForm(before, found.input, takesBytes);
  const after = new Pipe(additions, to);
  addOutputForm(after, found.output, found.lacking);
  addColours(after, found.output, INPUT, found.scale, additions);
  if (before.nodes.length + after.nodes.length > 0) checkOpset(base);
  // A tensor has one name only, so that a graph that gives back what it is given needs a node.
  if (from === to && after.nodes.length === 0) after.step('Identity');
  const graph = {
    ...inner,
    nodes: [...endingIn(from, before.nodes), ...inner.nodes, ...endingIn(OUTPUT, after.nodes)],
    initializers: [...inner.initializers, ...additions.constants],
    valueInfos: [],
  };
  const ends = new Map<string, string>();
  if (before.nodes.length === 0) ends.set(from, INPUT);
  if (after.nodes.length === 0) ends.set(to, OUTPUT);
  const named = renameTensors(graph, (name) => ends.get(name) ?? name);
  return { ...base, graph: { ...named, inputs: [inputInfo(found.sizeRule)], outputs: [OUTPUT_INFO] } };
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
