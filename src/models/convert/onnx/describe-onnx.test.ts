import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../../base/errors.ts';
import { node } from '../../onnx/build.ts';
import { DataType } from '../../onnx/data-type.ts';
import type { Graph, OnnxModel, ValueInfo } from '../../onnx/model.ts';
import { modelOf, noise, weights, wholes } from '../../onnx/test-support.ts';
import { describeOnnx } from './describe-onnx.ts';
import { plainNet, wrappedNet } from './test-nets.ts';

type Dims = ValueInfo['dims'];

function value(name: string, elemType: number | null, dims: Dims): ValueInfo {
  return { name, elemType, dims, rest: [] };
}

const picture = (dims: Dims) => value('x0', DataType.float32, dims);

/** A model that gives back what it is given, with these ends. */
function ends(
  inputs: readonly ValueInfo[],
  outputs?: readonly ValueInfo[],
  more: Partial<Graph> = {},
): OnnxModel {
  const nodes = [node('Identity', [inputs[0]?.name ?? ''], 'y')];
  return modelOf({ nodes, inputs, outputs: outputs ?? [value('y', DataType.float32, null)], ...more });
}

function refusalOf(model: OnnxModel): TesseraError {
  try {
    describeOnnx(model);
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const EXPECTED = 'where one picture, such as float32 [1, 3, height, width], was expected';

describe('a model that takes or gives no picture is refused with what was seen', () => {
  const { float32, int64 } = DataType;
  const image = picture([1, 3, null, null]);

  it.each<[string, OnnxModel, string]>([
    [
      'text',
      ends([value('input_ids', int64, ['batch', 77])]),
      `its input is input_ids: int64 [batch, 77] ${EXPECTED}.`,
    ],
    [
      'a classifier',
      ends([picture([1, 3, 224, 224])], [value('labels', float32, [1, 1000])]),
      `its output is labels: float32 [1, 1000] ${EXPECTED}.`,
    ],
    [
      'two inputs',
      ends([image, value('sigma', float32, [1])]),
      `it has 2 inputs (x0: float32 [1, 3, ?, ?]; sigma: float32 [1]) ${EXPECTED}.`,
    ],
    ['no input', ends([]), `it has no input ${EXPECTED}.`],
    [
      'a film',
      ends([picture([1, 5, 3, 'h', 'w'])]),
      `its input is float32 [1, 5, 3, h, w]: several pictures at once, as models for films have them, ${EXPECTED}.`,
    ],
    [
      'a batch',
      ends([picture([8, 3, null, null])]),
      `its input is a batch of 8 pictures (x0: float32 [8, 3, ?, ?]) ${EXPECTED}.`,
    ],
    [
      'double precision',
      ends([value('x0', DataType.float64, [1, 3, null, null])]),
      `its input is x0: float64 [1, 3, ?, ?] ${EXPECTED}.`,
    ],
    [
      'bfloat16',
      ends([value('x0', 16, [1, 3, null, null])]),
      `its input is x0: bfloat16 [1, 3, ?, ?] ${EXPECTED}.`,
    ],
    ['a sequence', ends([value('x0', null, null)]), `its input “x0” is no tensor ${EXPECTED}.`],
    [
      'many channels',
      ends([picture([1, 19, 'h', 'w'])]),
      `its input is float32 [1, 19, h, w], ${EXPECTED} (1, 3 or 4 channels).`,
    ],
    [
      'two pictures out',
      ends([image], [value('y', float32, null), value('z', float32, [1, 3, null, null])]),
      `it has 2 outputs (y: float32 of any shape; z: float32 [1, 3, ?, ?]) ${EXPECTED}.`,
    ],
    ['no output', ends([image], []), `it has 0 outputs () ${EXPECTED}.`],
  ])('%s', (_, model, words) => {
    const error = refusalOf(model);
    expect(error.code).toBe('model-unsuitable');
    expect(error.message).toBe(`The model does not turn one picture into one picture: ${words}`);
  });

  it('undeclared channels by its first layer', () => {
    const layer = { ...weights([4, 12, 1, 1], noise(48)), name: 'w' };
    const model = modelOf({
      nodes: [node('Conv', ['x0', 'w'], 'y')],
      initializers: [layer],
      inputs: [picture([null, null, null, null])],
    });
    expect(refusalOf(model).message).toContain('[?, ?, ?, ?], and its first layer takes 12 channels');
  });
});

describe('operators that no browser has', () => {
  const model = (domain: string) => ({
    ...ends([picture([1, 3, null, null])]),
    graph: {
      ...ends([picture([1, 3, null, null])]).graph,
      nodes: [{ ...node('DecodeImage', ['x0'], 'y'), domain }],
    },
  });

  it.each(['com.microsoft.extensions', 'ai.onnx.contrib'])('%s: why', (domain) => {
    const error = refusalOf(model(domain));
    expect(error.code).toBe('model-unsupported');
    expect(error.message).toContain(
      `the operator DecodeImage of “${domain}”, which reads or writes picture files`,
    );
    expect(error.nextStep).toContain('without the processing');
  });
  it('somebody’s own', () => {
    expect(refusalOf(model('org.example')).message).toContain(
      '“org.example”, which the runtime in the browser does not have',
    );
  });
  it('but a model’s own functions may be meant', () => {
    // ModelProto.functions: field 25 of 0 bytes.
    expect(describeOnnx({ ...model('pkg.own'), rest: [Uint8Array.of(0xca, 0x01, 0)] }).forms).toHaveLength(1);
  });
  it.each(['com.microsoft', 'ai.onnx'])('%s is one that it has', (domain) => {
    expect(describeOnnx(model(domain)).precision).toBe('float32');
  });
});

describe('a size that the file fixes', () => {
  const of = (height: number | null, width: number | null) => ends([picture([1, 3, height, width])]);
  it.each([
    [2 ** 31, 2 ** 31],
    [8193, 16],
    [16, 2 ** 53],
    [8192, 4096],
    [8192, null],
  ])('of %s by %s is more than is tried, and named', (height, width) => {
    const error = refusalOf(of(height, width));
    expect(error.code).toBe('model-unsuitable');
    expect(error.message).toContain(`[1, 3, ${height}, ${width ?? '?'}]: tiles of that size`);
  });
  it.each([
    [8, 64],
    [64, 1],
    [0, 0],
    // Three channels and three columns, or three rows and three channels.
    [99, 3],
  ])('of %s by %s is too small to be cut', (height, width) => {
    expect(refusalOf(of(height, width)).message).toContain(
      `tiles of ${Math.min(height, width)} pixels are too small`,
    );
  });
  it.each([
    [9, 9],
    [4096, 4096],
    [8192, 2048],
  ])('of %s by %s is taken', (height, width) => {
    expect(describeOnnx(of(height, width)).forms).toEqual([{ layout: 'nchw', channels: 3, height, width }]);
  });
});

describe('the form of the input', () => {
  const forms = (dims: Dims) => describeOnnx(ends([picture(dims)])).forms;
  const free = { height: null, width: null };

  it.each<[string, Dims, object[]]>([
    ['NCHW', [1, 3, 'h', 'w'], [{ layout: 'nchw', channels: 3, ...free }]],
    ['NHWC', [null, null, null, 3], [{ layout: 'nhwc', channels: 3, ...free }]],
    ['luminance', ['batch', 1, 224, 224], [{ layout: 'nchw', channels: 1, height: 224, width: 224 }]],
    ['alpha, one side fixed', [1, 4, 64, null], [{ layout: 'nchw', channels: 4, height: 64, width: null }]],
    ['NHWC of a fixed size', [1, 128, 96, 3], [{ layout: 'nhwc', channels: 3, height: 128, width: 96 }]],
  ])('%s', (_, dims, expected) => expect(forms(dims)).toEqual(expected));

  it('has to be tried where nothing is declared', () => {
    for (const dims of [null, [null, null, null, null]] as const) {
      expect(forms(dims).map(({ layout, channels }) => `${layout} ${channels}`)).toEqual([
        'nchw 3',
        'nchw 1',
        'nchw 4',
        'nhwc 3',
        'nhwc 1',
        'nhwc 4',
      ]);
    }
  });

  it('is seen at the first layer where nothing is declared', () => {
    const model = wrappedNet({ scale: 2, channels: 1 }, { undeclared: true, white: 255 });
    expect(describeOnnx(model).forms.map(({ channels }) => channels)).toEqual([1, 1]);
  });
});

describe('what else the graph says', () => {
  it('weights among the inputs, and outputs beside the picture, are left out', () => {
    const net = plainNet({ scale: 2 });
    const weight = net.graph.initializers[0];
    const inputs = [...net.graph.inputs, value(weight?.name ?? '', DataType.float32, weight?.dims ?? null)];
    const extra = value('count', DataType.int64, [1]);
    const nodes = [...net.graph.nodes, node('Shape', ['x0'], 'count')];
    const { model } = describeOnnx(
      modelOf({ ...net.graph, nodes, inputs, outputs: [...net.graph.outputs, extra] }),
    );
    expect(model.graph.inputs.map(({ name }) => name)).toEqual(['x0']);
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(model.graph.nodes.map(({ opType }) => opType)).not.toContain('Shape');
  });

  it('bytes at the ends are cast', () => {
    const described = describeOnnx(wrappedNet({ scale: 2 }, { bytes: true }));
    expect(described).toMatchObject({ takesBytes: true, givesBytes: true });
    const { inputs, outputs, nodes } = described.model.graph;
    expect([inputs[0]?.elemType, outputs[0]?.elemType]).toEqual([DataType.float32, DataType.float32]);
    expect([nodes[0]?.opType, nodes.at(-1)?.opType]).toEqual(['Cast', 'Cast']);
  });

  it.each<[string, string, unknown]>([
    ['input_range', '[0, 255]', { white: 255 }],
    ['value-range', '0..1', { white: 1 }],
    ['value range', '0.0-1.0', { white: 1 }],
    ['range', '-1 to 10', { white: null }],
    ['Channel_Order', 'BGR', { channelOrder: 'bgr' }],
    ['color_space', '"RGB"', { channelOrder: 'rgb' }],
    ['color_space', 'YCbCr', { channelOrder: null }],
    ['author', '0-255', { white: null }],
  ])('metadata: %s = %s', (key, text, expected) => {
    expect(describeOnnx({ ...plainNet({ scale: 2 }), metadata: [{ key, value: text }] })).toMatchObject(
      expected as object,
    );
  });

  const layer = (...nodes: Parameters<typeof node>[]) =>
    modelOf({
      nodes: nodes.map((one) => node(...one)),
      initializers: [
        { ...weights([3], [1, 1, 1]), name: 'ones' },
        { ...wholes(2, 3), name: 'rows_and_columns' },
        { ...wholes(1), name: 'channels' },
      ],
      opset: 18,
    });

  it.each<[string, OnnxModel, boolean | null]>([
    ['no', plainNet({ scale: 2 }), false],
    ['a global pool', layer(['GlobalAveragePool', ['x0'], 'p'], ['Mul', ['x0', 'p'], 'y']), true],
    [
      'a mean over rows and columns',
      layer(['ReduceMean', ['x0', 'rows_and_columns'], 'p'], ['Mul', ['x0', 'p'], 'y']),
      true,
    ],
    [
      'a mean over channels',
      layer(['ReduceMean', ['x0', 'channels'], 'p'], ['Mul', ['x0', 'p'], 'y']),
      false,
    ],
    ['an instance norm', layer(['InstanceNormalization', ['x0', 'ones', 'ones'], 'y']), true],
    ['an operator that is not known', layer(['Det', ['x0'], 'y']), null],
  ])('whether the result depends on the tile: %s', (_, model, expected) => {
    expect(describeOnnx(model).dependsOnTileSize).toBe(expected);
  });
});
