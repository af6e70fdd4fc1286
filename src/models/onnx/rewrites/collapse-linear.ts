import { defined } from '../../../base/assert.ts';
import { graphsOf } from '../attributes.ts';
import { inferDimensions } from '../dimensions.ts';
import { elementTypes } from '../element-types.ts';
import { Choice } from '../linear/choose.ts';
import { convolutionMacs } from '../linear/convolution-macs.ts';
import { type LinearNode, linearNodes } from '../linear/linear-node.ts';
import { namesOfWideInfluence } from '../linear/local-operators.ts';
import { Values } from '../linear/values.ts';
import { writeSum } from '../linear/write-sum.ts';
import type { Graph, Node, TensorData } from '../model.ts';
import { nameMaker } from '../names.ts';

/** Any size at which all tensors of a network have sides; what is decided does not depend on it. */
const NOMINAL_SIDE_PX = 64;
/** Less than this share of the multiplications saved is not worth another network. */
const WORTHWHILE = 0.1;

export type Collapsed = {
  readonly graph: Graph;
  /** The share of the multiplications of all convolutions that is saved. */
  readonly saved: number;
};

/**
 * Convolutions without a non-linearity between them are one convolution; so are sums, concatenations, channels picked and
 * scaled on the way, and, as channels of a larger pixel, what comes after a DepthToSpace or after repeated pixels. Where that
 * takes fewer multiplications they are multiplied out here, in double precision, once (docs/decisions/0011).
 *
 * Exact, but for pixels of the result that are nearer to its border than the network reaches: a convolution continues what
 * it reads with zeros, and there are fewer of them now. So it is for callers who throw these pixels away. Tensors that
 * something beyond a neighbourhood is calculated from stay as they are.
 * @returns null where less than a tenth of the multiplications would be saved
 */
export function collapseLinear(graph: Graph): Collapsed | null {
  // Their bodies read the graph's tensors by name.
  if (graph.nodes.some((node) => graphsOf(node).length > 0)) return null;
  const dims = nominalDims(graph);
  const linear = linearNodesOf(graph, dims);
  const dimsOf = (name: string) => defined(dims.get(name), `the sides of ${name}`);
  const choice = new Choice([...linear.values()], neededNames(graph, linear), dimsOf);
  const [before, linearBefore] = [convolutionMacs(graph, dims), choice.macs];
  choice.improve();
  if (linearBefore - choice.macs < WORTHWHILE * before || before === 0) return null;
  const result = rewritten(graph, linear, choice, dimsOf);
  return { graph: result, saved: 1 - convolutionMacs(result, nominalDims(result)) / before };
}

function nominalDims(graph: Graph): ReadonlyMap<string, readonly number[]> {
  const inputs = graph.inputs.map((info) => ({
    ...info,
    dims:
      info.dims?.map((side, axis) => {
        if (typeof side === 'number') return side;
        return axis === 0 ? 1 : NOMINAL_SIDE_PX;
      }) ?? null,
  }));
  return inferDimensions({ ...graph, inputs }).dims;
}

/** By the name of the output, in running order. */
function linearNodesOf(
  graph: Graph,
  dims: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, LinearNode> {
  const constants = new Map(graph.initializers.map((one) => [one.name, one]));
  const types = elementTypes(graph);
  const wide = namesOfWideInfluence(graph);
  const known = {
    dimsOf: (name: string) => dims.get(name),
    typeOf: (name: string) => types.get(name),
    constantOf: (name: string) => constants.get(name),
  };
  const linear = new Map<string, LinearNode>();
  for (const node of graph.nodes) {
    if (node.outputs.some((name) => wide.has(name))) continue;
    for (const one of linearNodes(node, known)) linear.set(one.output, one);
  }
  return linear;
}

/** What other nodes read, and what the graph gives away. */
function neededNames(graph: Graph, linear: ReadonlyMap<string, LinearNode>): ReadonlySet<string> {
  const others = graph.nodes.filter((node) => !node.outputs.some((name) => linear.has(name)));
  return new Set([...others.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
}

function rewritten(
  graph: Graph,
  linear: ReadonlyMap<string, LinearNode>,
  choice: Choice,
  dimsOf: (name: string) => readonly number[],
): Graph {
  const values = new Values(linear, choice, dimsOf);
  const fresh = nameMaker(graph);
  const initializers: TensorData[] = [];
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const made = node.outputs.filter((name) => choice.isMade(name));
    if (!linear.has(node.outputs[0] as string) || node.inputs.every((name) => choice.isMade(name))) {
      return made.length > 0 ? [node] : [];
    }
    return made.flatMap((name) => {
      const size = defined(choice.sizeOf(name), `the sum that ${name} is`);
      const written = writeSum(name, values.inside(name), size, fresh);
      initializers.push(...written.initializers);
      return written.nodes;
    });
  });
  return { ...graph, nodes, initializers: [...graph.initializers, ...initializers] };
}
