import { floatOf, intOf, intsOf, textOf } from '../attributes.ts';
import type { Node } from '../model.ts';
import { numbersOf } from '../tensor-values.ts';
import { floatTypeOf } from './float-type.ts';
import { resamplingWeights } from './resampling-weights.ts';
import type { Rule, Scene } from './rule.ts';
import { Steps } from './steps.ts';

/**
 * Antialiased resampling of height and width is a product with one matrix of weights for each: [H', H] · x · [W, W'].
 * Needs all sides of x.
 */
export const antialiasedResize: Rule = {
  opType: 'Resize',
  replace(node, scene) {
    const [x] = node.inputs as [string];
    const type = floatTypeOf(scene, x);
    const dims = scene.dimsOf(x);
    if (intOf(node, 'antialias', 0) === 0 || type === null || dims?.length !== 4) return null;
    const [batch, channels, rows, columns] = dims.map((from, axis) => sideOf(node, scene, axis, from));
    if (!batch || !channels || !rows || !columns) return null;
    if (batch.to !== batch.from || channels.to !== channels.from) return null;
    const [down, across] = [matrixOf(node, rows), matrixOf(node, columns)];
    if (!down || !across) return null;
    const steps = new Steps(node, scene);
    const vertical = scene.constant(type, [rows.to, rows.from], down);
    const horizontal = scene.constant(
      type,
      [columns.from, columns.to],
      transposed(across, columns.to, columns.from),
    );
    steps.add('MatMul', [steps.add('MatMul', [vertical, x]), horizontal]);
    return steps.done();
  },
};

/** Pixels of one side before and after, and the scale that their positions are computed with. */
type Side = { readonly from: number; readonly to: number; readonly scale: number };

function sideOf(node: Node, scene: Scene, axis: number, from: number): Side | null {
  const list = (index: number) => {
    const tensor = scene.constantOf(node.inputs[index] ?? '');
    return tensor ? numbersOf(tensor) : null;
  };
  const axes = intsOf(node, 'axes')?.map((one) => (one < 0 ? one + 4 : one)) ?? [0, 1, 2, 3];
  const [scales, sizes] = [list(2), list(3)];
  const at = axes.indexOf(axis);
  if (at < 0) return { from, to: from, scale: 1 };
  const to = sizes?.[at];
  const scale = scales?.[at];
  if (to !== undefined) return isStretched(node) ? { from, to, scale: to / from } : null;
  return scale ? { from, to: Math.floor(Math.fround(from * scale)), scale } : null;
}

function isStretched(node: Node): boolean {
  return textOf(node, 'keep_aspect_ratio_policy', 'stretch') === 'stretch';
}

function matrixOf(node: Node, { from, to, scale }: Side): Float32Array | null {
  return resamplingWeights({
    from,
    to,
    scale,
    filter: textOf(node, 'mode', 'nearest'),
    positions: textOf(node, 'coordinate_transformation_mode', 'half_pixel'),
    cubicCoefficient: floatOf(node, 'cubic_coeff_a', -0.75),
    excludeOutside: intOf(node, 'exclude_outside', 0) !== 0,
  });
}

/** A [rows, columns] matrix as [columns, rows]. */
function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)] as number);
}
