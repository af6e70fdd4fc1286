import { elementCount } from '../data-type.ts';
import type { Graph } from '../model.ts';

/** Multiply-accumulates of all convolutions whose sides are known. */
export function convolutionMacs(graph: Graph, dims: ReadonlyMap<string, readonly number[]>): number {
  let macs = 0;
  for (const { opType, inputs, outputs } of graph.nodes) {
    if (opType !== 'Conv' && opType !== 'ConvTranspose') continue;
    // Each weight meets each pixel: of what is made, or, transposed, of what is read.
    const picture = dims.get((opType === 'Conv' ? outputs[0] : inputs[0]) ?? '');
    const weight = dims.get(inputs[1] ?? '');
    if (picture && weight) macs += elementCount(weight) * elementCount(picture.slice(2));
  }
  return macs;
}
