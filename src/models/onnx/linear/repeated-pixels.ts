import { floatsOf, textOf } from '../attributes.ts';
import type { Node, TensorData } from '../model.ts';
import { isOnnx } from '../names.ts';
import { numbersOf } from '../tensor-values.ts';

/** Rules of Resize by which, at a whole factor, every pixel is repeated: where a pixel is, and to which it is rounded. */
const REPEATING: Readonly<Record<string, string>> = {
  asymmetric: 'floor',
  tf_half_pixel_for_nn: 'floor',
  half_pixel: 'round_prefer_floor round_prefer_ceil',
  pytorch_half_pixel: 'round_prefer_floor round_prefer_ceil',
  half_pixel_symmetric: 'round_prefer_floor round_prefer_ceil',
};

/**
 * How many times as wide and as high a node makes a picture by repeating its pixels; 1 where it does something else, or it
 * cannot be told.
 */
export function repetition(node: Node, constantOf: (name: string) => TensorData | undefined): number {
  if (!isOnnx(node) || !repeats(node)) return 1;
  const scales = constantOf(node.inputs[hasScalesSecond(node) ? 1 : 2] ?? '');
  const values = scales ? numbersOf(scales) : floatsOf(node, 'scales');
  if (values?.length !== 4) return 1;
  const [batch, channels, factor = 1, across] = values;
  const isWhole = batch === 1 && channels === 1 && factor === across && Number.isInteger(factor);
  return isWhole && factor > 1 ? factor : 1;
}

/** Upsample, and Resize until opset 10: a pixel's position was its index divided by the scale. */
function hasScalesSecond({ opType, inputs }: Node): boolean {
  return opType === 'Upsample' || inputs.length === 2;
}

function repeats(node: Node): boolean {
  if (node.opType !== 'Upsample' && node.opType !== 'Resize') return false;
  if (textOf(node, 'mode', 'nearest') !== 'nearest') return false;
  if (hasScalesSecond(node)) return true;
  const positions = textOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = textOf(node, 'nearest_mode', 'round_prefer_floor');
  return REPEATING[positions]?.split(' ').includes(rounding) ?? false;
}
