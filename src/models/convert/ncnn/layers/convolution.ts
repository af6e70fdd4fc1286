import type { LayerParams } from '../layer-params.ts';
import type { LayerScope } from '../layer-scope.ts';
import { quantized } from '../read-bin.ts';
import { activated } from './activations.ts';
import { channelsOf, type Kernel, kernelAttributes, kernelOf, slid } from './kernel.ts';
import { bare, type LayerRule, tagged } from './rule.ts';

/** Weights lie as [outputs][inputs / groups][kernel height][kernel width]. */
const convolution: LayerRule = {
  weights: (params) => kernelWeights(params, 19),
  convert: convertConvolution,
};

/** The same with windows that spread; weights lie in the same order. */
const deconvolution: LayerRule = {
  weights: (params) => kernelWeights(params, 28),
  convert: convertDeconvolution,
};

export const CONVOLUTIONS: Readonly<Record<string, LayerRule>> = {
  Convolution: convolution,
  ConvolutionDepthWise: convolution,
  Deconvolution: deconvolution,
  DeconvolutionDepthWise: deconvolution,
};

/** None where the parameter says that they are another input, which is not converted. */
function kernelWeights(params: LayerParams, areInput: number) {
  if (params.flag(areInput)) return [];
  const { outputs, weights } = channelsOf(params);
  return [tagged('weight', weights), ...(params.flag(5) ? [bare('bias', outputs)] : [])];
}

function convertConvolution(scope: LayerScope) {
  refuseVariants(scope, [8, 19]);
  const kernel = kernelOf(scope);
  const { outputs, groups, inputsPerGroup } = requireChannels(scope, kernel);
  const { input } = scope;
  if (input.sides.length === 2) throw scope.unsupported('works on two sides instead of three');
  const dims = [outputs, inputsPerGroup, kernel.rows.kernel, kernel.columns.kernel];
  const result = scope.node('Conv', [input.tensor, scope.weight('weight', dims), ...bias(scope, outputs)], {
    ...kernelAttributes(kernel),
    group: BigInt(groups),
  });
  return { tensor: activated(scope, result), sides: [scope.axis(outputs), ...outputSides(scope, kernel)] };
}

/** A vector is a picture of one pixel, and stays one. */
function outputSides(scope: LayerScope, kernel: Kernel) {
  const { sides } = scope.input;
  if (sides.length === 3) return slid(scope, sides, kernel);
  const one = scope.axis(1);
  const results = slid(scope, [one, one], kernel);
  if (results.some((axis) => axis !== one)) throw scope.corrupt('makes more than one pixel of a vector');
  return [];
}

function convertDeconvolution(scope: LayerScope) {
  refuseVariants(scope, [8, 20, 21, 28]);
  const kernel = kernelOf(scope);
  const { outputs, groups, inputsPerGroup } = requireChannels(scope, kernel);
  const { rows, columns } = kernel;
  const extraX = scope.params.int(18, { absent: 0, from: 0, to: columns.stride - 1 });
  const extraY = scope.params.int(19, { absent: extraX, from: 0, to: rows.stride - 1 });
  const [, y, x] = scope.map.sides;
  if (y === undefined || x === undefined) throw scope.corrupt('has no rows or columns');
  const shape = {
    groups,
    outputs: outputs / groups,
    inputs: inputsPerGroup,
    area: rows.kernel * columns.kernel,
  };
  const dims = [groups * inputsPerGroup, outputs / groups, rows.kernel, columns.kernel];
  const weight = scope.computed('weight', dims, inputsFirst(scope.values('weight'), shape));
  const result = scope.node('ConvTranspose', [scope.input.tensor, weight, ...bias(scope, outputs)], {
    ...kernelAttributes(kernel),
    group: BigInt(groups),
    ...(extraX + extraY > 0 ? { output_padding: [BigInt(extraY), BigInt(extraX)] } : {}),
  });
  return {
    tensor: activated(scope, result),
    sides: [
      scope.axis(outputs),
      scope.axes.add({ kind: 'spread', of: y, extra: extraY, ...rows }, scope.layer),
      scope.axes.add({ kind: 'spread', of: x, extra: extraX, ...columns }, scope.layer),
    ],
  };
}

/** [groups][outputs][inputs][area] as [groups][inputs][outputs][area], which ONNX's ConvTranspose wants. */
function inputsFirst(
  values: Float32Array,
  { groups, outputs, inputs, area }: { groups: number; outputs: number; inputs: number; area: number },
): Float32Array {
  const turned = new Float32Array(values.length);
  for (let g = 0; g < groups; g++)
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++) {
        const from = ((g * outputs + o) * inputs + i) * area;
        turned.set(values.subarray(from, from + area), ((g * inputs + i) * outputs + o) * area);
      }
  return turned;
}

/** Flags that change what the layer is: weights of 8 bits, weights as an input, sizes that are given. */
function refuseVariants(scope: LayerScope, ids: readonly number[]): void {
  for (const id of ids) {
    if (scope.params.int(id, { absent: 0, from: -(2 ** 31), to: 2 ** 31 - 1 }) === 0) continue;
    if (id === 8) throw quantized(scope.layer);
    throw scope.unsupported(`has parameter ${id}, which is not converted`);
  }
  // Parameter 18 is the value of the padding in convolutions, and a width in deconvolutions.
  if (ids.includes(19) && scope.params.float(18, 0) !== 0)
    throw scope.unsupported('pads with a value other than 0');
}

function requireChannels(scope: LayerScope, { rows, columns }: Kernel) {
  const { outputs, groups, weights } = channelsOf(scope.params);
  const inputsPerGroup = weights / (outputs * rows.kernel * columns.kernel);
  if (!Number.isInteger(inputsPerGroup) || outputs % groups !== 0)
    throw scope.corrupt(
      `has ${weights} weights for ${outputs} outputs in ${groups} groups and windows of ${columns.kernel}×${rows.kernel}`,
    );
  scope.requireChannels(scope.input, inputsPerGroup * groups);
  return { outputs, groups, inputsPerGroup };
}

function bias(scope: LayerScope, outputs: number): readonly string[] {
  return scope.params.flag(5) ? [scope.weight('bias', [outputs])] : [];
}
