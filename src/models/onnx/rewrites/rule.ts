import type { Node, TensorData } from '../model.ts';

/** How one operator is replaced. */
export type Rule = {
  readonly opType: string;
  /**
   * Nodes that do the same, of which the last gives the node's own output; null where there are none for this one.
   * No rule is applied to them again.
   */
  readonly replace: (node: Node, scene: Scene) => readonly Node[] | null;
};

/** What a rule may know of the graph and add to it. */
export type Scene = {
  readonly opset: number;
  /** A number of `DataType`. */
  readonly typeOf: (tensor: string) => number | null;
  /** All sides, where they are known. */
  readonly dimsOf: (tensor: string) => readonly number[] | null;
  readonly constantOf: (tensor: string) => TensorData | null;
  /** A name for a new tensor. */
  readonly fresh: (hint: string) => string;
  /** Adds a constant of a type that `tensor` takes, and gives its name. */
  readonly constant: (dataType: number, dims: readonly number[], values: ArrayLike<number>) => string;
};
