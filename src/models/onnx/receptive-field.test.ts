import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import type { BuiltInEntry } from '../descriptor.ts';
import { type AttributeValues, node } from './build.ts';
import type { Node, OnnxModel, TensorData } from './model.ts';
import { traceReach } from './reach.ts';
import { readOnnx } from './read.ts';
import { receptiveField } from './receptive-field.ts';
import { constantsToInitializers } from './rewrites/constants-to-initializers.ts';
import { fixDimensions } from './rewrites/fix-dimensions.ts';
import { floats, modelOf, noise, weights, wholes } from './test-support.ts';

vi.setConfig({ testTimeout: 60_000 });

const { models } = JSON.parse(readFileSync('public/models/catalog.json', 'utf8')) as {
  models: readonly BuiltInEntry[];
};
const SIDE = 48;
const DIMS = [1, 3, SIDE, SIDE];

function found(model: OnnxModel, scale: number): number | null {
  return receptiveField(fixDimensions(constantsToInitializers(model.graph), DIMS), scale);
}

describe('the catalog’s receptive fields', () => {
  it.each(models)('$id', ({ file, scale, receptiveFieldPx }) => {
    expect(found(readOnnx(readFileSync(`public/models/${file}`)), scale)).toBe(receptiveFieldPx);
  });
});

/** Layers after each other, each given the name of what it works on; the last is `y`. */
class Layers {
  readonly nodes: Node[] = [];
  readonly initializers: TensorData[] = [];
  #last = 'x0';
  #seed = 1;

  add(opType: string, attributes: AttributeValues = {}, ...more: (TensorData | null)[]): this {
    const output = `${opType}${this.nodes.length}`;
    const names = more.map((tensor, i) => (tensor ? `${output}_${i}` : ''));
    more.forEach((tensor, i) => {
      if (tensor) this.initializers.push({ ...tensor, name: names[i] as string });
    });
    this.nodes.push(node(opType, [this.#last, ...names], output, attributes));
    this.#last = output;
    return this;
  }

  conv(channels: number, from: number, kernel: number, attributes: AttributeValues = {}): this {
    const pad = BigInt((kernel - 1) / 2);
    const dims = [channels, from, kernel, kernel];
    const values = noise(channels * from * kernel * kernel, 1, this.#seed++);
    return this.add('Conv', { pads: [pad, pad, pad, pad], ...attributes }, weights(dims, values));
  }

  model(): OnnxModel {
    const nodes = [...this.nodes, node('Identity', [this.#last], 'y')];
    return modelOf({ nodes, initializers: this.initializers, opset: 18 });
  }
}

const layers = () => new Layers();
const scales = (by: number) => [null, weights([4], [1, 1, by, by])] as const;

/** Exact cases: the answer is what a changed pixel really reaches. */
const NETS: readonly (readonly [title: string, scale: number, layers: Layers])[] = [
  ['one pixel', 1, layers().conv(3, 3, 1)],
  ['a strip of convolutions', 1, layers().conv(4, 3, 3).add('Relu').conv(3, 4, 5)],
  ['dilation', 1, layers().conv(3, 3, 3, { dilations: [3n, 3n], pads: [3n, 3n, 3n, 3n] })],
  [
    'pixel shuffle',
    2,
    layers().conv(12, 3, 3).add('DepthToSpace', { blocksize: 2n, mode: 'CRD' }).conv(3, 3, 3),
  ],
  [
    'pixel shuffle by hand',
    2,
    layers()
      .conv(12, 3, 3)
      .add('Reshape', {}, wholes(1, 3, 2, 2, SIDE, SIDE))
      .add('Transpose', { perm: [0n, 1n, 4n, 2n, 5n, 3n] })
      .add('Reshape', {}, wholes(1, 3, 2 * SIDE, 2 * SIDE)),
  ],
  [
    'nearest, then a convolution',
    2,
    layers()
      .add(
        'Resize',
        { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
        ...scales(2),
      )
      .conv(3, 3, 3),
  ],
  [
    'linear',
    2,
    layers()
      .add('Resize', { mode: 'linear' }, ...scales(2))
      .conv(3, 3, 3),
  ],
  ['cubic', 3, layers().add('Resize', { mode: 'cubic' }, ...scales(3))],
  [
    'down and up',
    1,
    layers()
      .conv(3, 3, 3, { strides: [2n, 2n] })
      .add(
        'Resize',
        { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
        ...scales(2),
      ),
  ],
  [
    'a transposed convolution, and edges eaten',
    2,
    layers()
      .conv(3, 3, 3, { pads: [0n, 0n, 0n, 0n] })
      .add('ConvTranspose', { strides: [2n, 2n], pads: [1n, 1n, 1n, 1n] }, weights([3, 3, 4, 4], noise(144)))
      .add('Pad', { mode: 'edge' }, wholes(0, 0, 2, 2, 0, 0, 2, 2)),
  ],
  [
    'NHWC inside',
    1,
    layers()
      .add('Transpose', { perm: [0n, 2n, 3n, 1n] })
      .add('MatMul', {}, weights([3, 3], noise(9)))
      .add('Transpose', { perm: [0n, 3n, 1n, 2n] })
      .conv(3, 3, 3),
  ],
  ['a part of the channels', 1, layers().conv(6, 3, 5).add('Slice', {}, wholes(3), wholes(6), wholes(1))],
  ['a pool', 1, layers().add('AveragePool', { kernel_shape: [3n, 3n], pads: [1n, 1n, 1n, 1n] })],
];

describe('a pixel reaches as far as the graph says', () => {
  it.each(NETS)('%s', async (_, scale, net) => {
    const model = net.model();
    const radius = found(model, scale);
    expect(radius).toBe(await measured(model, scale));
  });
});

/** The farthest source pixel of which a change is seen, over the changes of all pixels of a small square. */
async function measured(model: OnnxModel, scale: number): Promise<number> {
  const feed = floats(DIMS, 1, 7);
  const plain = (await runOnProcessor(model, { x0: feed })).values;
  let radius = 0;
  for (const [row, column] of [
    [24, 24],
    [25, 24],
    [24, 25],
  ] as const) {
    const values = feed.values.map((value, i) => {
      const at = i % SIDE ** 2;
      return at === row * SIDE + column ? value + 1 : value;
    });
    const changed = (await runOnProcessor(model, { x0: { ...feed, values } })).values;
    const width = SIDE * scale;
    changed.forEach((value, i) => {
      if (value === plain[i]) return;
      const at = i % width ** 2;
      const [y, x] = [Math.floor(at / width / scale), Math.floor((at % width) / scale)];
      radius = Math.max(radius, Math.abs(y - row), Math.abs(x - column));
    });
  }
  return radius;
}

describe('what uses the whole picture', () => {
  const traced = (net: Layers) =>
    traceReach(fixDimensions(constantsToInitializers(net.model().graph), DIMS), 2);

  it('is said, and left out of the reach', () => {
    const net = layers()
      .conv(4, 3, 3)
      .add('InstanceNormalization', {}, weights([4], [1, 1, 1, 1]), weights([4], [0, 0, 0, 0]))
      .conv(3, 4, 3);
    expect(traced(net).usesWholePicture).toBe(true);
    expect(found(net.model(), 1)).toBe(2);
  });

  it('is not said of norms over the channels', () => {
    const net = layers()
      .conv(4, 3, 3)
      .add('Transpose', { perm: [0n, 2n, 3n, 1n] })
      .add('LayerNormalization', { axis: -1n }, weights([4], [1, 1, 1, 1]))
      .add('Transpose', { perm: [0n, 3n, 1n, 2n] });
    expect(traced(net).usesWholePicture).toBe(false);
    expect(found(net.model(), 1)).toBe(1);
  });

  it('is said of means over rows and columns', () => {
    const net = layers().conv(4, 3, 3).add('ReduceMean', {}, wholes(2, 3));
    expect(traced(net).usesWholePicture).toBe(true);
  });
});

describe('what is not known', () => {
  it('an operator without a rule', () => expect(found(layers().add('NonZero').model(), 1)).toBe(null));
  it('more than half of the side given', () => {
    const net = layers().conv(3, 3, 1).add('Slice', {}, wholes(-1), wholes(-64), wholes(3), wholes(-1));
    expect(found(net.model(), 1)).toBe(null);
  });
});
