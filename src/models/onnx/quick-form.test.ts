import { describe, expect, it, vi } from 'vitest';
import { type Answer, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import { type AttributeValues, node } from './build.ts';
import { type Drawn, macsPerPixel, TestNetwork } from './linear/test-network.ts';
import type { OnnxModel } from './model.ts';
import { quickForm } from './quick-form.ts';
import { floats, modelOf, noise, weights } from './test-support.ts';

/** The runtime starts with the first session, on a machine that is busy with other things. */
vi.setConfig({ testTimeout: 60_000 });

const CUT = { edgesAreCut: true };
const [WIDTH, HEIGHT] = [41, 36];

type Difference = { readonly inside: number; readonly border: number };

/** The largest differences of two models' answers by where they are, in units of the largest value. */
async function difference(a: OnnxModel, b: OnnxModel, cutPx: number): Promise<Difference> {
  const feeds = { input: floats([1, 3, HEIGHT, WIDTH], 1, 5) };
  const [before, after] = [await runOnProcessor(a, feeds), await runOnProcessor(b, feeds)];
  expect(after.dims).toEqual(before.dims);
  return differenceOf(before, after, cutPx * ((before.dims[3] as number) / WIDTH));
}

function differenceOf({ dims, values }: Answer, after: Answer, cut: number): Difference {
  const [, , height, width] = dims as [number, number, number, number];
  const result = { inside: 0, border: 0 };
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  values.forEach((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const isInside = Math.min(x, y, width - 1 - x, height - 1 - y) >= cut;
    const place = isInside ? 'inside' : 'border';
    result[place] = Math.max(result[place], Math.abs(value - (after.values[i] as number)) / largest);
  });
  return result;
}

/** How far a test's network sees, rounded up to whole pixels. */
function reachOf({ reach }: Drawn): number {
  return Math.ceil(reach);
}

describe('an enlargement by repeated pixels before a convolution', () => {
  const HALF = { coordinate_transformation_mode: 'half_pixel' };
  it.each([
    [2, 3, undefined],
    [3, 3, undefined],
    [4, 3, undefined],
    [2, 5, undefined],
    [2, 7, undefined],
    [3, 7, undefined],
    [4, 9, undefined],
    [2, 3, { ...HALF, nearest_mode: 'round_prefer_floor' }],
    [3, 3, { ...HALF, nearest_mode: 'round_prefer_ceil' }],
    [4, 3, HALF],
    [2, 3, { coordinate_transformation_mode: 'tf_half_pixel_for_nn', nearest_mode: 'floor' }],
    [3, 3, { coordinate_transformation_mode: 'pytorch_half_pixel' }],
  ])('%i times, kernel %i, %j: folded, borders too', async (factor, side, attributes) => {
    const network = new TestNetwork(factor * side);
    const before = network.relu(network.conv(network.input, 5, 3));
    const model = network.finish(
      network.relu(network.conv(network.repeat(before, factor, attributes), 3, side)),
    );
    const { model: quick, changes } = quickForm(model, { edgesAreCut: false });
    expect(changes).toEqual(['Resize, Conv → Conv, DepthToSpace']);
    expect(quick.graph.nodes.map(({ opType }) => opType)).not.toContain('Resize');
    expect(macsPerPixel(quick)).toBeLessThanOrEqual(macsPerPixel(model));
    expect((await difference(model, quick, 0)).inside).toBeLessThan(1e-5);
  });

  it.each([
    ['Upsample', 9, 1],
    ['Upsample', 8, 0],
    ['Resize', 10, 1],
  ])('%s of opset %i', async (opType, opset, scalesAt) => {
    const scales = [1, 1, 2, 2];
    const inputs = [
      'input',
      ...Array.from({ length: scalesAt }, (_, i) => (i === scalesAt - 1 ? 'scales' : '')),
    ];
    const attributes: AttributeValues = scalesAt === 0 ? { scales: { floats: scales } } : {};
    const picture = (height: string, width: string) => ({
      elemType: 1,
      dims: [1, 3, height, width],
      rest: [],
    });
    const model = modelOf({
      opset,
      nodes: [
        node(opType, inputs, 'large', { ...attributes, mode: 'nearest' }),
        node('Conv', ['large', 'w'], 'y', { pads: [1n, 1n, 1n, 1n] }),
      ],
      initializers: [
        { ...weights([4], scales), name: 'scales' },
        { ...weights([3, 3, 3, 3], noise(81, 0.3)), name: 'w' },
      ],
      inputs: [{ ...picture('h', 'w'), name: 'input' }],
    });
    const old = { ...model, irVersion: 6 };
    const { model: quick, changes } = quickForm(old, { edgesAreCut: false });
    expect(changes).toEqual([`${opType}, Conv → Conv, DepthToSpace`]);
    expect((await difference(old, quick, 0)).inside).toBeLessThan(1e-5);
  });

  const unfolded: [string, (network: TestNetwork) => Drawn][] = [
    [
      'is read by something else too',
      (network) => {
        const large = network.repeat(network.input, 2);
        return network.join('Add', network.conv(large, 3, 3), large);
      },
    ],
    [
      'is followed by a kernel of one pixel',
      (network) => network.conv(network.repeat(network.input, 2), 3, 1),
    ],
    [
      'takes other pixels',
      (network) => {
        const attributes = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'ceil' };
        return network.conv(network.repeat(network.input, 2, attributes), 3, 3);
      },
    ],
    ['interpolates', (network) => network.conv(network.repeat(network.input, 2, { mode: 'linear' }), 3, 3)],
    ['is not by a whole factor', (network) => network.conv(network.repeat(network.input, 1.5), 3, 3)],
    ['is wider than high', (network) => network.conv(network.repeat(network.input, 2, undefined, 3), 3, 3)],
    [
      'is followed by groups',
      (network) => network.conv(network.repeat(network.input, 2), 3, 3, { group: 3 }),
    ],
    [
      'is followed by steps',
      (network) => {
        const attributes = { strides: [2n, 2n] };
        return network.conv(network.repeat(network.input, 2), 3, 3, { attributes });
      },
    ],
    [
      'is followed by a convolution without padding',
      (network) => {
        const attributes = { pads: [0n, 0n, 0n, 0n] };
        return network.conv(network.repeat(network.input, 2), 3, 3, { attributes });
      },
    ],
  ];
  it.each(unfolded)('that %s: the model itself', (_, draw) => {
    const network = new TestNetwork(1);
    const model = network.finish(draw(network));
    expect(quickForm(model, { edgesAreCut: false })).toEqual({ model, changes: [] });
    expect(quickForm(model, { edgesAreCut: false }).model).toBe(model);
  });
});

const NETWORKS: readonly [string, (network: TestNetwork) => Drawn][] = [
  ['a chain of convolutions', (n) => n.conv(n.conv(n.conv(n.input, 16, 3), 16, 5), 3, 3)],
  [
    'a chain without biases',
    (n) => {
      const options = { bias: false };
      return n.conv(n.conv(n.input, 16, 3, options), 3, 3, options);
    },
  ],
  ['a kernel of one pixel behind a wider one', (n) => n.conv(n.conv(n.input, 32, 3), 3, 1)],
  ['a kernel of one pixel before a wider one', (n) => n.conv(n.conv(n.input, 32, 1), 3, 3)],
  [
    'a dense block',
    (n) => {
      const first = n.conv(n.input, 32, 3);
      const a = n.relu(n.conv(first, 4, 3));
      const b = n.relu(n.conv(n.concat(first, a), 4, 3));
      const fused = n.conv(n.concat(first, a, b), 32, 1);
      return n.conv(n.relu(n.conv(n.join('Add', fused, first), 8, 3)), 3, 3);
    },
  ],
  [
    'a residual with several readers',
    (n) => {
      const first = n.conv(n.input, 24, 3);
      const inner = n.conv(n.conv(first, 24, 3), 24, 3);
      const both = n.join('Add', inner, first);
      return n.conv(n.join('Sub', n.relu(n.conv(both, 4, 3)), n.conv(first, 4, 3)), 3, 3);
    },
  ],
  [
    'branches laid side by side',
    (n) => {
      const a = n.conv(n.conv(n.input, 20, 3), 12, 1);
      const b = n.conv(n.conv(n.input, 20, 5), 12, 1);
      return n.conv(n.concat(a, n.input, b), 3, 3);
    },
  ],
  [
    'a tensor added to itself',
    (n) => {
      const first = n.relu(n.conv(n.input, 8, 3));
      const twice = n.join('Add', first, first);
      return n.conv(n.conv(n.join('Add', twice, first), 16, 3), 3, 3);
    },
  ],
  [
    'constants of channels on the way',
    (n) => {
      let one = n.constant('Sub', n.input, [1, 3, 1, 1]);
      one = n.constant('Mul', n.conv(one, 16, 3), [16, 1, 1]);
      one = n.constant('Add', n.conv(one, 16, 3), [1, 16, 1, 1]);
      one = n.constant('Div', one, []);
      one = n.constant('Sub', n.pointwise('Identity', one), [16, 1, 1], true);
      return n.constant('Mul', n.conv(one, 3, 1), [1], true);
    },
  ],
  [
    'channels picked',
    (n) => {
      const [a, b, c] = n.split(n.conv(n.input, 30, 3), [9, 12, 9]) as [Drawn, Drawn, Drawn];
      const part = n.slice(n.conv(b, 20, 3), 2, 11);
      return n.gather(n.conv(n.join('Add', n.join('Sub', a, c), part), 3, 1), [2, 0, 1]);
    },
  ],
  [
    'a scaled tensor of another branch',
    (n) => {
      const [one, other] = [n.relu(n.conv(n.input, 4, 3)), n.relu(n.conv(n.input, 12, 3))];
      const wide = n.conv(one, 64, 3);
      const scaled = n.constant('Mul', other, [12, 1, 1]);
      return n.conv(n.relu(n.join('Add', n.conv(wide, 12, 1), scaled)), 3, 3);
    },
  ],
  [
    'convolutions of groups',
    (n) => {
      const deep = n.conv(n.conv(n.input, 24, 1), 24, 3, { group: 24 });
      return n.conv(n.conv(n.conv(deep, 16, 1), 8, 3, { group: 4 }), 3, 1);
    },
  ],
  ...(['CRD', 'DCR'] as const).flatMap((mode): [string, (network: TestNetwork) => Drawn][] => [
    [
      `a head with two ${mode} shuffles`,
      (n) => {
        const features = n.relu(n.conv(n.input, 8, 3));
        const twice = n.shuffle(n.conv(features, 32, 3), 2, mode);
        return n.conv(n.shuffle(n.conv(twice, 72, 3), 3, mode), 3, 3);
      },
    ],
    [
      `branches that are put together behind ${mode} shuffles`,
      (n) => {
        const features = n.relu(n.conv(n.input, 8, 3));
        const large = n.shuffle(n.conv(features, 36, 3), 2, mode);
        const [a, b] = n.split(large, [4, 5]) as [Drawn, Drawn];
        const c = n.constant('Mul', n.conv(b, 5, 3), [5, 1, 1]);
        return n.conv(n.concat(c, a, n.shuffle(n.conv(features, 16, 1), 2, mode)), 3, 5);
      },
    ],
  ]),
  [
    'a shuffle whose grid is met by another',
    (n) => {
      const large = n.shuffle(n.conv(n.conv(n.input, 24, 3), 12, 3), 2);
      const other = n.relu(n.conv(large, 3, 3));
      return n.conv(n.conv(n.join('Add', large, other), 16, 3), 3, 3);
    },
  ],
  [
    'repeated pixels in the middle',
    (n) => {
      const large = n.repeat(n.conv(n.input, 24, 3), 2);
      return n.conv(n.conv(large, 16, 3), 3, 3);
    },
  ],
];

describe('linear layers', () => {
  it.each(NETWORKS)('%s: fewer multiplications, the same inside', async (_, draw) => {
    for (const seed of [1, 1000]) {
      const network = new TestNetwork(seed);
      const result = draw(network);
      const model = network.finish(result);
      const given = structuredClone(model);
      const { model: quick, changes } = quickForm(model, CUT);
      expect(model).toEqual(given);
      const share = macsPerPixel(quick) / macsPerPixel(model);
      expect(share).toBeLessThanOrEqual(0.9);
      expect(changes[0]).toBe(
        `linear layers multiplied out: ${Math.round(100 * (1 - share))} % fewer multiplications`,
      );
      expect((await difference(model, quick, reachOf(result))).inside).toBeLessThan(1e-5);
      expect(quickForm(quick, CUT).model).toBe(quick);
    }
  });

  it('with weights in Constant nodes, or among the inputs of an old file', async () => {
    const network = new TestNetwork(1);
    const result = network.conv(network.conv(network.input, 32, 3), 3, 3);
    const model = network.finish(result);
    const { initializers } = model.graph;
    const constants = initializers.map((value) => ({
      ...node('Constant', [], value.name),
      attributes: [{ name: 'value', kind: 'tensor', value, rest: [] } as const],
    }));
    const inNodes = {
      ...model,
      graph: { ...model.graph, initializers: [], nodes: [...constants, ...model.graph.nodes] },
    };
    const overridable = initializers.map(({ name, dims }) => ({ name, elemType: 1, dims, rest: [] }));
    const inInputs = {
      ...model,
      irVersion: 3,
      graph: { ...model.graph, inputs: [...model.graph.inputs, ...overridable] },
    };
    for (const one of [inNodes, inInputs]) {
      const { model: quick } = quickForm(one, CUT);
      expect(quick.graph.nodes.map(({ opType }) => opType)).toEqual(['Conv']);
      expect((await difference(model, quick, reachOf(result))).inside).toBeLessThan(1e-5);
    }
  });

  it('near the border they do differ: without leave they stay', async () => {
    const network = new TestNetwork(3);
    const result = network.conv(network.conv(network.input, 16, 3), 3, 3);
    const model = network.finish(result);
    expect(quickForm(model, { edgesAreCut: false }).model).toBe(model);
    const { inside, border } = await difference(model, quickForm(model, CUT).model, reachOf(result));
    expect(inside).toBeLessThan(1e-5);
    expect(border).toBeGreaterThan(1e-2);
  });

  const unchanged: [string, (network: TestNetwork) => Drawn][] = [
    [
      'have a non-linearity behind each',
      (n) => n.conv(n.relu(n.conv(n.relu(n.conv(n.input, 16, 3)), 16, 3)), 3, 3),
    ],
    [
      'would take more multiplications as one',
      (n) => n.conv(n.conv(n.relu(n.conv(n.input, 32, 3)), 32, 3), 32, 3),
    ],
    [
      'save less than a tenth',
      (n) => {
        const wide = n.relu(n.conv(n.relu(n.conv(n.input, 64, 3)), 64, 3));
        return n.conv(n.conv(wide, 4, 1), 3, 1);
      },
    ],
    [
      'lead to a mean of the whole picture',
      (n) => n.conv(n.gate(n.conv(n.conv(n.input, 32, 3), 8, 3)), 3, 3),
    ],
    ['have steps', (n) => n.conv(n.conv(n.input, 32, 3), 3, 3, { attributes: { strides: [2n, 2n] } })],
    [
      'have holes',
      (n) => {
        const attributes = { dilations: [2n, 2n], pads: [2n, 2n, 2n, 2n] };
        return n.conv(n.conv(n.input, 32, 3), 3, 3, { attributes });
      },
    ],
    [
      'have no padding',
      (n) => {
        return n.conv(n.conv(n.input, 32, 3), 3, 3, { attributes: { pads: [0n, 0n, 0n, 0n] } });
      },
    ],
    [
      'meet others on a finer grid',
      (n) => {
        const large = n.shuffle(n.conv(n.relu(n.conv(n.input, 2, 3)), 128, 3), 2);
        const other = n.relu(n.conv(n.repeat(n.relu(n.conv(n.input, 8, 3)), 2), 32, 1));
        return n.conv(n.join('Add', large, other), 3, 3);
      },
    ],
    [
      'are divided into a constant',
      (n) => n.conv(n.constant('Div', n.conv(n.input, 32, 3), [1], true), 3, 3),
    ],
    [
      'lead to such a mean by way of something else',
      (n) => n.conv(n.gate(n.relu(n.conv(n.conv(n.input, 32, 3), 8, 3))), 3, 3),
    ],
    ['would make too large a kernel', (n) => n.conv(n.conv(n.input, 64, 9), 3, 7)],
  ];
  it.each(unchanged)('that %s: the model itself', (_, draw) => {
    const network = new TestNetwork(1);
    const model = network.finish(draw(network));
    const quick = quickForm(model, CUT);
    expect(quick.changes).toEqual([]);
    expect(quick.model).toBe(model);
  });

  it('behind a mean of the whole picture are multiplied out', async () => {
    const network = new TestNetwork(1);
    const gated = network.gate(network.relu(network.conv(network.input, 8, 3)));
    const result = network.conv(network.conv(gated, 64, 3), 3, 3);
    const model = network.finish(result);
    const { model: quick } = quickForm(model, CUT);
    expect(macsPerPixel(quick)).toBeLessThan(0.5 * macsPerPixel(model));
    expect((await difference(model, quick, reachOf(result))).inside).toBeLessThan(1e-5);
  });

  it('in front of a Shape, for which pixels do not matter, are multiplied out', async () => {
    const network = new TestNetwork(1);
    const body = network.relu(network.conv(network.conv(network.input, 32, 3), 8, 3));
    const result = network.conv(body, 3, 3);
    const rows = network.slice(network.pointwise('Shape', body), 2, 3, 0);
    const model = network.finish(network.times(result, network.pointwise('Cast', rows, { to: 1n })));
    const { model: quick } = quickForm(model, CUT);
    expect(quick).not.toBe(model);
    expect((await difference(model, quick, reachOf(result))).inside).toBeLessThan(1e-5);
  });

  it('that a graph inside a node may read stay', () => {
    const network = new TestNetwork(1);
    const wide = network.conv(network.input, 32, 3);
    const model = network.finish(network.conv(wide, 3, 3));
    const inner = modelOf({ nodes: [node('Relu', [wide.name], 'inner')] }).graph;
    const branch = {
      ...node('If', ['input'], 'unused'),
      attributes: [{ name: 'then_branch', kind: 'graph', value: inner, rest: [] } as const],
    };
    const nested = { ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, branch] } };
    expect(quickForm(model, CUT).model).not.toBe(model);
    expect(quickForm(nested, CUT).model).toBe(nested);
  });

  it('with half precision weights stay', () => {
    const network = new TestNetwork(1);
    const half = network.pointwise('Cast', network.input, { to: 10n });
    const model = network.finish(network.conv(network.conv(half, 32, 3), 3, 3));
    expect(quickForm(model, CUT).model).toBe(model);
  });
});

describe('the networks that this is for', () => {
  /** The layers of esrgan-slim, with weights of the test's own. */
  function slim(n: TestNetwork, scale: number): Drawn {
    const shallow = n.conv(n.input, 64, 3);
    let stream = n.conv(shallow, 64, 3);
    const blocks = [1, 2].map(() => {
      const grown = n.pointwise('Relu', n.conv(stream, 4, 3));
      stream = n.join('Add', n.conv(n.concat(stream, grown), 64, 1), stream);
      return stream;
    });
    const fused = n.conv(n.conv(n.concat(...blocks), 64, 1), 64, 3);
    let tail = n.pointwise('Relu', n.conv(n.join('Add', fused, shallow), 64, 5));
    tail = n.pointwise('Relu', n.conv(tail, 32, 3));
    return n.conv(n.repeat(n.conv(tail, 3 * scale ** 2, 3), scale), 3, 3);
  }

  it.each([
    [2, 222_544, 72_824],
    [4, 252_352, 102_632],
  ])('esrgan-slim, %i times: as few multiplications as by hand', async (scale, before, after) => {
    const network = new TestNetwork(scale);
    const result = slim(network, scale);
    const model = network.finish(result);
    const { model: quick } = quickForm(model, CUT);
    expect(macsPerPixel(model)).toBe(before);
    expect(macsPerPixel(quick)).toBe(after);
    expect((await difference(model, quick, reachOf(result))).inside).toBeLessThan(1e-5);
    expect(quickForm(quick, CUT).model).toBe(quick);
  });

  /** As EDSR, RCAN and SwinIR end. */
  it.each([
    [16, [2], 9 * 16 * 16 * 4],
    [16, [2, 2], 9 * 16 * 64],
    [16, [3], 9 * 16 * 16 * 9],
  ])('the head of EDSR, %i features, %j', async (features, blocks) => {
    const network = new TestNetwork(features);
    const body = network.relu(network.conv(network.input, features, 3));
    const skip = network.join('Add', network.conv(body, features, 3), body);
    let large = skip;
    for (const block of blocks) {
      large = network.shuffle(network.conv(large, features * block ** 2, 3), block);
    }
    const result = network.conv(large, 3, 3);
    const model = network.finish(result);
    const { model: quick } = quickForm(model, CUT);
    const scale = result.scale;
    // The shallow convolution, that of the body, and one for all of the head.
    const least = 9 * 3 * features + 9 * features ** 2 + 25 * features * 3 * scale ** 2;
    expect(macsPerPixel(quick)).toBeLessThanOrEqual(least);
    expect((await difference(model, quick, reachOf(result))).inside).toBeLessThan(1e-5);
  });
});

describe('networks drawn at random', () => {
  /** A network of up to sixteen layers, a third of them non-linear or not; several tensors stay in use. */
  function drawn(n: TestNetwork, seed: number): Drawn {
    let state = seed;
    const below = (count: number) => {
      state = (state * 16807) % 2147483647;
      return Math.floor((state / 2147483647) * count);
    };
    const pool: Drawn[] = [n.conv(n.input, 6, 3)];
    const pick = () => pool[below(pool.length)] as Drawn;
    const like = (one: Drawn) => pool.filter(({ channels }) => channels === one.channels);
    for (let i = 0; i < 14; i++) {
      const one = pick();
      const other = like(one)[below(like(one).length)] as Drawn;
      const steps: readonly (() => Drawn)[] = [
        () => n.conv(one, 6, 3),
        () => n.conv(one, 12, 1),
        () => n.conv(one, 2 + below(6), 3, { bias: below(2) === 0 }),
        () => n.relu(one),
        () => n.join('Add', one, other),
        () => n.join('Sub', one, other),
        () => n.concat(one, pick()),
        () => n.constant('Mul', one, [one.channels, 1, 1]),
        () => n.constant('Add', one, [1]),
        () => n.slice(one, below(one.channels), one.channels),
      ];
      pool.push((steps[below(steps.length)] as () => Drawn)());
    }
    const all = n.concat(...pool.slice(-4));
    return n.conv(n.shuffle(n.conv(all, 12, 3), 2), 3, 3);
  }

  it('most of them become quicker, and all stay the same', async () => {
    let quicker = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const network = new TestNetwork(100 * seed);
      const result = drawn(network, seed * 9973);
      const model = network.finish(result);
      const { model: quick } = quickForm(model, CUT);
      if (quick === model) continue;
      quicker++;
      expect(macsPerPixel(quick)).toBeLessThanOrEqual(0.9 * macsPerPixel(model));
      expect((await difference(model, quick, reachOf(result))).inside, `seed ${seed}`).toBeLessThan(1e-5);
    }
    expect(quicker).toBeGreaterThan(20);
  });
});
