import type { Graph, Node } from '../model.ts';
import { namesRead } from '../names.ts';

/** Nodes and weights that no output depends on go, and so does what the file declares of their tensors. */
export function deadNodes(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of namesRead(node)) needed.add(name);
  }
  nodes.reverse();
  return {
    ...graph,
    nodes,
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
    valueInfos: graph.valueInfos.filter(({ name }) => needed.has(name)),
  };
}
