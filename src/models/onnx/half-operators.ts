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
const CONVOLUTIONS: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm']);

/**
 * The nodes that are to compute in float32, from what they do and where they stand: a last resampling makes the final
 * picture, with all that follows from it. Where convolutions follow, it is a layer like others (nets like RRDBNet have
 * their largest ones behind it).
 */
export function nodesInFloat32(graph: Graph): Set<Node> {
  const kept = new Set(graph.nodes.filter((node) => !isOnnx(node) || !SAFE.has(node.opType)));
  const weights = new Set(graph.initializers.map(({ name }) => name));
  const last = graph.nodes.findLast((node) => isResampling(node, weights));
  const final = last ? [last, ...nodesAfter(graph, last)] : [];
  if (!final.some(({ opType }) => CONVOLUTIONS.has(opType))) for (const node of final) kept.add(node);
  return kept;
}

/** Layers multiply a matrix of weights from the right; from the left only `antialiased-resize.ts` does. */
function isResampling(node: Node, weights: ReadonlySet<string>): boolean {
  if (!isOnnx(node)) return false;
  return RESAMPLING.has(node.opType) || (node.opType === 'MatMul' && weights.has(node.inputs[0] ?? ''));
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
