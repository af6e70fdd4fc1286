import { describe, expect, it, vi } from 'vitest';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { sourcePx } from '../../base/geometry.ts';
import { attribute, node } from '../onnx/build.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { type Feed, floats, modelOf, weights } from '../onnx/test-support.ts';
import type { PictureNetwork, SizeRule } from '../picture-network.ts';
import { chainNetworks } from './chain.ts';
import { type TestNetwork, testNetwork } from './test-networks.ts';

vi.setConfig({ testTimeout: 60_000 });

const [HEIGHT, WIDTH] = [30, 37];
const PICTURE: Feed = { ...floats([1, 3, HEIGHT, WIDTH], 0.5, 9) };
const FEED: Feed = { ...PICTURE, values: PICTURE.values.map((value) => value + 0.5) };

async function answer(onnx: OnnxModel, feed: Feed): Promise<Feed> {
  const { dims, values } = await runOnProcessor(onnx, { input: feed });
  return { dataType: 1, dims, values };
}

async function oneAfterTheOther(first: PictureNetwork, second: PictureNetwork, feed: Feed): Promise<Feed> {
  const middle = await answer(first.onnx, feed);
  return answer(second.onnx, {
    ...middle,
    values: middle.values.map((value) => Math.min(1, Math.max(0, value))),
  });
}

const weightBytes = (onnx: OnnxModel) =>
  onnx.graph.initializers.reduce((sum, { bytes }) => sum + bytes.length, 0);

const PAIRS: readonly (readonly [TestNetwork, TestNetwork])[] = [
  [
    { scale: 1, layers: 2, seed: 1 },
    { scale: 2, layers: 1, seed: 2 },
  ],
  [
    { scale: 2, layers: 1, seed: 3 },
    { scale: 1, layers: 3, seed: 4 },
  ],
  [
    { scale: 3, layers: 2, seed: 5 },
    { scale: 2, layers: 4, seed: 6 },
  ],
  [
    { scale: 2, layers: 2, seed: 7, eats: true },
    { scale: 2, layers: 3, seed: 8 },
  ],
  [
    { scale: 2, layers: 2, seed: 9 },
    { scale: 1, layers: 3, seed: 10, eats: true },
  ],
  [
    { scale: 3, layers: 2, seed: 11, eats: true },
    { scale: 2, layers: 4, seed: 12, eats: true },
  ],
];

describe('two networks as one', () => {
  it.each(PAIRS)('%o, then %o: the same answer as one after the other', async (a, b) => {
    const [first, second] = [testNetwork(a), testNetwork(b)];
    const chain = chainNetworks(first, second);
    const [own, expected] = [await answer(chain.onnx, FEED), await oneAfterTheOther(first, second, FEED)];
    expect(chain.facts.scale).toBe(a.scale * b.scale);
    expect(own.dims).toEqual(expected.dims);
    expect(maxDifference(own.values, expected.values)).toBeLessThan(1e-6);
  });

  it.each(PAIRS)(
    '%o, then %o: a tile with the context that the facts ask for gives its part of the whole',
    async (a, b) => {
      const { onnx, facts } = chainNetworks(testNetwork(a), testNetwork(b));
      const context = Math.max(facts.receptiveFieldPx ?? 0, facts.eatenPx);
      const tile = { x: 11, y: 9, width: 8, height: 7 };
      const [whole, part] = [await answer(onnx, FEED), await answer(onnx, cut(FEED, grown(tile, context)))];
      const kept = cut(part, scaled({ ...tile, x: context, y: context }, facts.scale));
      expect(maxDifference(kept.values, cut(whole, scaled(tile, facts.scale)).values)).toBeLessThan(1e-5);
      // One pixel less would not do: the facts ask for no more than is needed, but for the rounding of the second one.
      const least = context - 1;
      const short = await answer(onnx, cut(FEED, grown(tile, least)));
      const lacking = cut(short, scaled({ ...tile, x: least, y: least }, facts.scale));
      if (b.layers % a.scale === 0 || a.scale === 1) {
        expect(maxDifference(lacking.values, kept.values)).toBeGreaterThan(1e-6);
      }
    },
  );

  it('consume what the first one does, and what the second one does of the first one’s answer', () => {
    const eaten = PAIRS.map(([a, b]) => chainNetworks(testNetwork(a), testNetwork(b)).facts.eatenPx);
    // The last ones: 2; ⌈3 / 2⌉; 2 + ⌈4 / 3⌉.
    expect(eaten).toEqual([0, 0, 0, 2, 2, 4]);
  });

  it('a network after itself has its weights once', async () => {
    const twice = testNetwork({ scale: 2, layers: 3, seed: 20 });
    const chain = chainNetworks(twice, twice);
    const expected = await oneAfterTheOther(twice, twice, FEED);
    expect(maxDifference((await answer(chain.onnx, FEED)).values, expected.values)).toBeLessThan(1e-6);
    // And the two ends of the clip.
    expect(weightBytes(chain.onnx)).toBe(weightBytes(twice.onnx) + 8);
  });

  it('may have names for their nodes, the same ones', async () => {
    const plainOne = testNetwork({ scale: 2, layers: 2, seed: 13 });
    const { graph } = plainOne.onnx;
    const nodes = graph.nodes.map((one, i) => ({ ...one, name: `node${i}` }));
    const named = { ...plainOne, onnx: { ...plainOne.onnx, graph: { ...graph, nodes } } };
    const own = await answer(chainNetworks(named, named).onnx, FEED);
    const expected = await oneAfterTheOther(plainOne, plainOne, FEED);
    expect(maxDifference(own.values, expected.values)).toBeLessThan(1e-6);
  });

  it('three in a row, by chaining the chain', async () => {
    const [a, b, c] = [1, 2, 3].map((seed) => testNetwork({ scale: 2, layers: 1, seed })) as [
      PictureNetwork,
      PictureNetwork,
      PictureNetwork,
    ];
    const chain = chainNetworks(chainNetworks(a, b), c);
    const middle = await oneAfterTheOther(a, b, FEED);
    const expected = await answer(c.onnx, {
      ...middle,
      values: middle.values.map((value) => Math.min(1, Math.max(0, value))),
    });
    expect(maxDifference((await answer(chain.onnx, FEED)).values, expected.values)).toBeLessThan(1e-6);
    // 1 + ⌈1 / 2⌉ + ⌈1 / 4⌉
    expect(chain.facts).toMatchObject({ scale: 8, receptiveFieldPx: 3 });
    expect(chain.onnx.graph.inputs).toMatchObject([{ name: 'input', dims: [1, 3, 'height', 'width'] }]);
  });
});

type Rect = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function scaled({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x * by, y: y * by, width: width * by, height: height * by };
}

function cut({ dims, values }: Feed, { x, y, width, height }: Rect): Feed {
  const [rows, columns] = dims.slice(2) as [number, number];
  const part = Array.from({ length: 3 * width * height }, (_, i) => {
    const [dx, dy, plane] = [i % width, Math.floor(i / width) % height, Math.floor(i / width / height)];
    return values[(plane * rows + y + dy) * columns + x + dx] as number;
  });
  return { dataType: 1, dims: [1, 3, height, width], values: part };
}

describe('operators of two opsets', () => {
  it('are said in the newer one', async () => {
    const [old, recent] = [
      testNetwork({ scale: 2, layers: 1, seed: 1, opset: 11 }),
      testNetwork({ scale: 1, layers: 1, seed: 2, opset: 18 }),
    ];
    const graph = { ...old.onnx.graph };
    const parts = { ...node('Split', ['input'], '', { axis: 1n }), outputs: ['r', 'g', 'b'] };
    const squeezed = [
      node('Concat', ['b', 'g', 'r'], 'bgr', { axis: 1n }),
      node('Squeeze', ['bgr'], 's', { axes: [0n] }),
      node('Unsqueeze', ['s'], 'u', { axes: [0n] }),
    ];
    const mean = [node('ReduceMean', ['u'], 'm', { axes: [1n] }), node('Add', ['u', 'm'], 'front')];
    const rest = graph.nodes.map((one) => ({
      ...one,
      inputs: one.inputs.map((name) => (name === 'input' ? 'front' : name)),
    }));
    const first = {
      ...old,
      onnx: { ...old.onnx, graph: { ...graph, nodes: [parts, ...squeezed, ...mean, ...rest] } },
    };
    for (const [a, b] of [
      [first, recent],
      [recent, first],
    ] as const) {
      const chain = chainNetworks(a, b);
      expect(chain.onnx.opsets).toEqual([{ domain: '', version: 18 }]);
      const expected = await oneAfterTheOther(a, b, FEED);
      expect(maxDifference((await answer(chain.onnx, FEED)).values, expected.values)).toBeLessThan(1e-6);
    }
  });

  it('GridSample calls its modes by their new names', async () => {
    const grid = {
      ...weights(
        [1, 4, 5, 2],
        Array.from({ length: 40 }, (_, i) => (i % 17) / 10 - 0.8),
      ),
      name: 'grid',
    };
    const net = testNetwork({ scale: 1, layers: 1, seed: 3, opset: 20 });
    const sampled = {
      ...node('GridSample', ['input', 'grid'], 'output'),
      attributes: [attribute('mode', 'bicubic')],
    };
    const old = {
      ...net,
      onnx: modelOf({ ...net.onnx.graph, nodes: [sampled], initializers: [grid], opset: 16 }),
    };
    const expected = await oneAfterTheOther(old, net, FEED);
    expect(
      maxDifference((await answer(chainNetworks(old, net).onnx, FEED)).values, expected.values),
    ).toBeLessThan(1e-6);
  });

  it('are refused where the newer one means something else', () => {
    const net = testNetwork({ scale: 1, layers: 1, seed: 3, opset: 17 });
    const soft = {
      ...net,
      onnx: modelOf({ ...net.onnx.graph, nodes: [node('Softmax', ['input'], 'output')], opset: 12 }),
    };
    expect(() => chainNetworks(soft, net)).toThrow(
      'opset 12 and 17, and not all of the older ones can be said in the newer',
    );
  });
});

describe('sizes', () => {
  const sized = (scale: number, rule: Partial<SizeRule>): PictureNetwork => {
    const net = testNetwork({ scale, layers: 1, seed: 1 });
    return {
      ...net,
      facts: { ...net.facts, sizeRule: { multipleOf: 1, minimumPx: 1, fixed: null, ...rule } },
    };
  };
  const size = (width: number, height: number) => ({ width: sourcePx(width), height: sourcePx(height) });

  it.each([
    [2, 1, 4, 1, 2],
    [2, 1, 6, 1, 3],
    [3, 1, 4, 1, 4],
    [2, 3, 4, 1, 6],
    [4, 4, 2, 1, 4],
    [2, 1, 1, 15, 1],
  ])(
    '%ix of multiples of %i, then multiples of %i from %i on: multiples of %i',
    (scale, ofFirst, ofSecond, minimum, expected) => {
      const { multipleOf, minimumPx } = chainNetworks(
        sized(scale, { multipleOf: ofFirst }),
        sized(2, { multipleOf: ofSecond, minimumPx: minimum }),
      ).facts.sizeRule;
      expect(multipleOf).toBe(expected);
      expect(minimumPx).toBe(Math.ceil(minimum / scale));
      // Both hold for every multiple, and for no smaller step.
      for (let side = 1; side < 60; side++) {
        const holds = side % ofFirst === 0 && (side * scale) % ofSecond === 0;
        expect(side % multipleOf === 0).toBe(holds);
      }
    },
  );

  it.each<[string, PictureNetwork, PictureNetwork, object]>([
    ['the first', sized(2, { fixed: size(32, 24) }), sized(2, { multipleOf: 4 }), size(32, 24)],
    ['the second', sized(2, { multipleOf: 8 }), sized(2, { fixed: size(64, 48) }), size(32, 24)],
    ['both', sized(2, { fixed: size(32, 24) }), sized(2, { fixed: size(64, 48) }), size(32, 24)],
  ])('one size, of %s', (_, first, second, fixed) => {
    const { facts, onnx } = chainNetworks(first, second);
    expect(facts.sizeRule.fixed).toEqual(fixed);
    expect(onnx.graph.inputs[0]?.dims).toEqual([1, 3, 24, 32]);
  });

  it.each<[string, PictureNetwork, PictureNetwork]>([
    ['two that are not the same', sized(2, { fixed: size(32, 24) }), sized(2, { fixed: size(32, 24) })],
    ['one that is no multiple', sized(2, { fixed: size(31, 24) }), sized(2, { multipleOf: 4 })],
    ['one that is too small', sized(2, { fixed: size(32, 24) }), sized(2, { minimumPx: 64 })],
    ['half a pixel', sized(2, {}), sized(2, { fixed: size(33, 24) })],
    ['one that the first does not take', sized(2, { multipleOf: 5 }), sized(2, { fixed: size(64, 48) })],
  ])('refused: %s', (_, first, second) => {
    expect(() => chainNetworks(first, second)).toThrow(
      /cannot run one after the other: the first takes .* and enlarges 2 times, the second takes/,
    );
  });

  it('refused: more than sixteen times', () => {
    expect(chainNetworks(sized(4, {}), sized(4, {})).facts.scale).toBe(16);
    expect(() => chainNetworks(sized(6, {}), sized(3, {}))).toThrow('6 × 3 = 18 times');
  });
});
