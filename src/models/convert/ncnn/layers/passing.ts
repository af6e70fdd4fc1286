import type { LayerParams } from '../layer-params.ts';
import type { LayerScope } from '../layer-scope.ts';
import { bare, type LayerRule, MAX_CHANNELS, MAX_WEIGHTS, tagged } from './rule.ts';

const pass: LayerRule = { convert: (scope) => scope.input };

/** Layers that change nothing, and the one that brings values of its own. */
export const PASSING: Readonly<Record<string, LayerRule>> = {
  Split: pass,
  Noop: pass,
  DeepCopy: pass,
  Dropout: {
    convert: (scope) => {
      const factor = scope.params.float(0, 1);
      if (factor === 1) return scope.input;
      return scope.same(scope.node('Mul', [scope.input.tensor, scope.builder.floats([factor])]));
    },
  },
  MemoryData: { weights: memoryWeights, convert: convertMemory },
};

/** Outermost first: [channels][height][width], as many as are given; one value where none is. */
function memorySides(params: LayerParams): readonly number[] {
  const side = (id: number) => params.int(id, { absent: 0, from: 0, to: MAX_CHANNELS });
  const [width, height, channels] = [side(0), side(1), side(2)];
  if (channels > 0) return [channels, height, width];
  if (height > 0) return [height, width];
  return [Math.max(1, width)];
}

/** Of the fourth side, which no picture has. */
function depthOf(params: LayerParams): number {
  return params.int(11, { absent: 0, from: 0, to: MAX_CHANNELS });
}

function memoryWeights(params: LayerParams) {
  // A side that is missing inside makes no values: reading would go wrong from here on.
  const sides = [...memorySides(params), depthOf(params)];
  const count = sides.reduce((product, side) => product * Math.max(1, side), 1);
  const isBare = params.int(21, { absent: 1, from: 0, to: 1 }) === 1;
  return [(isBare ? bare : tagged)('data', Math.min(count, MAX_WEIGHTS))];
}

function convertMemory(scope: LayerScope) {
  scope.requireInputs(0, 0);
  if (depthOf(scope.params) > 0) throw scope.unsupported('has four sides');
  const lengths = memorySides(scope.params);
  if (lengths.includes(0)) throw scope.corrupt('has a side of no length');
  const dims = [[], [1, ...lengths, 1, 1], [1, 1, ...lengths], [1, ...lengths]][lengths.length] ?? [];
  return { tensor: scope.weight('data', dims), sides: lengths.map((length) => scope.axis(length)) };
}
