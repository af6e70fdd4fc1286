import { floatOf, floatsOf, graphsOf, has, intOf, intsOf, textOf, without } from '../attributes.ts';
import { attribute, node as newNode } from '../build.ts';
import { DataType } from '../data-type.ts';
import type { Node, OnnxModel } from '../model.ts';
import { isOnnx, opsetOf } from '../names.ts';
import { hasGpuKernel } from '../operators.ts';
import { numbersOf } from '../tensor-values.ts';
import { applyRules, count, type Tally } from './apply-rules.ts';
import { floatTypeOf } from './float-type.ts';
import type { Rule, Scene } from './rule.ts';
import { SLICE_WITH_STEPS } from './space-to-depth.ts';
import { withOpset } from './with-opset.ts';

/** Opset 11 has Resize instead of Upsample, and kernels on the GPU for Clip and DepthToSpace. */
const TARGET = 11;
const OLDEST = 7;

/** Operators that mean the same from opset 7 to 11. */
const UNCHANGED: ReadonlySet<string> = new Set(
  `Abs Add And ArgMax ArgMin AveragePool Cast Ceil Concat Constant ConstantOfShape Conv ConvTranspose DepthToSpace Div Dropout Elu
   Equal Erf Exp Expand Flatten Floor Gather Gemm GlobalAveragePool GlobalMaxPool Greater HardSigmoid Identity
   InstanceNormalization LRN LeakyRelu Less Log LogSoftmax MatMul Max MaxPool Mean Min Mul Neg Not Or PRelu Pow Reciprocal
   ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu
   Reshape Selu Shape Sigmoid Sign Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh Tile Transpose
   Unsqueeze Where Xor`.split(/\s+/),
);

/**
 * A model of opset 7 to 10 in the words of opset 11, where that brings an operator to the GPU, or lets a later rule do so; else
 * the model itself.
 */
export function raiseOpset(model: OnnxModel, tally: Tally): OnnxModel {
  const opset = opsetOf(model);
  const helps = (node: Node) =>
    hasGpuKernel(node.opType, opset) === false &&
    (node.opType === 'Upsample' ||
      (node.opType === 'SpaceToDepth' && opset < SLICE_WITH_STEPS) ||
      hasGpuKernel(node.opType, TARGET) === true);
  const raised = model.graph.nodes.some((node) => isOnnx(node) && helps(node)) ? inOpset11(model) : model;
  if (raised === null || raised === model) return model;
  count(tally, `opset ${opset} → opset ${TARGET}`);
  return raised;
}

/**
 * A model of opset 7 to 10 in the words of opset 11, a newer one as it is; null where an operator of it cannot be said so,
 * or where it is older.
 */
export function inOpset11(model: OnnxModel): OnnxModel | null {
  const opset = opsetOf(model);
  if (opset >= TARGET) return model;
  if (opset < OLDEST) return null;
  const raised = applyRules(model.graph, opset, new Map(), RULES, new Map());
  const done = new Set(raised.nodes);
  const isStuck = model.graph.nodes.some((node) => {
    const old = done.has(node) && !UNCHANGED.has(node.opType);
    return graphsOf(node).length > 0 || (isOnnx(node) && old);
  });
  return isStuck ? null : withOpset({ ...model, graph: raised }, TARGET);
}

/** An attribute of old that is an input now. */
function listInput(scene: Scene, values: readonly number[]): string {
  return scene.constant(DataType.int64, [values.length], values);
}

const clip: Rule = {
  opType: 'Clip',
  replace(node, scene) {
    const type = floatTypeOf(scene, node.inputs[0]);
    if (type === null) return null;
    const bound = (name: string) =>
      has(node, name) ? scene.constant(type, [], [floatOf(node, name, 0)]) : '';
    return [{ ...node, inputs: [node.inputs[0] as string, bound('min'), bound('max')], attributes: [] }];
  },
};

const pad: Rule = {
  opType: 'Pad',
  replace(node, scene) {
    const pads = intsOf(node, 'pads');
    const type = floatTypeOf(scene, node.inputs[0]);
    if (!pads || type === null) return null;
    const value = scene.constant(type, [], [floatOf(node, 'value', 0)]);
    const inputs = [node.inputs[0] as string, listInput(scene, pads), value];
    return [{ ...node, inputs, attributes: without(node, 'pads', 'value') }];
  },
};

const slice: Rule = {
  opType: 'Slice',
  replace(node, scene) {
    // Since opset 10 as it is today: rewritten to itself, so that it counts as done.
    if (node.inputs.length > 1) return [{ ...node }];
    const [starts, ends] = [intsOf(node, 'starts'), intsOf(node, 'ends')];
    if (!starts || !ends) return null;
    const axes = intsOf(node, 'axes') ?? starts.map((_, i) => i);
    const inputs = [node.inputs[0] as string, ...[starts, ends, axes].map((list) => listInput(scene, list))];
    return [{ ...node, inputs, attributes: [] }];
  },
};

const batchNormalization: Rule = {
  opType: 'BatchNormalization',
  replace: (node) => {
    // Statistics for each value of a channel went with opset 9; outputs for training mean nothing here.
    if (intOf(node, 'spatial', 1) === 0) return null;
    return [{ ...node, attributes: without(node, 'spatial') }];
  },
};

const upsample: Rule = {
  opType: 'Upsample',
  replace(node, scene) {
    const attributeScales = floatsOf(node, 'scales');
    const scales = attributeScales
      ? scene.constant(DataType.float32, [attributeScales.length], attributeScales)
      : node.inputs[1];
    return scales ? [resize(node, scene, scales)] : null;
  },
};

const resizeOfOpset10: Rule = {
  opType: 'Resize',
  replace(node, scene) {
    const scales = node.inputs[1] as string;
    const known = scene.constantOf(scales);
    const enlarges = known && numbersOf(known)?.every((scale) => scale >= 1);
    // Smaller, the nearest pixel was the one above, not below.
    if (textOf(node, 'mode', 'nearest') === 'nearest' && !enlarges) return null;
    return [resize(node, scene, scales)];
  },
};

/** Until opset 10 a pixel's position was its index divided by the scale. */
function resize(node: Node, scene: Scene, scales: string): Node {
  const region = scene.constant(DataType.float32, [0], []);
  return {
    ...newNode('Resize', [node.inputs[0] as string, region, scales], node.outputs[0] as string),
    attributes: [
      ...without(node, 'scales'),
      attribute('coordinate_transformation_mode', 'asymmetric'),
      attribute('nearest_mode', 'floor'),
    ],
  };
}

const RULES: readonly Rule[] = [clip, pad, slice, batchNormalization, upsample, resizeOfOpset10];
