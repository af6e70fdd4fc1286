import { has, intOf, intsOf, textOf, without } from './attributes.ts';
import { attribute, tensor } from './build.ts';
import { DataType } from './data-type.ts';
import type { Node, OnnxModel, TensorData } from './model.ts';
import { isOnnx, nameMaker, opsetOf } from './names.ts';
import { inOpset11 } from './rewrites/raise-opset.ts';
import { withOpset } from './rewrites/with-opset.ts';

/** What opsets after this one changed is not known here. */
const NEWEST = 24;

/** The opsets from 12 on at which an operator began to mean something else, or to take its settings in another way. */
const CHANGES: Readonly<Record<string, readonly number[]>> = {
  Softmax: [13],
  LogSoftmax: [13],
  Hardmax: [13],
  Squeeze: [13],
  Unsqueeze: [13],
  ReduceSum: [13],
  Split: [13, 18],
  ...Object.fromEntries(
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare'
      .split(' ')
      .map((operator) => [operator, [18]]),
  ),
  GridSample: [20],
  GroupNormalization: [21],
};

/** GridSample calls its modes by other names since opset 20. */
const NEW_MODES: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };

/**
 * The model in the words of a newer opset, with the same meaning; null where an operator of it cannot be said so, or
 * where nodes hold graphs.
 */
export function raiseTo(model: OnnxModel, target: number): OnnxModel | null {
  const newer = inOpset11(model);
  if (!newer || opsetOf(newer) > target || (target > NEWEST && opsetOf(newer) !== target)) return null;
  const from = opsetOf(newer);
  const fresh = nameMaker(newer.graph);
  const constants: TensorData[] = [];
  const list = (values: readonly number[]) => {
    const name = fresh('raised_constant');
    constants.push(tensor(name, DataType.int64, [values.length], values));
    return name;
  };
  const nodes = newer.graph.nodes.map((node) => {
    const isChanged = (CHANGES[node.opType] ?? []).some((since) => since > from && since <= target);
    if (node.attributes.some(({ kind }) => kind === 'graph')) return from === target ? node : null;
    return isOnnx(node) && isChanged ? raisedNode(node, target, list) : node;
  });
  if (!nodes.every((node) => node !== null)) return null;
  const graph = { ...newer.graph, nodes, initializers: [...newer.graph.initializers, ...constants] };
  return withOpset({ ...newer, graph }, target);
}

function raisedNode(node: Node, target: number, list: (values: readonly number[]) => string): Node | null {
  switch (node.opType) {
    case 'Split':
      return raisedSplit(node, target, list);
    case 'GridSample': {
      const mode = textOf(node, 'mode', 'bilinear');
      return { ...node, attributes: [...without(node, 'mode'), attribute('mode', NEW_MODES[mode] ?? mode)] };
    }
    case 'GroupNormalization':
      return null;
    case 'Softmax':
    case 'LogSoftmax':
    case 'Hardmax':
      // Over the last axis alone both mean the same; the axis has to be given as one from the end to know that it is.
      return intOf(node, 'axis', 1) === -1 ? node : null;
    default: {
      const axes = intsOf(node, 'axes');
      if (!axes) return node;
      return { ...node, inputs: [node.inputs[0] as string, list(axes)], attributes: without(node, 'axes') };
    }
  }
}

/** Its parts are an input since opset 13; equal parts are counted since opset 18. */
function raisedSplit(node: Node, target: number, list: (values: readonly number[]) => string): Node {
  const parts = intsOf(node, 'split');
  const [data, given] = node.inputs as [string, string?];
  const attributes = without(node, 'split');
  if (parts) return { ...node, inputs: [data, list(parts)], attributes };
  if (given || target < 18 || has(node, 'num_outputs')) return node;
  return { ...node, attributes: [...attributes, attribute('num_outputs', BigInt(node.outputs.length))] };
}
