import { type AttributeValues, node, tensor } from './build.ts';
import type { Graph, Node, TensorData } from './model.ts';
import { nameMaker } from './names.ts';

/** Nodes and constants that are put in front of a graph's own nodes, or behind them, under names of their own. */
export class Additions {
  readonly #fresh: (hint: string) => string;
  readonly constants: TensorData[] = [];

  constructor(graph: Graph) {
    this.#fresh = nameMaker(graph);
  }

  constant(dataType: number, dims: readonly number[], values: ArrayLike<number>): string {
    const name = this.#fresh('picture_constant');
    this.constants.push(tensor(name, dataType, dims, values));
    return name;
  }

  /** A node of ONNX's own operators, of which the one output gets a new name. */
  node(opType: string, inputs: readonly string[], attributes: AttributeValues = {}): Node {
    return node(opType, inputs, this.#fresh(`picture_${opType}`), attributes);
  }
}
