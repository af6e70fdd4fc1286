import { afterEach, describe, expect, it, vi } from 'vitest';
import { openModel } from '../../../e2e/fixtures/open-model.ts';
import { maxDifference, runOnProcessor } from '../../../e2e/fixtures/run-model.ts';
import type { TesseraError } from '../../base/errors.ts';
import { sourcePx } from '../../base/geometry.ts';
import { describeOnnx } from '../../models/convert/onnx/describe-onnx.ts';
import { type NetOptions, plainNet, type Wrapping, wrappedNet } from '../../models/convert/onnx/test-nets.ts';
import { node } from '../../models/onnx/build.ts';
import { DataType } from '../../models/onnx/data-type.ts';
import type { OnnxModel } from '../../models/onnx/model.ts';
import { rewriteGraph } from '../../models/onnx/rewrite.ts';
import { modelOf, noise, weights, wholes } from '../../models/onnx/test-support.ts';
import type { NetworkFacts, NetworkForm } from '../../models/picture-network.ts';
import { type Probed, probe } from './probe.ts';
import { drawProbe } from './probe-picture.ts';

vi.setConfig({ testTimeout: 60_000 });

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const model of open.splice(0)) await model.close();
});

async function probed(model: OnnxModel): Promise<Probed & { runs: number }> {
  const described = describeOnnx(model);
  const opened = await openModel(described.model);
  open.push(opened);
  return { ...(await probe(described, opened.run)), runs: opened.runs() };
}

async function refusal(model: OnnxModel): Promise<TesseraError> {
  return probed(model).then(
    () => {
      throw new Error('it was taken');
    },
    (error: TesseraError) => error,
  );
}

const [HEIGHT, WIDTH] = [40, 56];
const DIMS = [1, 3, HEIGHT, WIDTH];
/** On the steps of a byte, so that models of bytes lose nothing of it. */
const PICTURE = noise(3 * HEIGHT * WIDTH, 0.5, 3).map((value) =>
  Math.fround(Math.round((value + 0.5) * 255) / 255),
);
const FEED = { dataType: DataType.float32, dims: DIMS, values: PICTURE };

type Row = readonly [
  title: string,
  net: NetOptions,
  wrapping: Wrapping,
  form: Partial<NetworkForm>,
  facts: Partial<NetworkFacts>,
];

const ANY = { multipleOf: 1, minimumPx: 1, fixed: null };
const FIXED = {
  multipleOf: 1,
  minimumPx: 1,
  fixed: { width: WIDTH, height: HEIGHT },
} as NetworkFacts['sizeRule'];

const ROWS: readonly Row[] = [
  ['plain, 1x', { scale: 1 }, {}, { white: 1 }, { sizeRule: ANY }],
  ['plain, 2x', { scale: 2 }, {}, { white: 1 }, { sizeRule: ANY }],
  ['plain, 3x', { scale: 3 }, {}, { white: 1 }, { sizeRule: ANY }],
  ['NHWC', { scale: 2 }, { layout: 'nhwc' }, { layout: 'nhwc' }, {}],
  ['0 to 255', { scale: 2 }, { white: 255 }, { white: 255 }, {}],
  ['BGR', { scale: 2 }, { order: 'bgr' }, { channelOrder: 'bgr' }, {}],
  ['four channels', { scale: 2 }, { alpha: true }, { inputChannels: 4, outputChannels: 4 }, {}],
  [
    'four channels, BGR, NHWC, 0 to 255',
    { scale: 2 },
    { alpha: true, order: 'bgr', layout: 'nhwc', white: 255 },
    { inputChannels: 4, outputChannels: 4, layout: 'nhwc', white: 255, channelOrder: 'bgr' },
    {},
  ],
  ['one size', { scale: 2 }, { fixed: [HEIGHT, WIDTH] }, {}, { sizeRule: FIXED }],
  [
    'one size, NHWC, 3x',
    { scale: 3 },
    { fixed: [HEIGHT, WIDTH], layout: 'nhwc' },
    { layout: 'nhwc' },
    { sizeRule: FIXED },
  ],
  [
    'multiples of 4',
    { scale: 2 },
    { multipleOf: 4 },
    {},
    { receptiveFieldPx: 5, sizeRule: { multipleOf: 4, minimumPx: 4, fixed: null } },
  ],
  [
    'multiples of 8, BGR',
    { scale: 1 },
    { multipleOf: 8, order: 'bgr' },
    { channelOrder: 'bgr' },
    { receptiveFieldPx: 9, sizeRule: { multipleOf: 8, minimumPx: 8, fixed: null } },
  ],
  ['nothing declared', { scale: 2 }, { undeclared: true }, {}, { sizeRule: ANY }],
  ['nothing declared, NHWC', { scale: 2 }, { undeclared: true, layout: 'nhwc' }, { layout: 'nhwc' }, {}],
];

describe('a wrapped network becomes the plain one again', () => {
  it.each(ROWS)('%s', async (_, net, wrapping, form, facts) => {
    const { network, isDeterministic, correlation } = await probed(wrappedNet(net, wrapping));
    expect(network.facts).toMatchObject({
      scale: net.scale,
      eatenPx: 0,
      receptiveFieldPx: 2,
      dependsOnTileSize: false,
      ...facts,
    });
    expect(network.facts.form).toMatchObject({
      layout: 'nchw',
      channelOrder: 'rgb',
      inputChannels: 3,
      outputChannels: 3,
      precision: 'float32',
      ...form,
    });
    expect(isDeterministic).toBe(true);
    expect(correlation).toBeGreaterThan(0.9);
    const [own, plain] = [
      await runOnProcessor(network.onnx, { input: FEED }),
      await runOnProcessor(plainNet(net), { x0: FEED }),
    ];
    expect(own.dims).toEqual(plain.dims);
    expect(maxDifference(own.values, plain.values)).toBeLessThan(1e-5);
    expect(network.onnx.graph.inputs).toMatchObject([
      {
        name: 'input',
        elemType: 1,
        dims: [1, 3, facts.sizeRule?.fixed ? HEIGHT : 'height', facts.sizeRule?.fixed ? WIDTH : 'width'],
      },
    ]);
    expect(network.onnx.graph.outputs).toMatchObject([{ name: 'output', elemType: 1 }]);
    // What was added runs where the network runs.
    const { model, leftOnCpu } = rewriteGraph(network.onnx, { inputDims: DIMS });
    expect(leftOnCpu).toEqual([]);
    const rewritten = await runOnProcessor(model, { input: FEED });
    expect(maxDifference(rewritten.values, plain.values)).toBeLessThan(1e-5);
  });

  it('bytes in and out, up to their rounding', async () => {
    const { network } = await probed(wrappedNet({ scale: 2 }, { bytes: true, layout: 'nhwc' }));
    expect(network.facts.form).toMatchObject({ white: 255, layout: 'nhwc' });
    expect(network.facts.form.knownBy.white).toBe('declared');
    const [own, plain] = [
      await runOnProcessor(network.onnx, { input: FEED }),
      await runOnProcessor(plainNet({ scale: 2 }), { x0: FEED }),
    ];
    const rounded = plain.values.map(
      (value) => Math.floor(Math.min(255, Math.max(0, 255 * value + 0.5))) / 255,
    );
    // Two ways of computing may fall on two sides of a half.
    const off = own.values.filter((value, i) => Math.abs(value - (rounded[i] as number)) > 1e-5);
    expect(off.length).toBeLessThan(5);
    expect(maxDifference(own.values, plain.values)).toBeLessThan(maxClip(plain.values) + 0.51 / 255);
  });

  it('bytes in: values between two of them become the nearer one', async () => {
    const { network } = await probed(wrappedNet({ scale: 1 }, { bytes: true }));
    const exact = await runOnProcessor(network.onnx, { input: FEED });
    for (const by of [-0.4, 0.4]) {
      const values = PICTURE.map((value) => Math.min(1, Math.max(0, value + by / 255)));
      const near = await runOnProcessor(network.onnx, { input: { ...FEED, values } });
      expect(near.values).toEqual(exact.values);
    }
  });

  it.each([1, 2, 3])('a network that eats 7 pixels, %ix', async (scale) => {
    const { network } = await probed(wrappedNet({ scale }, { eats: 7 }));
    expect(network.facts).toMatchObject({
      scale,
      eatenPx: 7,
      receptiveFieldPx: 2,
      sizeRule: { multipleOf: 1, minimumPx: 15 },
    });
    const [own, plain] = [
      await runOnProcessor(network.onnx, { input: FEED }),
      await runOnProcessor(plainNet({ scale }), { x0: FEED }),
    ];
    expect(own.dims).toEqual(plain.dims);
    const repeated = edgesRepeated(plain.values, plain.dims, 7 * scale);
    expect(maxDifference(own.values, repeated)).toBeLessThan(1e-5);
  });

  it.each([1, 2, 3])('a network of luminance has the picture’s own colours beside it, %ix', async (scale) => {
    const { network } = await probed(wrappedNet({ scale, channels: 1 }, { white: 255 }));
    expect(network.facts).toMatchObject({ scale, receptiveFieldPx: 2 });
    expect(network.facts.form).toMatchObject({ inputChannels: 1, outputChannels: 1, white: 255 });
    const size = HEIGHT * WIDTH;
    const luma = lumaOf(PICTURE);
    const bright = await runOnProcessor(plainNet({ scale, channels: 1 }), {
      x0: { dataType: DataType.float32, dims: [1, 1, HEIGHT, WIDTH], values: luma },
    });
    const cubic = { mode: 'cubic', cubic_coeff_a: { float: -0.5 } };
    const scales = { ...weights([4], [1, 1, scale, scale]), name: 'scales' };
    const enlarge = modelOf({
      nodes: [node('Resize', ['x0', '', 'scales'], 'y', cubic)],
      initializers: [scales],
    });
    const colours = (await runOnProcessor(enlarge, { x0: FEED })).values;
    const dull = lumaOf(colours);
    const expected = colours.map(
      (value, i) =>
        value +
        (bright.values[i % (size * scale ** 2)] as number) -
        (dull[i % (size * scale ** 2)] as number),
    );
    const own = await runOnProcessor(network.onnx, { input: FEED });
    expect(own.dims).toEqual([1, 3, HEIGHT * scale, WIDTH * scale]);
    expect(rewriteGraph(network.onnx, { inputDims: DIMS }).leftOnCpu).toEqual([]);
    expect(maxDifference(own.values, expected)).toBeLessThan(1e-5);
  });
});

function maxClip(values: readonly number[]): number {
  return Math.max(0, ...values.map((value) => Math.max(-value, value - 1)));
}

function lumaOf(planes: readonly number[]): number[] {
  const size = planes.length / 3;
  return planes
    .slice(0, size)
    .map(
      (red, i) =>
        0.299 * red + 0.587 * (planes[size + i] as number) + 0.114 * (planes[2 * size + i] as number),
    );
}

function edgesRepeated(values: readonly number[], dims: readonly number[], eaten: number): number[] {
  const [height, width] = dims.slice(2) as [number, number];
  const inside = (at: number, side: number) => Math.min(side - 1 - eaten, Math.max(eaten, at));
  return values.map((_, i) => {
    const [x, y, plane] = [i % width, Math.floor(i / width) % height, Math.floor(i / width / height)];
    return values[(plane * height + inside(y, height)) * width + inside(x, width)] as number;
  });
}

describe('what the picture does not show', () => {
  it('stays RGB in 0 to 1, and is said to be unknown', async () => {
    const net = modelOf({
      nodes: [node('Resize', ['x0', '', 'scales'], 'y', { mode: 'nearest' })],
      initializers: [{ ...weights([4], [1, 1, 2, 2]), name: 'scales' }],
    });
    const { form } = (await probed(net)).network.facts;
    expect(form).toMatchObject({ white: 1, channelOrder: 'rgb' });
    expect(form.knownBy).toMatchObject({
      white: 'unknown',
      channelOrder: 'unknown',
      scale: 'probed',
      channels: 'declared',
    });
  });

  it('is taken from the metadata', async () => {
    const model = {
      ...wrappedNet({ scale: 2 }, { white: 255, order: 'bgr' }),
      metadata: [
        { key: 'input_range', value: '0-255' },
        { key: 'Channel-Order', value: 'BGR' },
      ],
    };
    const { network, runs } = await probed(model);
    expect(network.facts.form).toMatchObject({
      white: 255,
      channelOrder: 'bgr',
      knownBy: { white: 'metadata', channelOrder: 'metadata' },
    });
    expect(runs).toBe((await probed(wrappedNet({ scale: 2 }, {}))).runs - 2);
  });

  it('an answer in the other order than the picture is turned', async () => {
    const graph = wrappedNet({ scale: 2 }, { order: 'bgr' }).graph;
    const firstGather = graph.nodes.findIndex(({ opType }) => opType === 'Gather');
    const nodes = graph.nodes.map((one, i) =>
      i === firstGather
        ? { ...one, opType: 'Identity', inputs: one.inputs.slice(0, 1), attributes: [] }
        : one,
    );
    const { network } = await probed(modelOf({ ...graph, nodes }));
    const [own, plain] = [
      await runOnProcessor(network.onnx, { input: FEED }),
      await runOnProcessor(plainNet({ scale: 2 }), { x0: FEED }),
    ];
    expect(maxDifference(own.values, plain.values)).toBeLessThan(1e-5);
  });

  it('the reach behind an operator without a rule is measured', async () => {
    const blur = { pads: [2n, 2n, 2n, 2n], group: 3n };
    const nodes = [node('Conv', ['x0', 'mean'], 'blurred', blur), node('CumSum', ['blurred', 'batch'], 'y')];
    const mean = { ...weights([3, 1, 5, 5], Array(75).fill(1 / 25)), name: 'mean' };
    const initializers = [mean, { ...wholes(0), dims: [], name: 'batch' }];
    const { facts } = (await probed(modelOf({ nodes, initializers }))).network;
    expect(facts.receptiveFieldPx).toBe(2);
    expect(facts.form.knownBy).toMatchObject({ receptiveField: 'probed', dependsOnTileSize: 'unknown' });
  });

  it('a random answer is found out', async () => {
    const net = plainNet({ scale: 2 });
    const last = net.graph.nodes.at(-1)?.inputs[0] as string;
    const nodes = [
      ...net.graph.nodes.slice(0, -1),
      node('RandomUniformLike', [last], 'noise', { low: { float: 0 }, high: { float: 0.01 } }),
      node('Add', [last, 'noise'], 'y'),
    ];
    expect((await probed(modelOf({ ...net.graph, nodes }))).isDeterministic).toBe(false);
  });

  it('statistics of the whole picture are said', async () => {
    const nodes = [
      node('GlobalAveragePool', ['x0'], 'mean'),
      node('Sub', ['x0', 'mean'], 'd'),
      node('Mul', ['d', 'more'], 'm'),
      node('Add', ['m', 'mean'], 'y'),
    ];
    const { facts } = (
      await probed(modelOf({ nodes, initializers: [{ ...weights([], [1.1]), name: 'more' }] }))
    ).network;
    expect(facts).toMatchObject({ dependsOnTileSize: true, receptiveFieldPx: 0, scale: 1 });
  });
});

describe('operators of an old opset', () => {
  const net = (opset: number, eats: boolean): OnnxModel => {
    const pad = eats ? 0n : 1n;
    const scales = { scales: { floats: [1, 1, 2, 2] }, mode: 'nearest' };
    return modelOf({
      nodes: [
        node('Conv', ['x0', 'w'], 'a', { pads: [pad, pad, pad, pad] }),
        node('Upsample', ['a'], 'y', scales),
      ],
      initializers: [{ ...weights([1, 1, 3, 3], [0, 0.1, 0, 0.1, 0.6, 0.1, 0, 0.1, 0]), name: 'w' }],
      inputs: [{ name: 'x0', elemType: DataType.float32, dims: [1, 1, null, null], rest: [] }],
      opset,
    });
  };

  it('are raised, so that colours and edges can be put to the luminance', async () => {
    const { network } = await probed(net(8, true));
    // The network reaches one pixel, the cubic resampling of the colours two.
    expect(network.facts).toMatchObject({ scale: 2, eatenPx: 1, receptiveFieldPx: 2 });
    expect(network.onnx.opsets).toEqual([{ domain: '', version: 11 }]);
    expect((await runOnProcessor(network.onnx, { input: FEED })).dims).toEqual([1, 3, 2 * HEIGHT, 2 * WIDTH]);
  });

  it('are refused where they are too old for that', async () => {
    const described = describeOnnx(net(6, false));
    const run = async (input: Float32Array, dims: readonly number[]) => ({
      values: new Float32Array(4 * input.length).map((_, i) => {
        const [x, y] = [i % (2 * (dims[3] as number)), Math.floor(i / (2 * (dims[3] as number)))];
        return input[(y >> 1) * (dims[3] as number) + (x >> 1)] as number;
      }),
      dims: [1, 1, 2 * (dims[2] as number), 2 * (dims[3] as number)],
    });
    await expect(probe(described, run)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('ONNX opset 6, and its form can only be changed from opset 11 on'),
    });
  });
});

describe('what is no picture for a picture is refused', () => {
  const resize = (mode: string, scale: number) =>
    modelOf({
      nodes: [node('Resize', ['x0', '', 'scales'], 'y', { mode })],
      initializers: [{ ...weights([4], [1, 1, scale, scale]), name: 'scales' }],
    });
  const conv = (from: number, to: number, values = noise(from * to)) =>
    modelOf({
      nodes: [node('Conv', ['x0', 'w'], 'y')],
      initializers: [{ ...weights([to, from, 1, 1], values), name: 'w' }],
      inputs: [{ name: 'x0', elemType: 1, dims: [1, from, null, null], rest: [] }],
    });

  it.each<[string, OnnxModel, string]>([
    [
      'a smaller answer',
      resize('nearest', 0.5),
      '[1, 3, 24, 32], where one whose sides are a whole number of times as long',
    ],
    [
      'one and a half times',
      resize('nearest', 1.5),
      '[1, 3, 72, 96], where one whose sides are a whole number of times as long',
    ],
    [
      'another picture',
      modelOf({
        nodes: [node('Sub', ['one', 'x0'], 'y')],
        initializers: [{ ...weights([], [1]), name: 'one' }],
      }),
      'nothing in common with the picture (correlation -0.',
    ],
    ['a mask', conv(3, 1), 'its input has 3 channels and its output 1'],
    ['invented colours', conv(1, 3), 'its input has 1 channel and its output 3'],
    ['many channels', conv(3, 12), '[1, 12, 48, 64], where a picture of 1, 3 or 4 channels'],
    [
      'labels',
      modelOf({ nodes: [node('GlobalAveragePool', ['x0'], 'y')] }),
      '[1, 3, 1, 1], where one whose sides are a whole number of times as long, 1 to 16',
    ],
    [
      'nothing finite',
      modelOf({
        nodes: [node('Div', ['x0', 'none'], 'y')],
        initializers: [{ ...weights([], [0]), name: 'none' }],
      }),
      'not finite',
    ],
    [
      'a size that nothing fits',
      wrappedNet({ scale: 2 }, { multipleOf: 11 }),
      'it took none of the pictures that were tried (64 × 48 × 3',
    ],
  ])('%s', async (_, model, words) => {
    const error = await refusal(model);
    expect(error).toMatchObject({ code: 'model-unsuitable' });
    expect(error.message).toContain(words);
  });
});

describe('the drawn picture', () => {
  it('has whole numbers of a byte, and channels that cannot be taken for each other', () => {
    const { planes } = drawProbe({ width: sourcePx(64), height: sourcePx(48) });
    const means = planes.map((plane) => plane.reduce((sum, value) => sum + value, 0) / plane.length);
    for (const plane of planes)
      for (const value of plane) expect(value === Math.round(value) && value >= 0 && value <= 255).toBe(true);
    expect((means[0] as number) - (means[1] as number)).toBeGreaterThan(10);
    expect((means[1] as number) - (means[2] as number)).toBeGreaterThan(10);
  });
});
