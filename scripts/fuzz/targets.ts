import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert, defined } from '../../src/base/assert.ts';
import { TesseraError } from '../../src/base/errors.ts';
import { isBuilt, networkFromWeights } from '../../src/models/architectures/network-from-weights.ts';
import { countOf, ELEMENT_BYTES } from '../../src/models/convert/element-bytes.ts';
import { convertNcnn } from '../../src/models/convert/ncnn/convert-ncnn.ts';
import { describeOnnx } from '../../src/models/convert/onnx/describe-onnx.ts';
import { readStateDict } from '../../src/models/convert/read-state-dict.ts';
import {
  float32s,
  named,
  safetensors,
  type TensorOptions,
  tensor,
  torchLegacy,
  torchZip,
} from '../../src/models/convert/test-support.ts';
import { weightFileKind } from '../../src/models/convert/weight-file-kind.ts';
import { factsIn, withFacts } from '../../src/models/kept-facts.ts';
import { node, tensor as onnxTensor } from '../../src/models/onnx/build.ts';
import { DataType } from '../../src/models/onnx/data-type.ts';
import { readOnnx } from '../../src/models/onnx/read.ts';
import { modelOf } from '../../src/models/onnx/test-support.ts';
import { writeOnnx } from '../../src/models/onnx/write.ts';

/** A reader of model files that is given damaged ones. */
export type Target = {
  readonly name: string;
  /** Files whose names end so are its own. */
  readonly suffixes: readonly string[];
  /** @param path of the undamaged file, for what lies beside it */
  readonly run: (bytes: Uint8Array, path: string) => void;
};

export type NamedBytes = { readonly path: string; readonly bytes: Uint8Array };

/** One line for each reader. */
export const targets: readonly Target[] = [
  { name: 'readStateDict', suffixes: ['.pth', '.pt', '.ckpt', '.safetensors'], run: readWeights },
  {
    name: 'networkFromWeights',
    suffixes: ['.pth', '.pt', '.ckpt', '.safetensors'],
    run: (bytes) => void writeOnnx(networkFromWeights(readStateDict(bytes, isBuilt)).onnx),
  },
  { name: 'describeOnnx', suffixes: ['.onnx'], run: readNetwork },
  {
    name: 'convertNcnn, param',
    suffixes: ['.param'],
    run: (bytes, path) => void convertNcnn(bytes, beside(path, '.bin')),
  },
  {
    name: 'convertNcnn, bin',
    suffixes: ['.bin'],
    run: (bytes, path) => void convertNcnn(beside(path, '.param'), bytes),
  },
];

/** The file of the same name with another ending; of the same folder where there is none of the same name. */
function beside(path: string, suffix: string): Uint8Array {
  const own = path.replace(/\.\w+$/, suffix);
  const [other] = readdirSync(dirname(path)).filter((name) => name.endsWith(suffix));
  return new Uint8Array(
    readFileSync(existsSync(own) ? own : join(dirname(path), defined(other, `a file ${suffix}`))),
  );
}

/** The code of an error that a reader may end with; null for all others, which are its faults. */
export function codeOf(error: unknown): string | null {
  return error instanceof TesseraError && error.code.startsWith('model-') ? error.code : null;
}

function readNetwork(bytes: Uint8Array): void {
  const model = readOnnx(bytes);
  factsIn(model.metadata);
  describeOnnx(model);
}

function readWeights(bytes: Uint8Array): void {
  weightFileKind(bytes);
  for (const [name, weight] of readStateDict(bytes).weights) {
    const expected = (countOf(weight.dims) ?? Number.NaN) * ELEMENT_BYTES[weight.type];
    assert(weight.bytes.length === expected, `${name} has the bytes that its shape asks for`);
  }
}

/** The smallest Compact network for twice the size: its names and sides. */
const COMPACT: readonly (readonly [name: string, dims: readonly number[]])[] = [
  ['body.0.weight', [2, 3, 3, 3]],
  ['body.0.bias', [2]],
  ['body.1.weight', [2]],
  ['body.2.weight', [2, 2, 3, 3]],
  ['body.2.bias', [2]],
  ['body.3.weight', [2]],
  ['body.4.weight', [12, 2, 3, 3]],
  ['body.4.bias', [12]],
];

/** Small files of every form: most of their bytes are structure. */
export function generated(): readonly NamedBytes[] {
  const numbers = float32s(...Array.from({ length: 256 }, (_, i) => (i - 99) / 700));
  const tree = (options: TensorOptions) => {
    const shared = { ...options, elements: 256 };
    const weights = COMPACT.map(([name, dims], i) => {
      // The convolution in the middle lies there turned: it is copied, the others are views.
      const place = i === 3 ? { ...shared, strides: [1, 2, 12, 4] } : { ...shared, offset: i };
      return [`module.${name}`, tensor('0', dims, place)] as const;
    });
    return named({
      params: named({ w: tensor('1', [256], options) }),
      params_ema: named(Object.fromEntries(weights)),
      epoch: 3,
    });
  };
  const storage = { bytes: numbers, size: 4 };
  return [
    { path: 'generated.pth', bytes: torchZip(tree({}), { 0: numbers, 1: numbers }) },
    { path: 'generated-64-bit.pth', bytes: torchZip(tree({}), { 0: numbers, 1: numbers }, { zip64: true }) },
    { path: 'generated-old.pth', bytes: torchLegacy(tree({ legacy: true }), { 0: storage, 1: storage }) },
    { path: 'generated.safetensors', bytes: smallSafetensors(numbers) },
    { path: 'generated.network.safetensors', bytes: smallNetwork() },
    { path: 'generated.onnx', bytes: smallOnnx(numbers.subarray(0, 256)) },
    { path: 'generated.saved.onnx', bytes: savedOnnx() },
  ];
}

function smallSafetensors(numbers: Uint8Array): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  const data = COMPACT.flatMap(([name, dims]) => {
    const begin = end;
    end += 4 * (countOf(dims) ?? 0);
    header[name] = { dtype: 'F32', shape: dims, data_offsets: [begin, end] };
    return [...numbers.subarray(0, end - begin)];
  });
  return safetensors(header, Uint8Array.from(data));
}

function smallOnnx(numbers: Uint8Array): Uint8Array {
  const weights = { ...onnxTensor('w', DataType.float32, [1], [0]), dims: [4, 4, 2, 2], bytes: numbers };
  return writeOnnx(
    modelOf({
      nodes: [
        node('Conv', ['x0', 'w'], 'c', { kernel_shape: [2n, 2n], auto_pad: 'SAME_UPPER' }),
        node('Resize', ['c', '', 's'], 'y', { mode: 'nearest' }),
      ],
      initializers: [weights, onnxTensor('s', DataType.float32, [4], [1, 1, 2, 2])],
    }),
  );
}

/** As a person saves it, with its facts. */
function savedOnnx(): Uint8Array {
  return writeOnnx(withFacts(networkFromWeights(readStateDict(smallNetwork()))));
}

/** A network of the Compact architecture with two features and one layer, which doubles a picture's sides. */
function smallNetwork(): Uint8Array {
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'body.0.weight': [2, 3, 3, 3],
    'body.0.bias': [2],
    'body.1.weight': [2],
    'body.2.weight': [2, 2, 3, 3],
    'body.2.bias': [2],
    'body.3.weight': [2],
    'body.4.weight': [12, 2, 3, 3],
    'body.4.bias': [12],
  };
  const header: Record<string, object> = {};
  const numbers: number[] = [];
  for (const [name, shape] of Object.entries(shapes)) {
    const begin = 4 * numbers.length;
    numbers.push(...new Array<number>(countOf(shape) ?? 0).fill(0.1));
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, 4 * numbers.length] };
  }
  return safetensors(header, float32s(...numbers));
}
