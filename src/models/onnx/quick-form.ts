import type { OnnxModel } from './model.ts';
import { type Tally, wordsOf } from './rewrites/apply-rules.ts';
import { collapseLinear } from './rewrites/collapse-linear.ts';
import { constantsToInitializers } from './rewrites/constants-to-initializers.ts';
import { deadNodes } from './rewrites/dead-nodes.ts';
import { foldNearest } from './rewrites/fold-nearest.ts';
import { overridableInputs } from './rewrites/overridable-inputs.ts';

export type QuickFormOptions = {
  /**
   * Nothing is kept of the result that is nearer to its border than the network reaches: a tile with its context, the edges
   * of the picture mirrored. Only then are linear layers multiplied out.
   */
  readonly edgesAreCut: boolean;
};

export type QuickForm = {
  /** The model given itself, where nothing is gained. */
  readonly model: OnnxModel;
  /** What was changed, for people. */
  readonly changes: readonly string[];
};

/**
 * The same function of fewer multiplications, for any backend; done once, when a model is opened, before everything that
 * depends on the size of tiles or on a backend. The model given is not changed; weights are shared with it.
 */
export function quickForm(model: OnnxModel, { edgesAreCut }: QuickFormOptions): QuickForm {
  const tally: Tally = new Map();
  const plain = overridableInputs({ ...model, graph: constantsToInitializers(model.graph) });
  const collapsed = edgesAreCut ? collapseLinear(plain.graph) : null;
  const graph = foldNearest(collapsed?.graph ?? plain.graph, tally);
  const changes = wordsOf(tally);
  if (collapsed) {
    const percent = Math.round(100 * collapsed.saved);
    changes.unshift(`linear layers multiplied out: ${percent} % fewer multiplications`);
  }
  if (changes.length === 0) return { model, changes };
  return { model: { ...plain, graph: deadNodes(graph) }, changes };
}
