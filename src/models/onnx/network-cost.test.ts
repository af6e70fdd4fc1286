import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BuiltInEntry } from '../descriptor.ts';
import { node } from './build.ts';
import { networkCost } from './network-cost.ts';
import { readOnnx } from './read.ts';
import { modelOf, weights } from './test-support.ts';

const { models } = JSON.parse(readFileSync('public/models/catalog.json', 'utf8')) as {
  models: readonly BuiltInEntry[];
};

describe('networkCost', () => {
  it.each(models)(
    'finds the catalog’s figures for $id',
    ({ file, macsPerSourcePx, peakValuesPerSourcePx }) => {
      const model = readOnnx(readFileSync(`public/models/${file}`));
      const expected = { macsPerSourcePx, peakValuesPerSourcePx, isComplete: true };
      expect(networkCost(model, [1, 3, 64, 64])).toEqual(expected);
      expect(networkCost(model, [1, 3, 32, 48])).toEqual(expected);
    },
  );

  it('counts transposed and strided convolutions and products of matrices', () => {
    const model = modelOf({
      nodes: [
        node('Conv', ['x0', 'down'], 'a', { strides: [2n, 2n], pads: [0n, 0n, 0n, 0n] }),
        node('ConvTranspose', ['a', 'up'], 'b', { strides: [2n, 2n] }),
        node('MatMul', ['b', 'square'], 'y'),
      ],
      initializers: [
        { ...weights([8, 3, 2, 2], Array(96).fill(0)), name: 'down' },
        { ...weights([8, 3, 2, 2], Array(96).fill(0)), name: 'up' },
        { ...weights([16, 16], Array(256).fill(0)), name: 'square' },
      ],
    });
    // A quarter of the pixels, each with 3·2·2 products for 8 channels; as many again; 16 for each of 3 values.
    expect(networkCost(model, [1, 3, 8, 16])).toEqual({
      macsPerSourcePx: 24 + 24 + 48,
      peakValuesPerSourcePx: 3,
      isComplete: true,
    });
  });

  it('says so where it cannot tell, and counts each weight once', () => {
    const model = modelOf({
      nodes: [node('NonZero', ['x0'], 'a'), node('Conv', ['a', 'w'], 'y')],
      initializers: [{ ...weights([3, 3, 1, 1], Array(9).fill(0)), name: 'w' }],
    });
    expect(networkCost(model, [1, 3, 4, 4])).toEqual({
      macsPerSourcePx: 9,
      peakValuesPerSourcePx: 0,
      isComplete: false,
    });
  });
});
