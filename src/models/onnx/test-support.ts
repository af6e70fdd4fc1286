import { type AttributeValues, node, tensor } from './build.ts';
import { DataType } from './data-type.ts';
import type { Graph, OnnxModel, TensorData } from './model.ts';

/** A tensor that is fed, with the values to feed. */
export type Feed = {
  readonly dataType: number;
  readonly dims: readonly number[];
  readonly values: readonly number[];
};

/** A model, and what to run it on. */
export type Case = {
  readonly title: string;
  readonly model: OnnxModel;
  readonly feeds: Readonly<Record<string, Feed>>;
  /** A change that rewriting must report. */
  readonly change: string;
};

export type SingleOperator = {
  readonly opType: string;
  readonly opset: number;
  /** In the order of the operator's inputs: fed, constant, or (null) left out. */
  readonly inputs: readonly (Feed | TensorData | null)[];
  readonly attributes?: AttributeValues;
  /** Of the first output. Default float32. */
  readonly outputType?: number;
};

type Parts = Partial<Graph> & Pick<Graph, 'nodes'> & { readonly opset?: number };

/** A model of these nodes: float32 input `x0` of a picture's sides, and output `y`, unless it says otherwise. */
export function modelOf({ opset = 17, ...parts }: Parts): OnnxModel {
  const graph = {
    name: 'test',
    initializers: [],
    inputs: [{ name: 'x0', elemType: DataType.float32, dims: [1, 3, 'height', 'width'], rest: [] }],
    outputs: [{ name: 'y', elemType: DataType.float32, dims: null, rest: [] }],
    valueInfos: [],
    rest: [],
    ...parts,
  };
  return { irVersion: 8, opsets: [{ domain: '', version: opset }], graph, metadata: [], rest: [] };
}

/** A model of one operator: inputs `x0`, `x1` …, output `y`. */
export function singleOperator(of: SingleOperator): Pick<Case, 'model' | 'feeds'> {
  const names = of.inputs.map((input, i) => (input ? `x${i}` : ''));
  const fed = of.inputs.flatMap((input, i) =>
    input && 'values' in input ? [[`x${i}`, input] as const] : [],
  );
  const model = modelOf({
    opset: of.opset,
    nodes: [node(of.opType, names, 'y', of.attributes)],
    initializers: of.inputs.flatMap((input, i) =>
      input && 'bytes' in input ? [{ ...input, name: `x${i}` }] : [],
    ),
    inputs: fed.map(([name, { dataType, dims }]) => ({ name, elemType: dataType, dims, rest: [] })),
    outputs: [{ name: 'y', elemType: of.outputType ?? DataType.float32, dims: null, rest: [] }],
  });
  return { model, feeds: Object.fromEntries(fed) };
}

/** Values from −range to range that look random and are always the same. */
export function noise(count: number, range = 3, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.fround(range * (state / 2 ** 30 - 1));
  });
}

/** A float32 input of those sides, full of noise. */
export function floats(dims: readonly number[], range?: number, seed?: number): Feed {
  const count = dims.reduce((product, side) => product * side, 1);
  return { dataType: DataType.float32, dims, values: noise(count, range, seed) };
}

/** A float32 constant. */
export function weights(dims: readonly number[], values: readonly number[]): TensorData {
  return tensor('', DataType.float32, dims, values);
}

/** A constant list of 64-bit integers. */
export function wholes(...values: readonly number[]): TensorData {
  return tensor('', DataType.int64, [values.length], values);
}

/** Where rounding, signs and remainders change their minds. */
const EDGES = [
  0, -0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, -0.49999997, 0.50000006, -0.50000006, 1, -1, 3, -3,
  1e-30, -1e-30, 8388607.5, -8388607.5, 16777215, -16777215, 1e20, -1e20, 2.4999998, -2.4999998, 7.25, -7.25,
  1e-3, -1e-3, 100.5, -101.5,
];
const edges: Feed = { dataType: DataType.float32, dims: [1, 2, 4, 4], values: EDGES };
const picture = floats([1, 3, 8, 12], 1);

type Row = readonly [title: string, change: string, of: SingleOperator];

const ROWS: readonly Row[] = [
  ...[
    [2, 13],
    [3, 13],
    [2, 10],
    [2, 9],
    [3, 7],
  ].map(([block = 0, opset = 0]): Row => {
    const inputs = [floats([2, 3, 6, 12])];
    const parts = `${'Slice, '.repeat(block)}Concat`;
    const of = { opType: 'SpaceToDepth', opset, inputs, attributes: { blocksize: BigInt(block) } };
    return [`SpaceToDepth, block ${block}, opset ${opset}`, `SpaceToDepth → ${parts}, ${parts}`, of];
  }),
  ...[18, 20].map((opset): Row => {
    const inputs = [floats([2, 4, 3, 5]), weights([2], [1.5, -0.5]), weights([2], [0.25, 2])];
    const attributes = { num_groups: 2n, epsilon: { float: 0.01 } };
    const change = 'GroupNormalization → Reshape, Shape, InstanceNormalization, Reshape';
    return [
      `GroupNormalization by group, opset ${opset}`,
      change,
      { opType: 'GroupNormalization', opset, inputs, attributes },
    ];
  }),
  [
    'GroupNormalization by channel, opset 21',
    'GroupNormalization → Reshape, Shape, InstanceNormalization, Reshape, Reshape, Mul, Reshape, Add, Reshape',
    {
      opType: 'GroupNormalization',
      opset: 21,
      inputs: [floats([2, 4, 3, 5]), weights([4], [1.5, -0.5, 2, 1]), weights([4], [0.25, 2, 0, -1])],
      attributes: { num_groups: 2n },
    },
  ],
  ...['nearest', 'linear'].flatMap((mode) =>
    [2, 3].map((scale): Row => {
      const inputs = [picture, weights([4], [1, 1, scale, scale])];
      return [
        `Upsample-9 ${mode} ×${scale}`,
        'opset 9 → opset 11',
        { opType: 'Upsample', opset: 9, inputs, attributes: { mode } },
      ];
    }),
  ),
  [
    'Upsample-7, scales in an attribute',
    'opset 8 → opset 11',
    {
      opType: 'Upsample',
      opset: 8,
      inputs: [picture],
      attributes: { mode: 'nearest', scales: { floats: [1, 1, 2, 3] } },
    },
  ],
  [
    'Clip-6',
    'opset 9 → opset 11',
    { opType: 'Clip', opset: 9, inputs: [edges], attributes: { min: { float: -1 }, max: { float: 2 } } },
  ],
  [
    'Clip-6 without an end',
    'opset 9 → opset 11',
    { opType: 'Clip', opset: 9, inputs: [edges], attributes: { min: { float: -1 } } },
  ],
  [
    'DepthToSpace-1',
    'opset 10 → opset 11',
    { opType: 'DepthToSpace', opset: 10, inputs: [floats([1, 8, 3, 4])], attributes: { blocksize: 2n } },
  ],
  ['Sum of one', 'Sum → Identity', { opType: 'Sum', opset: 13, inputs: [picture] }],
  [
    'Sum of three, broadcast',
    'Sum → Add, Add',
    { opType: 'Sum', opset: 13, inputs: [picture, floats([3, 1, 1]), floats([12])] },
  ],
  ['Mean of one', 'Mean → Identity', { opType: 'Mean', opset: 13, inputs: [picture] }],
  [
    'Mean of three, broadcast',
    'Mean → Add, Add, Div',
    { opType: 'Mean', opset: 13, inputs: [picture, floats([3, 1, 1]), floats([12])] },
  ],
  [
    'Round',
    'Round → Floor, Sub, Mul, Floor, Mul, Sub, Add, Equal, Where, Add, Greater, Where',
    { opType: 'Round', opset: 17, inputs: [edges] },
  ],
  ['Sign', 'Sign → Less, Where, Greater, Where', { opType: 'Sign', opset: 17, inputs: [edges] }],
  [
    'Sign of integers',
    'Sign → Less, Where, Greater, Where',
    {
      opType: 'Sign',
      opset: 17,
      outputType: DataType.int32,
      inputs: [{ dataType: DataType.int32, dims: [5], values: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)] }],
    },
  ],
  ['Selu', 'Selu → Elu, Mul', { opType: 'Selu', opset: 17, inputs: [picture] }],
  [
    'Selu with its own numbers',
    'Selu → Elu, Mul',
    {
      opType: 'Selu',
      opset: 17,
      inputs: [picture],
      attributes: { alpha: { float: 0.7 }, gamma: { float: 1.9 } },
    },
  ],
  ['Selu, opset 22', 'opset 22 → opset 19', { opType: 'Selu', opset: 22, inputs: [picture] }],
  ['Celu', 'Celu → Div, Elu, Mul', { opType: 'Celu', opset: 17, inputs: [picture] }],
  [
    'Celu with its own number',
    'Celu → Div, Elu, Mul',
    { opType: 'Celu', opset: 17, inputs: [picture], attributes: { alpha: { float: 0.3 } } },
  ],
  ['Softsign', 'Softsign → Abs, Add, Div', { opType: 'Softsign', opset: 17, inputs: [edges] }],
  ...[0n, 1n].map((fmod): Row => {
    const x = { dataType: DataType.int32, dims: [8], values: [7, -7, 7, -7, 6, -6, 0, 2147483647] };
    const y = { dataType: DataType.int32, dims: [8], values: [3, 3, -3, -3, 3, -3, 5, 1000] };
    const change = fmod ? 'Mod → Div, Mul, Sub' : 'Mod → Div, Mul, Sub, Add, Div, Mul, Sub';
    return [
      `Mod of integers, fmod ${fmod}`,
      change,
      { opType: 'Mod', opset: 17, inputs: [x, y], attributes: { fmod }, outputType: DataType.int32 },
    ];
  }),
  ...[1, -4, 0.25].map(
    (divisor): Row => [
      `Mod of floats by ${divisor}`,
      'Mod → Div, Less, Ceil, Floor, Where, Mul, Sub',
      { opType: 'Mod', opset: 17, inputs: [edges, weights([], [divisor])], attributes: { fmod: 1n } },
    ],
  ),
  ...['linear', 'cubic', 'nearest'].flatMap((mode) =>
    ['zeros', 'border', 'reflection'].map((padding_mode): Row => {
      const inputs = [picture, floats([1, 5, 6, 2], 1.2, 7)];
      const attributes = { mode, padding_mode, align_corners: 1n };
      return [
        `GridSample-20 ${mode} ${padding_mode}`,
        'opset 20 → opset 19',
        { opType: 'GridSample', opset: 20, inputs, attributes },
      ];
    }),
  ),
  ...['HardSwish', 'Elu', 'GlobalAveragePool'].map(
    (opType): Row => [`${opType}, opset 22`, 'opset 22 → opset 19', { opType, opset: 22, inputs: [picture] }],
  ),
  ...antialiased(),
];

function antialiased(): readonly Row[] {
  const resize = (title: string, sides: readonly (TensorData | null)[], attributes: AttributeValues): Row => {
    const of = {
      opType: 'Resize',
      opset: 19,
      inputs: [picture, null, ...sides],
      attributes: { antialias: 1n, ...attributes },
    };
    return [`antialiased Resize, ${title}`, 'Resize → MatMul, MatMul', of];
  };
  const to = (rows: number, columns: number) => [null, wholes(rows, columns)];
  const by = (rows: number, columns: number) => [weights([4], [1, 1, rows, columns])];
  const axes = [2n, 3n];
  const positions = [
    'half_pixel',
    'pytorch_half_pixel',
    'align_corners',
    'asymmetric',
    'half_pixel_symmetric',
  ];
  return [
    ...['linear', 'cubic'].flatMap((mode) => [
      resize(`${mode}, half`, by(0.5, 0.5), { mode }),
      resize(`${mode}, to 3 × 5`, to(3, 5), { mode, axes }),
      resize(`${mode}, to 3 × 5, outside excluded`, to(3, 5), { mode, axes, exclude_outside: 1n }),
      resize(`${mode}, 1.7 × 0.6`, by(1.7, 0.6), { mode }),
      resize(`${mode}, one side`, to(8, 7), { mode, axes }),
      ...positions.map((position) =>
        resize(`${mode}, ${position}`, by(0.4, 0.7), { mode, coordinate_transformation_mode: position }),
      ),
    ]),
    resize('cubic of −0.5', to(4, 6), { mode: 'cubic', axes, cubic_coeff_a: { float: -0.5 } }),
  ];
}

/** A model of one operator for every way in which one is rewritten. */
export const CASES: readonly Case[] = ROWS.map(([title, change, of]) => ({
  title,
  change,
  ...singleOperator(of),
}));

/**
 * A model that halves the height of a picture [1, 3, height, width] by what it computes from the picture's own sides, in
 * 64-bit integers: nothing that the GPU could do, unless the sides are fixed.
 */
export const COMPUTED_SIDES: OnnxModel = modelOf({
  nodes: [
    node('Relu', ['x0'], 'bright'),
    node('Shape', ['bright'], 'sides'),
    node('Gather', ['sides', 'height_axis'], 'height', { axis: 0n }),
    node('Div', ['height', 'two'], 'half_height'),
    node('Unsqueeze', ['half_height', 'zero'], 'rows'),
    node('Concat', ['batch_and_channels', 'rows', 'rest'], 'halved', { axis: 0n }),
    node('Reshape', ['bright', 'halved'], 'y'),
  ],
  initializers: [
    { ...wholes(2), name: 'height_axis', dims: [] },
    { ...wholes(2), name: 'two', dims: [] },
    { ...wholes(0), name: 'zero' },
    { ...wholes(1, 3), name: 'batch_and_channels' },
    { ...wholes(-1), name: 'rest' },
  ],
  outputs: [{ name: 'y', elemType: DataType.float32, dims: [1, 3, 'height', 'width'], rest: [] }],
});
