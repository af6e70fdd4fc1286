import { graphsOf } from './attributes.ts';
import type { Graph, Node, OnnxModel } from './model.ts';

/** Whether it is one of ONNX's own operators. */
export function isOnnx(node: Node): boolean {
  return node.domain === '' || node.domain === 'ai.onnx';
}

/** The version of ONNX's own operators that the nodes mean; 1 where the file does not say. */
export function opsetOf(model: OnnxModel): number {
  return model.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1;
}

/** Every tensor that a node reads, inside its graphs too. */
export function namesRead(node: Node): readonly string[] {
  return [...node.inputs, ...graphsOf(node).flatMap(namesReadIn)];
}

/** Every tensor that the graph's nodes read or that it gives away, its own ones included. */
export function namesReadIn(graph: Graph): readonly string[] {
  return [...graph.nodes.flatMap(namesRead), ...graph.outputs.map(({ name }) => name)];
}

/** Every name that stands for a tensor anywhere in the graph. */
export function allNames(graph: Graph): Set<string> {
  const names = new Set<string>();
  const collect = (from: Graph) => {
    for (const { name } of [...from.inputs, ...from.outputs, ...from.initializers]) names.add(name);
    for (const node of from.nodes) {
      for (const name of [...node.inputs, ...node.outputs]) names.add(name);
      for (const inner of graphsOf(node)) collect(inner);
    }
  };
  collect(graph);
  return names;
}

/** Makes names that no tensor of the graph has. */
export function nameMaker(graph: Graph): (hint: string) => string {
  const taken = allNames(graph);
  const counts = new Map<string, number>();
  return (hint) => {
    for (;;) {
      const count = counts.get(hint) ?? 0;
      counts.set(hint, count + 1);
      const name = count === 0 ? hint : `${hint}_${count}`;
      if (!taken.has(name)) {
        taken.add(name);
        return name;
      }
    }
  };
}
