import { DataType } from './data-type.ts';
import { elementTypes } from './element-types.ts';
import type { Graph, Node } from './model.ts';
import { isOnnx } from './names.ts';

/**
 * What the native WebGPU provider of onnxruntime-web 1.30.0 does with ONNX's own operators, by the opset of the model,
 * measured with single-operator models for opsets 7 to 24 and `disable_cpu_ep_fallback` (Chromium 156, SwiftShader).
 * Its kernels are listed by the operator's version in the standard; where a newer opset only added element types, the
 * kernel was left behind, and a model of opset 22 averages on the processor what one of opset 21 does on the GPU.
 */
const ON_GPU: readonly (readonly [since: number, until: number, operators: string])[] = [
  [
    1,
    24,
    `Abs Add ArgMax ArgMin AveragePool BatchNormalization Cast CastLike Ceil Concat Conv CumSum DequantizeLinear Div Einsum Equal
     Erf Exp Expand Floor Gather GatherElements GatherND Gelu Gemm Greater GreaterOrEqual Identity InstanceNormalization
     LayerNormalization LeakyRelu Less LessOrEqual Log LpNormalization MatMul Mish Mul Neg Not And PRelu Pow RMSNormalization
     Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
     ReduceSumSquare Relu Reshape Resize ScatterElements ScatterND Shape Sigmoid Slice Softmax Softplus Split Sqrt Squeeze Sub
     Swish Tanh Tile TopK Transpose Trilu Unsqueeze Where`,
  ],
  [
    1,
    21,
    `Acos Acosh Asin Asinh Atan Atanh ConvTranspose Cos Cosh Elu GlobalAveragePool GlobalMaxPool HardSigmoid HardSwish MaxPool
     Sin Sinh Tan`,
  ],
  [1, 22, 'Flatten'],
  [1, 23, 'Pad'],
  [8, 24, 'Max Min'],
  [10, 21, 'ThresholdedRelu'],
  [11, 24, 'Clip DepthToSpace'],
  [16, 19, 'GridSample'],
];

/** Operators that run on the processor in every opset. */
const ON_CPU: ReadonlySet<string> = new Set(
  `Bernoulli BitShift Celu CenterCropPad Col2Im Compress ConstantOfShape DeformConv Det DynamicQuantizeLinear EyeLike
   GlobalLpPool GroupNormalization Hardmax IsInf IsNaN LRN LogSoftmax LpPool Mean MeanVarianceNormalization Mod NonZero OneHot
   Or QuantizeLinear QLinearConv RandomNormalLike ReverseSequence Round Selu Shrink Sign Size Softsign SpaceToDepth Sum Unique
   Upsample Xor`.split(/\s+/),
);

/** The opsets that were measured. */
const NEWEST_KNOWN = 24;

const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map(
  ON_GPU.flatMap(([since, until, operators]) =>
    operators.split(/\s+/).map((operator) => [operator, [since, until]] as const),
  ),
);

/** Operators that the provider has for floats only. */
const FLOATS_ONLY: ReadonlySet<string> = new Set(['Abs', 'Neg', 'Relu']);
const FLOATS: readonly (number | undefined)[] = [DataType.float32, DataType.float16, undefined];

/**
 * Whether an operator of a model of that opset has a kernel on the GPU, whatever it works on; null where that was not
 * measured, which is no claim either way.
 */
export function hasGpuKernel(opType: string, opset: number): boolean | null {
  const range = RANGES.get(opType);
  if (range && opset <= NEWEST_KNOWN) return opset >= range[0] && opset <= range[1];
  return ON_CPU.has(opType) ? false : null;
}

/**
 * The operators of the graph that will run on the processor when WebGPU was asked for, each once, in the order of the
 * graph. Left out: what ORT works out at load, because it depends on no input's values. That takes the sides of
 * tensors with it where `sidesAreFixed`.
 */
export function operatorsOnCpu(graph: Graph, opset: number, sidesAreFixed: boolean): readonly string[] {
  const types = elementTypes(graph);
  const folded = foldedNodes(graph, sidesAreFixed);
  const onCpu = graph.nodes.filter((node) => {
    if (!isOnnx(node) || folded.has(node)) return false;
    return hasGpuKernel(node.opType, opset) === false || refusesTypes(node, types) || isAntialiased(node);
  });
  return [...new Set(onCpu.map(({ opType }) => opType))];
}

/** 64-bit integers are not computed or copied on the GPU, only made there (Shape, ArgMax, a Cast to them). */
function refusesTypes(node: Node, types: ReadonlyMap<string, number>): boolean {
  const data = types.get(node.inputs[node.opType === 'Where' ? 1 : 0] ?? '');
  if (data === DataType.int64) return node.opType !== 'Shape';
  return FLOATS_ONLY.has(node.opType) && !FLOATS.includes(data);
}

/** On the GPU by its name, but its run is refused ("NOT implemented"): for what a person is told, the same. */
function isAntialiased(node: Node): boolean {
  return (
    node.opType === 'Resize' &&
    node.attributes.some((a) => a.name === 'antialias' && a.kind === 'int' && a.value !== 0n)
  );
}

/** Nodes that ORT replaces by their value when it opens the model. */
function foldedNodes(graph: Graph, sidesAreFixed: boolean): ReadonlySet<Node> {
  const constant = new Set(graph.initializers.map(({ name }) => name));
  const folded = new Set<Node>();
  for (const node of graph.nodes) {
    const isSide = sidesAreFixed && node.opType === 'Shape';
    const random = node.opType.startsWith('Random') || node.opType === 'Bernoulli';
    if (!isSide && (random || !node.inputs.every((name) => name === '' || constant.has(name)))) continue;
    folded.add(node);
    for (const name of node.outputs) constant.add(name);
  }
  return folded;
}
