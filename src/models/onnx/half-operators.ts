import { textOf } from './attributes.ts';
import type { Graph, Node } from './model.ts';
import { isOnnx } from './names.ts';

/**
 * Operators that half precision does no harm: they compute each value from few others, or copy. Norms, pools that
 * average, reductions and Softmax add up many values or square them (fp16 overflows there:
 * https://github.com/microsoft/onnxruntime/issues/29130), coordinates need more than 11 bits, and an operator that is not
 * known may need anything: those stay in float32.
 */
const SAFE: ReadonlySet<string> = new Set(
  `Abs Add Cast Ceil Clip Concat Conv ConvTranspose DepthToSpace Div Elu Equal Erf Exp Expand Flatten Floor Gather Gelu Gemm
   GlobalMaxPool Greater GreaterOrEqual HardSigmoid HardSwish Identity LeakyRelu Less LessOrEqual MatMul Max MaxPool Min Mish
   Mul Neg PRelu Pad Reciprocal Relu Reshape Resize Shape Sigmoid Slice Softplus Split Sqrt Squeeze Sub Tanh ThresholdedRelu
   Tile Transpose Unsqueeze Upsample Where`.split(/\s+/),
);

const RESAMPLING: ReadonlySet<string> = new Set(['Resize', 'Upsample']);

/**
 * The nodes that are to compute in float32, from what they do and where they stand: the last resampling that
 * interpolates and all that follows from it make the final picture. (Nearest neighbours are copies, exact in any
 * precision; nets like RRDBNet have their largest layers behind one.)
 */
export function nodesInFloat32(graph: Graph): Set<Node> {
  const kept = new Set(graph.nodes.filter((node) => !isOnnx(node) || !SAFE.has(node.opType)));
  const last = graph.nodes.findLast(
    (node) => isOnnx(node) && RESAMPLING.has(node.opType) && textOf(node, 'mode', 'nearest') !== 'nearest',
  );
  if (last) for (const node of [last, ...nodesAfter(graph, last)]) kept.add(node);
  return kept;
}

/** All nodes that a value of this node can reach. */
function nodesAfter(graph: Graph, start: Node): readonly Node[] {
  const reached = new Set(start.outputs);
  return graph.nodes.filter((node) => {
    const after = node.inputs.some((name) => reached.has(name));
    if (after) for (const name of node.outputs) reached.add(name);
    return after;
  });
}

/** Inputs that ONNX demands in float32 whatever the others are: of Resize the region and the scales. */
export function isAlwaysFloat32(node: Node, input: number): boolean {
  return RESAMPLING.has(node.opType) && input > 0;
}
