import { elementCount } from './data-type.ts';
import { answerOf } from './dimension-rules.ts';
import { inferDimensions } from './dimensions.ts';
import type { Graph, Node } from './model.ts';
import { isOnnx, namesRead } from './names.ts';
import { REACH_RULES, type Source } from './reach-rules.ts';
import type { Span } from './span.ts';
import { numbersOf } from './tensor-values.ts';

/** Longer constants are weights, no lists of sides or axes. */
const MAX_LIST = 64;

export type Reach = {
  /** What the graph's first output depends on along that side of the picture; null where it is not known. */
  readonly span: Span | null;
  /** Some value is made from more than half of the picture's side (a pool, a norm): the rest of the span leaves it out. */
  readonly usesWholePicture: boolean;
};

/**
 * What the graph's output depends on along one axis of its one input, by way of its operators.
 * @param graph with weights as initializers, and an input of fixed sides
 * @param axis of the input: its rows or its columns
 */
export function traceReach(graph: Graph, axis: number): Reach {
  const { dims, values } = inferDimensions(graph);
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  const from = dims.get(input?.name ?? '');
  if (!input || !from || !output) return { span: null, usesWholePicture: false };
  const weights = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const coefficients = from.map((_, i) => (i === axis ? 1 : 0));
  /** Of tensors that depend on the picture; null where it is not known how. */
  const spans = new Map<string, Span | null>([[input.name, { coefficients, low: 0, high: 0 }]]);
  let usesWholePicture = false;

  const spansOf = (node: Node): readonly (Span | null)[] | null => {
    const sides = dims.get(node.outputs[0] ?? '');
    const sources = node.inputs.map((name): Source | undefined => {
      const own = dims.get(name);
      return own ? { span: spans.get(name) ?? null, sides: own } : undefined;
    });
    const isKnown = node.inputs.every((name, i) => name === '' || (sources[i] && spans.get(name) !== null));
    if (!sides || !isKnown || !isOnnx(node)) return null;
    const list = (index: number) => {
      const name = node.inputs[index] ?? '';
      const weight = weights.get(name);
      const isShort = weight && elementCount(weight.dims) <= MAX_LIST;
      return values.get(name)?.values ?? (isShort ? numbersOf(weight) : null);
    };
    const onWhole = () => {
      usesWholePicture = true;
    };
    const question = { node, sources, sides, list, onWhole, pictureSide: from[axis] as number };
    return answerOf(() => REACH_RULES[node.opType]?.(question) ?? null);
  };

  for (const node of graph.nodes) {
    const depends = namesRead(node).some((name) => spans.has(name));
    // What is computed from sides alone depends on no pixel.
    if (!depends || node.opType === 'Shape' || node.outputs.every((name) => values.has(name))) continue;
    const found = spansOf(node);
    node.outputs.forEach((name, i) => {
      if (name === '') return;
      const span = found ? (found[i] ?? found[0]) : null;
      // Found to depend on no place at all: as a constant.
      if (span || !found) spans.set(name, span ?? null);
    });
  }
  return { span: spans.get(output.name) ?? null, usesWholePicture };
}
