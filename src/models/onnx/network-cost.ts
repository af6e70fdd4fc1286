import { allowedSize, type SizeRule } from '../../base/size-rule.ts';
import { intOf } from './attributes.ts';
import { elementCount } from './data-type.ts';
import { inferDimensions } from './dimensions.ts';
import type { Graph, Node, OnnxModel } from './model.ts';
import { isOnnx } from './names.ts';
import { constantsToInitializers } from './rewrites/constants-to-initializers.ts';
import { fixDimensions } from './rewrites/fix-dimensions.ts';
import { overridableInputs } from './rewrites/overridable-inputs.ts';

export type NetworkCost = {
  /** Multiply-accumulates of convolutions and matrix products for each source pixel; what the time depends on. */
  readonly macsPerSourcePx: number;
  /** The widest activation, in values for each source pixel; what the tile's memory depends on. */
  readonly peakValuesPerSourcePx: number;
  /** Whether the sides of all tensors could be told; else both are lower bounds. */
  readonly isComplete: boolean;
};

type Dims = readonly number[];

/** Side of the input for which a network's cost is told, where it takes that. */
const COST_SIDE_PX = 64;

/** What a network of the one form costs, for a small input. */
export function pictureNetworkCost(onnx: OnnxModel, sizeRule: SizeRule): NetworkCost {
  const { width, height } = allowedSize({ width: COST_SIDE_PX, height: COST_SIDE_PX }, sizeRule);
  return networkCost(onnx, [1, 3, height, width]);
}

/**
 * What a picture network costs, for an input of these sides; the borders that it eats make it a little less.
 * @param model with one input
 * @param inputDims such as `[1, 3, 64, 64]`
 * @throws TesseraError `model-unsuitable` where the input has other sides
 */
export function networkCost(model: OnnxModel, inputDims: readonly number[]): NetworkCost {
  const plain = overridableInputs({ ...model, graph: constantsToInitializers(model.graph) });
  const graph = fixDimensions(plain.graph, inputDims);
  const { dims, values } = inferDimensions(graph);
  const pixels = (inputDims[2] as number) * (inputDims[3] as number);
  const weights = new Set(graph.initializers.map(({ name }) => name));
  let [macs, peak, isComplete] = [0, 0, true];
  for (const node of graph.nodes) {
    // The arithmetic of sides is done once, when the model is opened.
    if (node.outputs.every((name) => values.has(name) || name === '')) continue;
    const sides = node.inputs.map((name) => dims.get(name));
    for (const name of node.outputs) {
      const own = dims.get(name);
      if (own) peak = Math.max(peak, elementCount(own));
      else if (name !== '') isComplete = false;
    }
    macs +=
      macsOf(node, sides, dims.get(node.outputs[0] ?? '')) ?? weightCount(node, graph, weights) * pixels;
  }
  return {
    macsPerSourcePx: Math.round(macs / pixels),
    peakValuesPerSourcePx: Math.round(peak / pixels),
    isComplete,
  };
}

/** Null where the sides that it depends on are not known. */
function macsOf(node: Node, inputs: readonly (Dims | undefined)[], output: Dims | undefined): number | null {
  const rule = isOnnx(node) ? RULES[node.opType] : undefined;
  if (!rule) return 0;
  const [first, second] = inputs;
  return first && second && output ? rule(node, first, second, output) : null;
}

type Rule = (node: Node, first: Dims, second: Dims, output: Dims) => number;

const RULES: Readonly<Record<string, Rule>> = {
  // Weights [output channels, input channels of a group, kernel …]: as many products for each output value.
  Conv: (_, __, weights, output) => elementCount(output) * elementCount(weights.slice(1)),
  // Weights [input channels, output channels of a group, kernel …]: as many products for each input value.
  ConvTranspose: (_, input, weights) => elementCount(input) * elementCount(weights.slice(1)),
  MatMul: (_, left, __, output) => elementCount(output) * (left.at(-1) as number),
  Gemm: (node, left, _, output) => elementCount(output) * (left[intOf(node, 'transA', 0) ? 0 : 1] as number),
};

/** Where sides are not known: as if each weight was used once for each source pixel. */
function weightCount(node: Node, graph: Graph, weights: ReadonlySet<string>): number {
  const own = node.inputs.filter((name) => weights.has(name));
  return graph.initializers.reduce(
    (sum, { name, dims }) => sum + (own.includes(name) ? elementCount(dims) : 0),
    0,
  );
}
