import { elementCount } from './data-type.ts';
import { answerOf, DIMENSION_RULES, type Dims } from './dimension-rules.ts';
import type { Graph, Node } from './model.ts';
import { isOnnx } from './names.ts';
import { type Known, shapeValue, smallValue } from './small-values.ts';
import { numbersOf } from './tensor-values.ts';

/** What follows from the sides of the graph's inputs. */
export type Inferred = {
  /** All sides of a tensor, by its name. */
  readonly dims: ReadonlyMap<string, Dims>;
  /** Values of nodes that the models compute from sides, by the tensor's name. */
  readonly values: ReadonlyMap<string, Known>;
};

/**
 * The sides of the graph's tensors, as far as they follow from inputs of fixed sides through the operators that picture
 * networks are made of. A tensor that is missing may have any.
 */
export function inferDimensions(graph: Graph): Inferred {
  const dims = new Map<string, Dims>();
  const constants = new Map<string, Known>();
  const values = new Map<string, Known>();
  for (const { name, dims: declared } of graph.inputs) {
    if (declared?.every((side) => typeof side === 'number')) dims.set(name, declared);
  }
  for (const tensor of graph.initializers) {
    dims.set(tensor.name, tensor.dims);
    const numbers = tensor.dims.length <= 1 && elementCount(tensor.dims) <= 16 ? numbersOf(tensor) : null;
    if (numbers)
      constants.set(tensor.name, { dataType: tensor.dataType, dims: tensor.dims, values: numbers });
  }
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    if (!isOnnx(node) || output === '') continue;
    const value = knownValue(node, dims, constants);
    if (value) {
      constants.set(output, value);
      values.set(output, value);
      dims.set(output, value.dims);
    } else setOutputs(node, dims, constants);
  }
  return { dims, values };
}

function knownValue(
  node: Node,
  dims: ReadonlyMap<string, Dims>,
  constants: ReadonlyMap<string, Known>,
): Known | null {
  const sides = dims.get(node.inputs[0] ?? '');
  if (node.opType === 'Shape') return sides ? shapeValue(node, sides) : null;
  const inputs = node.inputs.map((name) => constants.get(name));
  const areKnown = inputs.length > 0 && inputs.every((input) => input !== undefined);
  return areKnown ? smallValue(node, inputs) : null;
}

function setOutputs(node: Node, dims: Map<string, Dims>, constants: ReadonlyMap<string, Known>): void {
  const inputs = node.inputs.map((name) => dims.get(name));
  const list = (index: number) => constants.get(node.inputs[index] ?? '')?.values ?? null;
  const [first] = inputs;
  if (!first) return;
  const outputs = answerOf(() => DIMENSION_RULES[node.opType]?.({ node, first, inputs, list }) ?? null);
  node.outputs.forEach((name, i) => {
    const sides = outputs?.[i];
    if (name && sides?.every((side) => Number.isSafeInteger(side) && side >= 0)) dims.set(name, sides);
  });
}
