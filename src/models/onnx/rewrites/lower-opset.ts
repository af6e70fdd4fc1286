import { graphsOf, has, textOf, without } from '../attributes.ts';
import { attribute } from '../build.ts';
import { elementTypes } from '../element-types.ts';
import type { Node, OnnxModel } from '../model.ts';
import { isOnnx, opsetOf } from '../names.ts';
import { hasGpuKernel } from '../operators.ts';
import { count, type Tally } from './apply-rules.ts';
import { withOpset } from './with-opset.ts';

/** 19 is the last with a GridSample on the GPU; 21 the last before the kernels for opset 22 that the GPU lacks. */
const TARGETS = [19, 21] as const;
/** What opsets after this one changed is not known here. */
const NEWEST = 24;

/** The first opset from 20 on in which an operator exists, or means something else than before. */
const SINCE: Readonly<Record<string, number>> = {
  AffineGrid: 20,
  DFT: 20,
  Gelu: 20,
  ImageDecoder: 20,
  RegexFullMatch: 20,
  StringConcat: 20,
  StringSplit: 20,
  DequantizeLinear: 21,
  GroupNormalization: 21,
  QuantizeLinear: 21,
  Attention: 23,
  RMSNormalization: 23,
  RotaryEmbedding: 23,
  Swish: 24,
  TensorScatter: 24,
};

const BFLOAT16 = 16;
/** GridSample of opset 20 works on volumes too, and calls its modes by other names. */
const OLD_MODES: Readonly<Record<string, string>> = { linear: 'bilinear', cubic: 'bicubic' };

/**
 * A model of opset 20 to 24 read as one of opset 21 or 19, where that brings an operator to the GPU and every operator
 * means the same there; else the model itself. (Most changes since then only added element types.)
 */
export function lowerOpset(
  model: OnnxModel,
  dims: ReadonlyMap<string, readonly number[]>,
  tally: Tally,
): OnnxModel {
  const opset = opsetOf(model);
  const { nodes } = model.graph;
  if (opset > NEWEST) return model;
  const types = new Set(elementTypes(model.graph).values());
  const target = TARGETS.find((lower) => {
    const helps = (node: Node) =>
      isOnnx(node) && hasGpuKernel(node.opType, opset) === false && hasGpuKernel(node.opType, lower) === true;
    const sayable = (node: Node) => isSayable(node, lower, dims);
    return lower < opset && !types.has(BFLOAT16) && nodes.some(helps) && nodes.every(sayable);
  });
  if (target === undefined) return model;
  count(tally, `opset ${opset} → opset ${target}`);
  const graph = target < 20 ? { ...model.graph, nodes: nodes.map(withOldMode) } : model.graph;
  return withOpset({ ...model, graph }, target);
}

function isSayable(node: Node, opset: number, dims: ReadonlyMap<string, readonly number[]>): boolean {
  if (graphsOf(node).length > 0 || has(node, 'round_mode')) return false;
  if (!isOnnx(node)) return true;
  if (node.opType === 'GridSample' && opset < 20) return dims.get(node.inputs[0] as string)?.length === 4;
  return (SINCE[node.opType] ?? 0) <= opset;
}

function withOldMode(node: Node): Node {
  if (node.opType !== 'GridSample' || !isOnnx(node)) return node;
  const mode = textOf(node, 'mode', 'linear');
  return { ...node, attributes: [...without(node, 'mode'), attribute('mode', OLD_MODES[mode] ?? mode)] };
}
