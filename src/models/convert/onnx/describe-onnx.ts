import { graphsOf } from '../../onnx/attributes.ts';
import { node } from '../../onnx/build.ts';
import { DataType, elementCount } from '../../onnx/data-type.ts';
import { elementTypes } from '../../onnx/element-types.ts';
import { hasFunctions } from '../../onnx/functions.ts';
import type { Graph, Node, OnnxModel, ValueInfo } from '../../onnx/model.ts';
import { nameMaker } from '../../onnx/names.ts';
import { traceReach } from '../../onnx/reach.ts';
import { constantsToInitializers } from '../../onnx/rewrites/constants-to-initializers.ts';
import { deadNodes } from '../../onnx/rewrites/dead-nodes.ts';
import { fixDimensions } from '../../onnx/rewrites/fix-dimensions.ts';
import { overridableInputs } from '../../onnx/rewrites/overridable-inputs.ts';
import type { NetworkForm } from '../../picture-network.ts';
import { checkLoops } from './loops.ts';
import { declaredIn } from './metadata.ts';
import { type DeclaredForm, dimsOf, formsOfInput, pictureInput, pictureOutput, sidesOf } from './ports.ts';
import { unsupported } from './refusals.ts';
import { toFloat32 } from './to-float32.ts';

/** What a graph says of itself, before anything is run. */
export type DescribedOnnx = {
  /** The model ready to be run, with one float32 input and one float32 output; layout, range and colours are its own. */
  readonly model: OnnxModel;
  readonly precision: NetworkForm['precision'];
  /** What the input may be, the likeliest first; more than one where the file does not declare it. */
  readonly forms: readonly DeclaredForm[];
  /** Whole numbers of 0..255 go in, or come out. */
  readonly takesBytes: boolean;
  readonly givesBytes: boolean;
  /** As the file's metadata has them; null where it does not say. */
  readonly white: NetworkForm['white'] | null;
  readonly channelOrder: NetworkForm['channelOrder'] | null;
  /** As far as the operators tell: null where some are in the way that are not known. */
  readonly dependsOnTileSize: boolean | null;
  /** How many weights there are: about the multiply-accumulates for a pixel. */
  readonly weightCount: number;
};

/**
 * What can be told of an ONNX model from its graph alone.
 * @throws TesseraError `model-unsuitable` where it does not turn one picture into one picture, `model-unsupported` where
 * it has operators that no runtime in the browser has, or that may never end
 */
export function describeOnnx(model: OnnxModel): DescribedOnnx {
  checkDomains(model);
  checkLoops(model);
  const plain = overridableInputs({ ...model, graph: constantsToInitializers(model.graph) });
  const input = pictureInput(plain.graph);
  const output = pictureOutput(plain.graph);
  const forms = formsOfInput(plain.graph, input);
  const graph = deadNodes({ ...plain.graph, outputs: [output], valueInfos: [] });
  const isHalf = [...elementTypes(graph).values()].includes(DataType.float16);
  const inFloats = isHalf ? toFloat32({ ...plain, graph }).graph : graph;
  const ready = withFloatEnds(inFloats);
  return {
    model: { ...plain, graph: ready },
    precision: isHalf ? 'float16' : 'float32',
    forms,
    takesBytes: input.elemType === DataType.uint8,
    givesBytes: output.elemType === DataType.uint8,
    ...declaredIn(model.metadata),
    dependsOnTileSize: usesWholePicture(ready, forms[0] as DeclaredForm),
    weightCount: ready.initializers.reduce((sum, { dims }) => sum + elementCount(dims), 0),
  };
}

/** Domains of which onnxruntime-web has the operators; the rest can only be the model's own functions. */
const KNOWN_DOMAINS: ReadonlySet<string> = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);
/** Operators of onnxruntime-extensions: pictures are decoded, cut and coded inside the model. */
const EXTENSIONS: ReadonlySet<string> = new Set(['com.microsoft.extensions', 'ai.onnx.contrib']);

function checkDomains(model: OnnxModel): void {
  const foreign = allNodes(model.graph).find(({ domain }) => !KNOWN_DOMAINS.has(domain));
  if (!foreign) return;
  const operator = `the operator ${foreign.opType} of “${foreign.domain}”`;
  if (EXTENSIONS.has(foreign.domain)) {
    throw unsupported(
      `it holds ${operator}, which reads or writes picture files inside the model and needs the onnxruntime-extensions`,
      'Export the model again without the processing before and after it.',
    );
  }
  if (hasFunctions(model)) return;
  throw unsupported(
    `it holds ${operator}, which the runtime in the browser does not have`,
    'Export the model with ONNX’s own operators only.',
  );
}

function allNodes(graph: Graph): readonly Node[] {
  return graph.nodes.flatMap((one) => [one, ...graphsOf(one).flatMap(allNodes)]);
}

/** Bytes at the ends become float32: cut to whole numbers before the network, and cast behind it. */
function withFloatEnds(graph: Graph): Graph {
  const fresh = nameMaker(graph);
  const [input, output] = [graph.inputs[0] as ValueInfo, graph.outputs[0] as ValueInfo];
  const nodes = [...graph.nodes];
  let [given, taken] = [input, output];
  if (input.elemType === DataType.uint8) {
    given = { ...input, name: fresh('picture'), elemType: DataType.float32 };
    nodes.unshift(node('Cast', [given.name], input.name, { to: BigInt(DataType.uint8) }));
  }
  if (output.elemType === DataType.uint8) {
    taken = { ...output, name: fresh('answer'), elemType: DataType.float32 };
    nodes.push(node('Cast', [output.name], taken.name, { to: BigInt(DataType.float32) }));
  }
  return { ...graph, nodes, inputs: [given], outputs: [taken] };
}

/** Operators that pool or normalise over whole rows and columns. */
const WHOLE_PICTURE: ReadonlySet<string> = new Set(
  'GlobalAveragePool GlobalLpPool GlobalMaxPool GroupNormalization InstanceNormalization MeanVarianceNormalization'.split(
    ' ',
  ),
);
/** Large enough that no window of attention is half of it. */
const NOMINAL_SIDE = 96;

function usesWholePicture(graph: Graph, form: DeclaredForm): boolean | null {
  if (allNodes(graph).some(({ opType }) => WHOLE_PICTURE.has(opType))) return true;
  const dims = dimsOf(form, form.height ?? NOMINAL_SIDE, form.width ?? NOMINAL_SIDE);
  const sized = fixDimensions(graph, dims);
  const reaches = sidesOf(form.layout).map((axis) => traceReach(sized, axis));
  if (reaches.some((reach) => reach.usesWholePicture)) return true;
  return reaches.every(({ span }) => span !== null) ? false : null;
}
