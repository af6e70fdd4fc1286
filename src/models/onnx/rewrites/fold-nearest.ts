import { node as newNode, tensor } from '../build.ts';
import { DataType } from '../data-type.ts';
import { biasOf, kernelOf, type SameConv, sameConv, weightOf } from '../linear/conv-kernel.ts';
import { identity, rearranged, through } from '../linear/kernel.ts';
import { repetition } from '../linear/repeated-pixels.ts';
import type { Graph, Node, TensorData } from '../model.ts';
import { isOnnx, nameMaker, namesRead } from '../names.ts';
import { count, type Tally } from './apply-rules.ts';

/**
 * A convolution of an enlargement by repeated pixels sees each pixel several times. Its weights, added up by the pixel that
 * they meet, make a convolution before the enlargement, which gives all pixels of a larger one as channels, and a
 * DepthToSpace. Exact up to the rounding of these sums, at borders too: zeros repeated are zeros. It never multiplies more,
 * and the enlarged tensor of all channels is not made.
 * @returns the graph itself where there is none
 */
export function foldNearest(graph: Graph, tally: Tally): Graph {
  const constants = new Map(graph.initializers.map((one) => [one.name, one]));
  const constantOf = (name: string) => constants.get(name);
  const reads = readers(graph);
  const fresh = nameMaker(graph);
  const enlargements = new Map<string, Node>();
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    if (repetition(node, constantOf) > 1 && reads.get(output) === 1) enlargements.set(output, node);
  }
  const added: TensorData[] = [];
  const folded = new Set<Node>();
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const enlargement = enlargements.get(node.inputs[0] ?? '');
    const conv = enlargement && isOnnx(node) ? sameConv(node, constantOf) : null;
    // One pixel wide it would only do the same work several times over.
    if (!enlargement || !conv || conv.group !== 1 || !isWide(conv)) return [node];
    folded.add(enlargement);
    count(tally, `${enlargement.opType}, Conv → Conv, DepthToSpace`);
    const [result, weight, bias] = ['folded', 'weight', 'bias'].map((hint) =>
      fresh(`${node.outputs[0]}_${hint}`),
    ) as [string, string, string];
    const factor = repetition(enlargement, constantOf);
    added.push(...foldedWeights(conv, factor).map((one, i) => ({ ...one, name: i === 0 ? weight : bias })));
    const [rows, columns] = (added.at(-2) as TensorData).dims.slice(2) as [number, number];
    const pads = [rows, columns, rows, columns].map((side) => BigInt((side - 1) / 2));
    return [
      newNode('Conv', [enlargement.inputs[0] as string, weight, bias], result, { pads }),
      newNode('DepthToSpace', [result], node.outputs[0] as string, { blocksize: BigInt(factor) }),
    ];
  });
  if (folded.size === 0) return graph;
  return {
    ...graph,
    nodes: nodes.filter((node) => !folded.has(node)),
    initializers: [...graph.initializers, ...added],
  };
}

/** How often each tensor is read or given away. */
function readers(graph: Graph): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  const names = [...graph.nodes.flatMap(namesRead), ...graph.outputs.map(({ name }) => name)];
  for (const name of names) reads.set(name, (reads.get(name) ?? 0) + 1);
  return reads;
}

function isWide({ weight }: SameConv): boolean {
  return weight.dims.slice(2).some((side) => side > 1);
}

function foldedWeights(conv: SameConv, factor: number): readonly TensorData[] {
  const kernel = kernelOf(conv);
  const places = Array.from({ length: factor ** 2 });
  const channels = Array.from({ length: kernel.inputs }, (_, channel) => channel);
  const repeated = rearranged(
    identity(kernel.inputs),
    places.flatMap(() => channels),
  );
  const bias = [...biasOf(conv)];
  const all = places.flatMap(() => bias);
  return [weightOf(through(repeated, kernel, factor)), tensor('', DataType.float32, [all.length], all)];
}
