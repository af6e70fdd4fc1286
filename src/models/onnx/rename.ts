import type { Attribute, Graph, Node } from './model.ts';

/** The graph with every tensor under another name, in the graphs inside its nodes too. An empty name stays empty. */
export function renameTensors(graph: Graph, rename: (name: string) => string): Graph {
  const named = <T extends { readonly name: string }>(value: T): T => ({
    ...value,
    name: rename(value.name),
  });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renamedNode(node, rename)),
    initializers: graph.initializers.map(named),
    inputs: graph.inputs.map(named),
    outputs: graph.outputs.map(named),
    valueInfos: graph.valueInfos.map(named),
  };
}

function renamedNode(node: Node, rename: (name: string) => string): Node {
  const tensor = (name: string) => (name === '' ? '' : rename(name));
  const attributes = node.attributes.map(
    (attribute): Attribute =>
      attribute.kind === 'graph'
        ? { ...attribute, value: renameTensors(attribute.value, rename) }
        : attribute,
  );
  return { ...node, inputs: node.inputs.map(tensor), outputs: node.outputs.map(tensor), attributes };
}
