import { type AttributeValues, node, tensor } from './build.ts';
import { DataType } from './data-type.ts';
import type { Node, OnnxModel, TensorData } from './model.ts';

/** The newest operators that are used: Mish-18. ORT 1.30 knows all of them. */
const OPSET = 18;
const IR_VERSION = 8;

/** Collects the nodes and weights of a picture network; tensors are named as they come. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, TensorData>();

  /** What the network is given: `[1, channels, height, width]`. */
  readonly input = 'input';

  /** A node with one output, whose name it gives. An empty name among the inputs is one that is not given. */
  add(opType: string, inputs: readonly string[], attributes: AttributeValues = {}): string {
    const output = `t${this.#nodes.length}`;
    this.#nodes.push(node(opType, inputs, output, attributes));
    return output;
  }

  /** As `add`, for operators that give several tensors at once. */
  addMany(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: AttributeValues = {},
  ): string[] {
    const outputs = Array.from({ length: count }, (_, i) => `t${this.#nodes.length}_${i}`);
    this.#nodes.push({ ...node(opType, inputs, '', attributes), outputs });
    return outputs;
  }

  /** An initializer, given as it lies in a file: C order, little-endian; it is not copied. Gives its name. */
  weight(name: string, dataType: number, dims: readonly number[], bytes: Uint8Array): string {
    this.#initializers.set(name, { name, dims, dataType, bytes, rest: [] });
    return name;
  }

  /** A small float32 tensor; the same values are stored once. */
  floats(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant(DataType.float32, values, dims);
  }

  /** A small int64 tensor, for shapes and axes; the same values are stored once. */
  ints(values: readonly number[]): string {
    return this.#constant(DataType.int64, values, [values.length]);
  }

  /** The whole network, with `result` as its output `output`; both ends are `[1, channels, height, width]` of any size. */
  finish(result: string, channels = 3): OnnxModel {
    const value = (name: string, height: string, width: string) => ({
      name,
      elemType: DataType.float32,
      dims: [1, channels, height, width],
      rest: [],
    });
    return {
      irVersion: IR_VERSION,
      opsets: [{ domain: '', version: OPSET }],
      graph: {
        name: 'network',
        nodes: [...this.#nodes, node('Identity', [result], 'output')],
        initializers: [...this.#initializers.values()],
        inputs: [value(this.input, 'height', 'width')],
        outputs: [value('output', 'output_height', 'output_width')],
        valueInfos: [],
        rest: [],
      },
      metadata: [],
      rest: [],
    };
  }

  #constant(dataType: number, values: readonly number[], dims: readonly number[]): string {
    const name = `c${dataType}_${dims.join('x')}_${values.join('_')}`;
    if (!this.#initializers.has(name)) this.#initializers.set(name, tensor(name, dataType, dims, values));
    return name;
  }
}
