import type { Size, SourcePx } from '../base/geometry.ts';
import { allowedSize, type SizeRule } from '../base/size-rule.ts';
import { toHalf } from '../models/onnx/half.ts';
import type { OnnxModel } from '../models/onnx/model.ts';
import { rewriteGraph } from '../models/onnx/rewrite.ts';
import { writeOnnx } from '../models/onnx/write.ts';

export type Precision = 'float32' | 'float16';

/** Any size at which what a graph needs can be told. */
const NOMINAL_SIDE_PX = 64;

/** The network as WebGPU runs it best: for tiles of exactly that size, in that precision. */
export function networkFor(
  graph: OnnxModel,
  { width, height }: Size<SourcePx>,
  precision: Precision,
): Uint8Array<ArrayBuffer> {
  const { model } = rewriteGraph(graph, { inputDims: [1, 3, height, width] });
  return writeOnnx(precision === 'float16' ? toHalf(model).model : model);
}

/** The operators that WebGPU leaves to the processor whatever is done about them, each once. */
export function leftToProcessor(graph: OnnxModel, sizeRule: SizeRule): readonly string[] {
  const { width, height } = allowedSize({ width: NOMINAL_SIDE_PX, height: NOMINAL_SIDE_PX }, sizeRule);
  return rewriteGraph(graph, { inputDims: [1, 3, height, width] }).leftOnCpu;
}
