import { runOnProcessor } from '../../../../e2e/fixtures/run-model.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { PictureNetwork } from '../../picture-network.ts';

/**
 * Lights one source pixel after the other, `lit` of them from the middle of a square on, and looks how far away the answer
 * changes. For networks in which nothing cancels, and a square so large that this does not meet its repeated edge.
 */
export async function measuredReach(
  { onnx, facts: { scale } }: PictureNetwork,
  { side, lit: count }: { readonly side: number; readonly lit: number },
): Promise<number> {
  const middle = Math.floor(side / 2);
  let reach = 0;
  for (let lit = middle; lit < middle + count; lit++) {
    const values = Array.from({ length: 3 * side * side }, (_, i) => {
      const [y, x] = [Math.floor(i / side) % side, i % side];
      return x === lit && y === lit ? 1 : 0;
    });
    const answer = await runOnProcessor(onnx, {
      input: { dataType: DataType.float32, dims: [1, 3, side, side], values },
    });
    const width = answer.dims[3] as number;
    answer.values.forEach((value, i) => {
      const [y, x] = [Math.floor(i / width) % width, i % width].map((place) => Math.floor(place / scale)) as [
        number,
        number,
      ];
      if (value !== 0) reach = Math.max(reach, Math.abs(y - lit), Math.abs(x - lit));
    });
  }
  return reach;
}
