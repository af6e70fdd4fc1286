import type { LayerScope } from '../layer-scope.ts';
import { bare, type LayerRule, MAX_CHANNELS } from './rule.ts';

// What each computes: https://github.com/Tencent/ncnn/blob/master/docs/developer-guide/operators.md

/** What C's FLT_MAX is: “no limit”. */
const FLT_MAX = 3.4028234663852886e38;

/** A layer of one input that treats each value by itself. */
function elementwise(write: (scope: LayerScope, x: string) => string): LayerRule {
  return { convert: (scope) => scope.same(write(scope, scope.input.tensor)) };
}

export const ACTIVATIONS: Readonly<Record<string, LayerRule>> = {
  ReLU: elementwise((scope, x) => leaky(scope, x, scope.params.float(0, 0))),
  PReLU: {
    weights: (params) => [bare('slope', params.int(0, { absent: 0, from: 1, to: MAX_CHANNELS }))],
    convert: (scope) => {
      const count = scope.values('slope').length;
      if (count > 1) scope.requireChannels(scope.input, count);
      return scope.same(scope.node('PRelu', [scope.input.tensor, scope.weight('slope', [count, 1, 1])]));
    },
  },
  Clip: elementwise((scope, x) =>
    clip(scope, x, scope.params.float(0, -FLT_MAX), scope.params.float(1, FLT_MAX)),
  ),
  Sigmoid: elementwise((scope, x) => scope.node('Sigmoid', [x])),
  TanH: elementwise((scope, x) => scope.node('Tanh', [x])),
  Swish: elementwise((scope, x) => scope.node('Mul', [x, scope.node('Sigmoid', [x])])),
  Mish: elementwise((scope, x) => scope.node('Mish', [x])),
  HardSigmoid: elementwise((scope, x) =>
    hardSigmoid(scope, x, scope.params.float(0, 0.2), scope.params.float(1, 0.5)),
  ),
  HardSwish: elementwise((scope, x) =>
    hardSwish(scope, x, scope.params.float(0, 0.2), scope.params.float(1, 0.5)),
  ),
  GELU: elementwise((scope, x) => (scope.params.flag(0) ? fastGelu(scope, x) : gelu(scope, x))),
  ELU: elementwise((scope, x) => scope.node('Elu', [x], { alpha: { float: scope.params.float(0, 0.1) } })),
  AbsVal: elementwise((scope, x) => scope.node('Abs', [x])),
};

/** The activation that convolutions and inner products carry with them: parameter 9, its numbers in 10. */
export function activated(scope: LayerScope, x: string): string {
  const code = scope.params.int(9, { absent: 0, from: 0, to: 255 });
  const [a = 0, b = 0] = scope.params.floats(10);
  switch (code) {
    case 0:
      return x;
    case 1:
      return leaky(scope, x, 0);
    case 2:
      return leaky(scope, x, a);
    case 3:
      return clip(scope, x, a, b);
    case 4:
      return scope.node('Sigmoid', [x]);
    case 5:
      return scope.node('Mish', [x]);
    case 6:
      return hardSwish(scope, x, a, b);
    default:
      throw scope.unsupported(`has an activation of the unknown kind ${code}`);
  }
}

function leaky(scope: LayerScope, x: string, slope: number): string {
  if (slope === 0) return scope.node('Relu', [x]);
  return scope.node('LeakyRelu', [x], { alpha: { float: slope } });
}

function clip(scope: LayerScope, x: string, min: number, max: number): string {
  return scope.node('Clip', [x, scope.builder.floats([min], []), scope.builder.floats([max], [])]);
}

function hardSigmoid(scope: LayerScope, x: string, alpha: number, beta: number): string {
  return scope.node('HardSigmoid', [x], { alpha: { float: alpha }, beta: { float: beta } });
}

function hardSwish(scope: LayerScope, x: string, alpha: number, beta: number): string {
  return scope.node('Mul', [x, hardSigmoid(scope, x, alpha, beta)]);
}

/** x/2 · (1 + erf(x/√2)) */
function gelu(scope: LayerScope, x: string): string {
  const erf = scope.node('Erf', [scope.node('Mul', [x, scope.builder.floats([Math.SQRT1_2])])]);
  return halfOfOnePlus(scope, x, erf);
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) */
function fastGelu(scope: LayerScope, x: string): string {
  const { builder } = scope;
  const cube = scope.node('Mul', [scope.node('Mul', [x, x]), x]);
  const sum = scope.node('Add', [x, scope.node('Mul', [cube, builder.floats([0.044715])])]);
  const tanh = scope.node('Tanh', [scope.node('Mul', [sum, builder.floats([Math.sqrt(2 / Math.PI)])])]);
  return halfOfOnePlus(scope, x, tanh);
}

function halfOfOnePlus(scope: LayerScope, x: string, y: string): string {
  const half = scope.node('Mul', [x, scope.builder.floats([0.5])]);
  return scope.node('Mul', [half, scope.node('Add', [y, scope.builder.floats([1])])]);
}
