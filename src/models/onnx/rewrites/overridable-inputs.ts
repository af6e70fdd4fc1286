import type { OnnxModel } from '../model.ts';

/** From this version of the format on, an initializer that is no input of the graph is a constant. */
const CONSTANT_INITIALIZERS = 4;

/**
 * Old files list their weights among the graph's inputs, as defaults that a caller may override; nobody does here, and
 * ORT neither folds nor packs what may still change.
 */
export function overridableInputs(model: OnnxModel): OnnxModel {
  const weights = new Set(model.graph.initializers.map(({ name }) => name));
  return {
    ...model,
    irVersion: Math.max(model.irVersion, CONSTANT_INITIALIZERS),
    graph: { ...model.graph, inputs: model.graph.inputs.filter(({ name }) => !weights.has(name)) },
  };
}
