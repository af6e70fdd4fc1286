import { type AttributeValues, node as newNode, tensor } from '../build.ts';
import { DataType } from '../data-type.ts';
import type { Node, TensorData } from '../model.ts';
import { weightOf } from './conv-kernel.ts';
import { type Kernel, stacked } from './kernel.ts';
import type { Size } from './size.ts';
import type { Value } from './value.ts';

/** Nodes and constants that make a tensor. */
export type Written = { readonly nodes: readonly Node[]; readonly initializers: readonly TensorData[] };

/**
 * A linear tensor of that name, made of what it is linear in: one convolution for each size of kernel, their sum with those
 * tensors that are in it as they are, and a DepthToSpace where it is larger.
 * @param fresh a name for a new tensor
 */
export function writeSum(
  name: string,
  value: Value,
  { terms }: Size,
  fresh: (hint: string) => string,
): Written {
  const nodes: Node[] = [];
  const initializers: TensorData[] = [];
  const add = (opType: string, inputs: readonly string[], attributes: AttributeValues = {}): string => {
    const output = fresh(`${name}_${opType}`);
    nodes.push(newNode(opType, inputs, output, attributes));
    return output;
  };
  const constant = (hint: string, data: TensorData): string => {
    const own = fresh(`${name}_${hint}`);
    initializers.push({ ...data, name: own });
    return own;
  };

  const groups = new Map<string, [string, Kernel][]>();
  for (const [from, kernel] of value.terms) {
    if (terms.get(from)?.isItself) continue;
    const size = `${kernel.rows}x${kernel.columns}`;
    groups.set(size, [...(groups.get(size) ?? []), [from, kernel]]);
  }
  let bias: Float64Array | null = value.bias;
  const parts = [...groups.values()].map((group) => {
    const from = group.map(([one]) => one);
    const kernel = stacked(group.map(([, one]) => one));
    const input = from.length > 1 ? add('Concat', from, { axis: 1n }) : (from[0] as string);
    const inputs = [input, constant('weight', weightOf(kernel))];
    if (bias) inputs.push(constant('bias', tensor('', DataType.float32, [bias.length], bias)));
    // Once is enough.
    bias = null;
    return add('Conv', inputs, { pads: padsOf(kernel) });
  });
  const whole = [...terms].filter(([, { isItself }]) => isItself).map(([from]) => from);
  let result = [...parts, ...whole].reduce((total, part) => add('Add', [total, part]));
  if (bias?.some((one) => one !== 0)) {
    result = add('Add', [
      result,
      constant('bias', tensor('', DataType.float32, [1, bias.length, 1, 1], bias)),
    ]);
  }
  if (value.factor > 1) result = add('DepthToSpace', [result], { blocksize: BigInt(value.factor) });
  const last = nodes.at(-1);
  const named = last ? { ...last, outputs: [name] } : newNode('Identity', [result], name);
  return { nodes: [...nodes.slice(0, -1), named], initializers };
}

function padsOf({ rows, columns }: Kernel): readonly bigint[] {
  const [y, x] = [BigInt((rows - 1) / 2), BigInt((columns - 1) / 2)];
  return [y, x, y, x];
}
