import { tensor } from '../build.ts';
import { elementTypes } from '../element-types.ts';
import type { Graph, Node, TensorData } from '../model.ts';
import { isOnnx, nameMaker } from '../names.ts';
import type { Rule, Scene } from './rule.ts';

/** How often each replacement was made, by its words: `Selu → Elu, Mul`. */
export type Tally = Map<string, number>;

/** One more of a change. */
export function count(tally: Tally, words: string): void {
  tally.set(words, (tally.get(words) ?? 0) + 1);
}

/** What was counted, for people: `Selu → Elu, Mul (2×)`. */
export function wordsOf(tally: Tally): string[] {
  return [...tally].map(([words, count]) => (count === 1 ? words : `${words} (${count}×)`));
}

/** The graph with every node replaced for which a rule has an equivalent; counts them in `tally`. */
export function applyRules(
  graph: Graph,
  opset: number,
  dims: ReadonlyMap<string, readonly number[]>,
  rules: readonly Rule[],
  tally: Tally,
): Graph {
  const constants = new Map(graph.initializers.map((one) => [one.name, one]));
  const scene = sceneOf(graph, opset, dims, constants);
  const byName = new Map(rules.map((rule) => [rule.opType, rule]));
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const replacement = isOnnx(node) ? byName.get(node.opType)?.replace(node, scene) : null;
    if (!replacement) return [node];
    count(tally, `${node.opType} → ${replacement.map(({ opType }) => opType).join(', ')}`);
    return replacement;
  });
  return { ...graph, nodes, initializers: [...constants.values()] };
}

function sceneOf(
  graph: Graph,
  opset: number,
  dims: ReadonlyMap<string, readonly number[]>,
  constants: Map<string, TensorData>,
): Scene {
  const types = elementTypes(graph);
  const fresh = nameMaker(graph);
  return {
    opset,
    fresh,
    typeOf: (name) => types.get(name) ?? null,
    dimsOf: (name) => constants.get(name)?.dims ?? dims.get(name) ?? null,
    constantOf: (name) => constants.get(name) ?? null,
    constant(dataType, sides, values) {
      const name = fresh('rewriting_constant');
      constants.set(name, tensor(name, dataType, sides, values));
      return name;
    },
  };
}
