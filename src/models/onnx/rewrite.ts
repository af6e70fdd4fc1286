import { inferDimensions } from './dimensions.ts';
import type { OnnxModel } from './model.ts';
import { opsetOf } from './names.ts';
import { operatorsOnCpu } from './operators.ts';
import { celu, selu, softsign } from './rewrites/activations.ts';
import { antialiasedResize } from './rewrites/antialiased-resize.ts';
import { applyRules, type Tally, wordsOf } from './rewrites/apply-rules.ts';
import { constantsToInitializers } from './rewrites/constants-to-initializers.ts';
import { deadNodes } from './rewrites/dead-nodes.ts';
import { fixDimensions } from './rewrites/fix-dimensions.ts';
import { foldSides } from './rewrites/fold-sides.ts';
import { groupNormalization } from './rewrites/group-normalization.ts';
import { lowerOpset } from './rewrites/lower-opset.ts';
import { mod } from './rewrites/mod.ts';
import { overridableInputs } from './rewrites/overridable-inputs.ts';
import { raiseOpset } from './rewrites/raise-opset.ts';
import { round } from './rewrites/round.ts';
import { sign } from './rewrites/sign.ts';
import { spaceToDepth } from './rewrites/space-to-depth.ts';
import { mean, sum } from './rewrites/sum.ts';

export type RewriteOptions = {
  /** The sides of the model's one input, such as `[1, 3, 288, 288]`; left out, they stay as the file has them. */
  readonly inputDims?: readonly number[];
};

export type Rewritten = {
  readonly model: OnnxModel;
  /** What was replaced, for people: `Selu → Elu, Mul (2×)`. Empty where only constants, sides and dead nodes changed. */
  readonly changes: readonly string[];
  /** Operators that the WebGPU provider leaves to the processor, each once, in the order of the graph. */
  readonly leftOnCpu: readonly string[];
};

const RULES = [
  antialiasedResize,
  celu,
  groupNormalization,
  mean,
  mod,
  round,
  selu,
  sign,
  softsign,
  spaceToDepth,
  sum,
];

/**
 * The model in operators that the WebGPU provider of onnxruntime-web 1.30 runs, with the same results. Its weights are
 * constants, its input has the given sides, what no output needs is gone. The model given is not changed; the weights are
 * shared with it. Graphs inside nodes (If, Loop) stay as they are.
 * @throws TesseraError `model-unsuitable` where `inputDims` is given and the model has another number of inputs than one,
 * or has fixed a side to another length
 */
export function rewriteGraph(model: OnnxModel, { inputDims }: RewriteOptions): Rewritten {
  const tally: Tally = new Map();
  const constant = overridableInputs({ ...model, graph: constantsToInitializers(model.graph) });
  const fixed = inputDims ? fixDimensions(constant.graph, inputDims) : constant.graph;
  const folded = foldSides(fixed, inferDimensions(fixed));
  const raised = raiseOpset({ ...constant, graph: folded }, tally);
  const { dims } = inferDimensions(raised.graph);
  const replaced = applyRules(raised.graph, opsetOf(raised), dims, RULES, tally);
  const lowered = lowerOpset({ ...raised, graph: replaced }, inferDimensions(replaced).dims, tally);
  const graph = deadNodes(lowered.graph);
  return {
    model: { ...lowered, graph },
    changes: wordsOf(tally),
    leftOnCpu: operatorsOnCpu(graph, opsetOf(lowered), inputDims !== undefined),
  };
}
