import { type AttributeValues, node as newNode } from '../build.ts';
import type { Node } from '../model.ts';
import type { Scene } from './rule.ts';

/** The nodes that stand in for one: each gets a new name for its output, and the last one that of the node itself. */
export class Steps {
  readonly #replaced: Node;
  readonly #scene: Scene;
  readonly #nodes: Node[] = [];

  constructor(replaced: Node, scene: Scene) {
    this.#replaced = replaced;
    this.#scene = scene;
  }

  /** Adds a node of ONNX's own operators and gives the name of its output. */
  add(opType: string, inputs: readonly string[], attributes: AttributeValues = {}): string {
    const output = this.#scene.fresh(`${this.#replaced.outputs[0]}_${opType}`);
    this.#nodes.push(newNode(opType, inputs, output, attributes));
    return output;
  }

  done(): readonly Node[] {
    const last = this.#nodes.pop();
    return last ? [...this.#nodes, { ...last, outputs: this.#replaced.outputs }] : [];
  }
}
