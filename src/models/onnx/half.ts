import { graphsOf } from './attributes.ts';
import { attribute, node as newNode } from './build.ts';
import { DataType } from './data-type.ts';
import { elementTypes } from './element-types.ts';
import { toFloat16 } from './float16.ts';
import { isAlwaysFloat32, nodesInFloat32 } from './half-operators.ts';
import type { Graph, Node, OnnxModel, TensorData } from './model.ts';
import { nameMaker, namesReadIn } from './names.ts';
import { constantsToInitializers } from './rewrites/constants-to-initializers.ts';
import { overridableInputs } from './rewrites/overridable-inputs.ts';
import { float32Values } from './tensor-values.ts';

/** From here on a float32 is rounded to an infinity: the middle between the largest half, 65504, and 65536. */
const OVERFLOW = 65520;

export type HalfModel = {
  readonly model: OnnxModel;
  /** Operators that still compute in float32, each once, in the order of the graph. */
  readonly keptInFloat32: readonly string[];
};

/**
 * The model with weights and activations in float16, behind the same float32 inputs and outputs. Norms, averages,
 * reductions, the last resampling and nodes with a weight beyond ±65504 stay in float32, between Casts. A model that has
 * a float16 tensor already is returned as it is. The model given is not changed.
 */
export function toHalf(model: OnnxModel): HalfModel {
  const plain = overridableInputs({ ...model, graph: constantsToInitializers(model.graph) });
  const conversion = new Conversion(plain.graph);
  if (conversion.hasHalves) return { model, keptInFloat32: [] };
  const { graph, keptInFloat32 } = conversion.run();
  return { model: { ...plain, graph }, keptInFloat32 };
}

/**
 * Every float32 tensor may be there twice: in float32 under its own name and in float16 under another. Either is made,
 * by a Cast or from the weights, when the first node asks for it; so Casts that cancel never arise.
 */
class Conversion {
  readonly #graph: Graph;
  readonly #types: ReadonlyMap<string, number>;
  readonly #weights: ReadonlyMap<string, TensorData>;
  readonly #fresh: (hint: string) => string;
  readonly #halfNames = new Map<string, string>();
  /** Names of tensors, of either type, that exist so far. */
  readonly #made: Set<string>;
  readonly #nodes: Node[] = [];
  readonly #initializers: TensorData[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#types = elementTypes(graph);
    this.#weights = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
    this.#fresh = nameMaker(graph);
    this.#made = new Set(graph.inputs.map(({ name }) => name));
  }

  get hasHalves(): boolean {
    return [...this.#types.values()].includes(DataType.float16);
  }

  run(): { graph: Graph; keptInFloat32: readonly string[] } {
    const inFloat32 = nodesInFloat32(this.#graph);
    const kept = new Set<string>();
    for (const node of this.#graph.nodes) {
      if (inFloat32.has(node) || node.inputs.some((name) => this.#overflows(name))) {
        if (this.#touchesFloats(node)) kept.add(node.opType);
        this.#addInFloat32(node);
      } else this.#addInHalf(node);
    }
    for (const { name } of this.#graph.outputs) this.#inFloat32(name);
    const graph = { ...this.#graph, nodes: this.#nodes, initializers: this.#initializers, valueInfos: [] };
    return { graph, keptInFloat32: [...kept] };
  }

  #touchesFloats(node: Node): boolean {
    return [...node.inputs, ...node.outputs].some((name) => this.#types.get(name) === DataType.float32);
  }

  #overflows(name: string): boolean {
    const weight = this.#weights.get(name);
    if (weight?.dataType !== DataType.float32) return false;
    // An infinity is meant as one, and stays one.
    return float32Values(weight).some((value) => Math.abs(value) >= OVERFLOW && Number.isFinite(value));
  }

  #addInFloat32(node: Node): void {
    for (const name of graphsOf(node).flatMap(namesReadIn)) {
      if (this.#types.has(name)) this.#inFloat32(name);
    }
    this.#add({ ...node, inputs: node.inputs.map((name) => this.#inFloat32(name)) });
  }

  #addInHalf(node: Node): void {
    const inputs = node.inputs.map((name, i) => {
      if (isAlwaysFloat32(node, i)) return this.#inFloat32(name);
      return node.opType === 'Shape' ? this.#inEither(name) : this.#inHalf(name);
    });
    const outputs = node.outputs.map((name) => this.#halfName(name));
    const castsToFloats =
      node.opType === 'Cast' && this.#types.get(node.outputs[0] ?? '') === DataType.float32;
    const attributes = castsToFloats ? [attribute('to', BigInt(DataType.float16))] : node.attributes;
    this.#add({ ...node, inputs, outputs, attributes });
  }

  #add(node: Node): void {
    this.#nodes.push(node);
    for (const name of node.outputs) this.#made.add(name);
  }

  /** The name of the tensor in float16; its own where it holds no float32. */
  #halfName(name: string): string {
    if (this.#types.get(name) !== DataType.float32) return name;
    const known = this.#halfNames.get(name) ?? this.#fresh(`${name}_half`);
    this.#halfNames.set(name, known);
    return known;
  }

  #inHalf(name: string): string {
    const half = this.#halfName(name);
    const weight = this.#weights.get(name);
    if (this.#made.has(half)) return half;
    if (half === name) return this.#inFloat32(name);
    if (weight) {
      const bytes = new Uint8Array(toFloat16(float32Values(weight)).buffer);
      this.#initializers.push({ ...weight, name: half, dataType: DataType.float16, bytes });
      this.#made.add(half);
    } else this.#add(newNode('Cast', [name], half, { to: BigInt(DataType.float16) }));
    return half;
  }

  #inFloat32(name: string): string {
    if (name === '' || this.#made.has(name)) return name;
    const weight = this.#weights.get(name);
    if (weight) {
      this.#initializers.push(weight);
      this.#made.add(name);
    } else if (this.#halfNames.has(name)) {
      this.#add(newNode('Cast', [this.#halfName(name)], name, { to: BigInt(DataType.float32) }));
    }
    return name;
  }

  #inEither(name: string): string {
    const half = this.#halfName(name);
    return this.#made.has(half) ? half : this.#inFloat32(name);
  }
}
