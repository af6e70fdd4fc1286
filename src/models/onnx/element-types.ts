import { intOf, tensorOf } from './attributes.ts';
import { DataType } from './data-type.ts';
import type { Graph, Node } from './model.ts';
import { isOnnx } from './names.ts';

/** Tensors whose type is not that of their node's first input: by operator, for all outputs or one after the other. */
type Rule = (
  node: Node,
  typeOfInput: (index: number) => number | undefined,
) => readonly (number | undefined)[];

const always =
  (...types: readonly number[]): Rule =>
  () =>
    types;
const ofInput =
  (index: number): Rule =>
  (_, typeOfInput) => [typeOfInput(index)];
const first = (...others: readonly number[]): Rule => {
  return (_, typeOfInput) => [typeOfInput(0), ...others];
};
const unknown: Rule = () => [];
const generated: Rule = (node) => [intOf(node, 'dtype', DataType.float32)];

const BOOL = always(DataType.bool);
const INT64 = always(DataType.int64);

const RULES: Readonly<Record<string, Rule>> = {
  Cast: (node) => [intOf(node, 'to', 0) || undefined],
  CastLike: ofInput(1),
  Where: ofInput(1),
  OneHot: ofInput(2),
  DequantizeLinear: ofInput(1),
  QuantizeLinear: (_, typeOfInput) => [typeOfInput(2) ?? DataType.uint8],
  DynamicQuantizeLinear: always(DataType.uint8, DataType.float32, DataType.uint8),
  Shape: INT64,
  Size: INT64,
  NonZero: INT64,
  ArgMax: INT64,
  ArgMin: INT64,
  Equal: BOOL,
  Greater: BOOL,
  GreaterOrEqual: BOOL,
  Less: BOOL,
  LessOrEqual: BOOL,
  And: BOOL,
  Or: BOOL,
  Xor: BOOL,
  Not: BOOL,
  IsNaN: BOOL,
  IsInf: BOOL,
  TopK: first(DataType.int64),
  MaxPool: first(DataType.int64),
  Dropout: first(DataType.bool),
  Constant: (node) => [tensorOf(node, 'value')?.dataType],
  ConstantOfShape: (node) => [tensorOf(node, 'value')?.dataType ?? DataType.float32],
  EyeLike: generated,
  RandomNormal: generated,
  RandomUniform: generated,
  If: unknown,
  Loop: unknown,
  Scan: unknown,
};

/**
 * The element type of every tensor of the graph that can be told: what the file declares, and what follows from the
 * operators.
 */
export function elementTypes(graph: Graph): ReadonlyMap<string, number> {
  const types = new Map<string, number>();
  for (const { name, elemType } of [...graph.valueInfos, ...graph.outputs, ...graph.inputs]) {
    if (elemType) types.set(name, elemType);
  }
  for (const { name, dataType } of graph.initializers) types.set(name, dataType);
  for (const node of graph.nodes) {
    if (!isOnnx(node)) continue;
    const typeOfInput = (index: number) => types.get(node.inputs[index] ?? '');
    const known = RULES[node.opType]?.(node, typeOfInput) ?? node.outputs.map(() => typeOfInput(0));
    node.outputs.forEach((name, i) => {
      const type = known[i];
      if (name && type !== undefined) types.set(name, type);
    });
  }
  return types;
}
