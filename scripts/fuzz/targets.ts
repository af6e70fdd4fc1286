import { readFileSync } from 'node:fs';
import { assert } from '../../src/base/assert.ts';
import { TesseraError } from '../../src/base/errors.ts';
import { networkFromWeights } from '../../src/models/architectures/network-from-weights.ts';
import { countOf, ELEMENT_BYTES } from '../../src/models/convert/element-bytes.ts';
import { convertNcnn } from '../../src/models/convert/ncnn/convert-ncnn.ts';
import { mayBeNcnnBin, ncnnParamKind } from '../../src/models/convert/ncnn/ncnn-kind.ts';
import * as ncnn from '../../src/models/convert/ncnn/test-support.ts';
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
  { name: 'readOnnx', suffixes: ['.onnx'], run: (bytes) => void readOnnx(bytes) },
  { name: 'convertNcnn of .param', suffixes: ['.param'], run: readParam },
  { name: 'convertNcnn of .bin', suffixes: ['.bin'], run: readBin },
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

function readWeights(bytes: Uint8Array): void {
  weightFileKind(bytes);
  for (const [name, weight] of readStateDict(bytes).weights) {
    const expected = (countOf(weight.dims) ?? Number.NaN) * ELEMENT_BYTES[weight.type];
    assert(weight.bytes.length === expected, `${name} has the bytes that its shape asks for`);
  }
}

function readParam(bytes: Uint8Array, path: string): void {
  ncnnParamKind(bytes);
  // The three networks of animevideov3 share the weights of the largest.
  convertNcnn(bytes, beside(path.replace(/(-x\d)?\.param$/, (_, scale) => `${scale ? '-x4' : ''}.bin`)));
}

function readBin(bytes: Uint8Array, path: string): void {
  mayBeNcnnBin(bytes);
  convertNcnn(beside(path.replace(/\.bin$/, '.param')), bytes);
}

/** Undamaged. */
function beside(path: string): Uint8Array {
  return generated().find((file) => file.path === path)?.bytes ?? readFileSync(path);
}

/** Small files of every form: nearly all of their bytes are structure. */
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
    { path: 'generated.safetensors', bytes: safetensors(header, Uint8Array.from([...numbers, ...numbers])) },
    { path: 'generated.onnx', bytes: smallOnnx(numbers) },
    { path: 'generated.param', bytes: NCNN_PARAM },
    { path: 'generated.bin', bytes: ncnn.binOf(NCNN_PARAM) },
    { path: 'binary.param', bytes: ncnnBinaryParam() },
    { path: 'binary.bin', bytes: ncnn.binOf(ncnnBinaryParam()) },
  ];
}

/** A U with a gate, and most of what layers do to shapes. */
const NCNN_PARAM = ncnn.paramOf([
  'Input in 0 1 in',
  'Convolution a 1 1 in x 0=4 1=3 5=1 6=108 9=2 -23310=1,0.1',
  'Split b 1 2 x y z',
  'Pooling c 1 1 z p 0=1 4=1',
  'InnerProduct d 1 1 p q 0=4 1=1 2=16 9=4',
  'BinaryOp e 2 1 y q r 0=2',
  'Crop f 1 1 r s -23309=2,1,1 -23310=2,-1,-1 -23311=2,-2,-1',
  'Slice g 1 2 s t u -23300=2,1,-233',
  'Concat h 2 1 t u v 0=0',
  'Reshape i 1 1 v w 0=0 1=0 2=-1',
  'Deconvolution j 1 1 w out 0=3 1=4 3=2 4=3 5=1 6=192',
]);

/** Input, a convolution and Interp as 32-bit words; 0x40000000 is 2.0. */
function ncnnBinaryParam(): Uint8Array<ArrayBuffer> {
  const [input, convolution, interp, end] = [16, 6, 50, -233];
  const layers = [
    ...[input, 0, 1, 0, end],
    ...[convolution, 1, 1, 0, 1, 0, 3, 1, 3, 4, 1, 6, 81, end],
    ...[interp, 1, 1, 1, 2, 0, 1, 1, 0x40000000, 2, 0x40000000, end],
  ];
  return new Uint8Array(Int32Array.of(7767517, 3, 3, ...layers).buffer);
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
