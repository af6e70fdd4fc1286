import type { ModelDescriptor } from '../models/descriptor.ts';
import type { OnnxModel } from '../models/onnx/model.ts';
import { pictureNetworkCost } from '../models/onnx/network-cost.ts';
import { quickForm } from '../models/onnx/quick-form.ts';
import type { TileCost } from '../tiling/first-tile.ts';
import type { LoadOptions } from './engine.ts';
import { readPictureModel } from './picture-model.ts';

/** A model in the form that is run. */
export type QuickModel = {
  readonly graph: OnnxModel;
  /** False where the file itself is as quick. */
  readonly isChanged: boolean;
  /** Of this form, which may take far fewer multiplications than the file. */
  readonly cost: TileCost;
};

/**
 * Reads a model's file, for either backend, and gives its quickest form.
 *
 * @throws TesseraError `model-corrupt` or `model-unsuitable`.
 */
export function quickModel(bytes: Uint8Array, model: ModelDescriptor, how: LoadOptions): QuickModel {
  const file = readPictureModel(bytes, model);
  const { model: graph } = quickForm(file, how);
  if (graph === file) return { graph, isChanged: false, cost: model };
  const cost = pictureNetworkCost(graph, model.sizeRule);
  // Where the sides of some tensors cannot be told, the figures are lower bounds, and the file's are the safer ones.
  return { graph, isChanged: true, cost: cost.isComplete ? { ...cost, scale: model.scale } : model };
}
