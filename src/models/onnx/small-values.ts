import { intOf, intsOf } from './attributes.ts';
import { DataType } from './data-type.ts';
import type { Node } from './model.ts';

/** A scalar or a short list whose numbers are known: the sides of tensors, and what models compute from them. */
export type Known = {
  readonly dataType: number;
  /** None, or one. */
  readonly dims: readonly number[];
  readonly values: readonly number[];
};

/** Longer lists are no lists of sides. */
const MAX_LENGTH = 16;

type Rule = (node: Node, inputs: readonly Known[]) => Known | null;

/**
 * What a node gives whose inputs are known, as far as the arithmetic of sides goes; null for all else.
 * @param inputs as many as the node has
 */
export function smallValue(node: Node, inputs: readonly Known[]): Known | null {
  const known = RULES[node.opType]?.(node, inputs) ?? null;
  return known && known.values.length <= MAX_LENGTH && known.values.every(Number.isFinite) ? known : null;
}

/** The sides of a tensor as the Shape operator gives them. */
export function shapeValue(node: Node, dims: readonly number[]): Known {
  const values = dims.slice(intOf(node, 'start', 0), intOf(node, 'end', dims.length));
  return { dataType: DataType.int64, dims: [values.length], values };
}

const RULES: Readonly<Record<string, Rule>> = {
  Identity: (_, [value]) => value ?? null,
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Div: arithmetic((a, b) => a / b),
  Floor: perValue(Math.floor),
  Ceil: perValue(Math.ceil),
  Cast: (node, [value]) => (value ? converted(value, intOf(node, 'to', 0)) : null),
  Concat: (_, parts) => {
    if (parts.some(({ dims }) => dims.length !== 1)) return null;
    return list(
      parts[0] as Known,
      parts.flatMap(({ values }) => values),
    );
  },
  Unsqueeze: (_, [value]) => (value && value.dims.length === 0 ? list(value, value.values) : null),
  Squeeze: (_, [value]) => (value?.values.length === 1 ? { ...value, dims: [] } : null),
  Gather: (_, [data, indices]) => {
    if (data?.dims.length !== 1 || !indices) return null;
    const values = indices.values.map((index) => data.values.at(index));
    return values.includes(undefined) ? null : { ...data, dims: indices.dims, values: values as number[] };
  },
  Slice: (node, [data, starts, ends, , steps]) => {
    const start = starts?.values[0] ?? intsOf(node, 'starts')?.[0];
    const end = ends?.values[0] ?? intsOf(node, 'ends')?.[0];
    if (data?.dims.length !== 1 || start === undefined || end === undefined) return null;
    return (steps?.values[0] ?? 1) === 1 ? list(data, data.values.slice(start, end)) : null;
  },
};

function list(like: Known, values: readonly number[]): Known {
  return { dataType: like.dataType, dims: [values.length], values };
}

function perValue(operation: (value: number) => number): Rule {
  return (_, [value]) => {
    return value ? converted({ ...value, values: value.values.map(operation) }, value.dataType) : null;
  };
}

function arithmetic(operation: (a: number, b: number) => number): Rule {
  return (_, [a, b]) => {
    if (!a || !b) return null;
    const length = Math.max(a.values.length, b.values.length);
    const at = ({ values }: Known, i: number) => (values.length === 1 ? values[0] : values[i]) ?? Number.NaN;
    const values = Array.from({ length }, (_, i) => operation(at(a, i), at(b, i)));
    const dims = a.dims.length + b.dims.length === 0 ? [] : [length];
    return converted({ dataType: a.dataType, dims, values }, a.dataType);
  };
}

/** As numbers of that type: floats rounded to 32 bits, integers cut towards zero. */
function converted(value: Known, dataType: number): Known | null {
  if (dataType === DataType.float32) return { ...value, dataType, values: value.values.map(Math.fround) };
  const whole = dataType === DataType.int64 || dataType === DataType.int32;
  return whole ? { ...value, dataType, values: value.values.map(Math.trunc) } : null;
}
