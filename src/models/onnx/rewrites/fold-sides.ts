import { tensor } from '../build.ts';
import type { Inferred } from '../dimensions.ts';
import type { Graph } from '../model.ts';

/**
 * What the model computes from sides that are known becomes constants. ORT does so as well; the rules after this one need
 * the numbers.
 */
export function foldSides(graph: Graph, { values }: Inferred): Graph {
  const given = new Set(graph.outputs.map(({ name }) => name));
  const isKnown = (name: string) => values.has(name) && !given.has(name);
  const constants = [...values].filter(([name]) => !given.has(name));
  return {
    ...graph,
    nodes: graph.nodes.filter(({ outputs }) => !outputs.every(isKnown)),
    initializers: [
      ...graph.initializers,
      ...constants.map(([name, { dataType, dims, values }]) => tensor(name, dataType, dims, values)),
    ],
  };
}
