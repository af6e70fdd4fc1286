import type { LayerScope } from '../layer-scope.ts';
import { quantized } from '../read-bin.ts';
import { activated } from './activations.ts';
import { bare, type LayerRule, MAX_CHANNELS, MAX_WEIGHTS, tagged } from './rule.ts';

/** Weights lie as [outputs][inputs]. */
export const innerProduct: LayerRule = {
  weights: (params) => [
    tagged('weight', params.int(2, { absent: 0, from: 1, to: MAX_WEIGHTS })),
    ...(params.flag(1) ? [bare('bias', outputsOf({ params }))] : []),
  ],
  convert: (scope) => {
    if (scope.params.int(8, { absent: 0, from: -(2 ** 31), to: 2 ** 31 - 1 }) !== 0)
      throw quantized(scope.layer);
    return scope.input.sides.length === 2 ? ofRows(scope) : ofAll(scope);
  },
};

function outputsOf({ params }: Pick<LayerScope, 'params'>): number {
  return params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS });
}

/** All values of a vector or a small picture at once: a convolution whose window is all of it. */
function ofAll(scope: LayerScope) {
  const { input } = scope;
  const outputs = outputsOf(scope);
  const sides = input.sides.map((axis) => scope.fixedLength(axis, 'a number of values'));
  const [channels = 1, height = 1, width = 1] = sides;
  const inputs = channels * height * width;
  if (inputs * outputs * 4 !== scope.values('weight').byteLength)
    throw scope.corrupt(
      `has ${scope.values('weight').length} weights for ${inputs} inputs and ${outputs} outputs`,
    );
  const weight = scope.weight('weight', [outputs, channels, height, width]);
  const bias = scope.params.flag(1) ? [scope.weight('bias', [outputs])] : [];
  const tensor = activated(scope, scope.node('Conv', [input.tensor, weight, ...bias]));
  return { tensor, sides: [scope.axis(outputs)] };
}

/** Each row by itself, as transformers have it. */
function ofRows(scope: LayerScope) {
  const [rows, columns] = scope.input.sides;
  if (rows === undefined || columns === undefined) throw scope.corrupt('has no rows or columns');
  const outputs = outputsOf(scope);
  const inputs = scope.fixedLength(columns, 'a width');
  const values = scope.values('weight');
  if (values.length !== inputs * outputs)
    throw scope.corrupt(`has ${values.length} weights for ${inputs} inputs and ${outputs} outputs`);
  const turned = Float32Array.from(
    values,
    (_, i) => values[(i % outputs) * inputs + Math.floor(i / outputs)] as number,
  );
  const product = scope.node('MatMul', [
    scope.input.tensor,
    scope.computed('weight', [inputs, outputs], turned),
  ]);
  const result = scope.params.flag(1)
    ? scope.node('Add', [product, scope.weight('bias', [outputs])])
    : product;
  return { tensor: activated(scope, result), sides: [rows, scope.axis(outputs)] };
}
