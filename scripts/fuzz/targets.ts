import { assert } from '../../src/base/assert.ts';
import { TesseraError } from '../../src/base/errors.ts';
import { countOf, ELEMENT_BYTES } from '../../src/models/convert/element-bytes.ts';
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
];

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

/** Small files of every form: nearly all of their bytes are structure. */
export function generated(): readonly NamedBytes[] {
  const numbers = float32s(...Array.from({ length: 64 }, (_, i) => i / 7));
  const tree = (options: TensorOptions) =>
    named({
      params: named({ 'module.w': tensor('1', [64], options) }),
      params_ema: named({
        'module.conv.weight': tensor('0', [4, 4, 2, 2], options),
        'module.conv.turned': tensor('0', [4, 8], { ...options, elements: 64, strides: [1, 4] }),
        'module.conv.bias': tensor('1', [4], { ...options, elements: 64, offset: 5 }),
      }),
      epoch: 3,
    });
  const places = { dtype: 'F32', shape: [8, 8], data_offsets: [0, 256] };
  const header = { __metadata__: { format: 'pt' }, a: places, b: { ...places, data_offsets: [256, 512] } };
  const storage = { bytes: numbers, size: 4 };
  return [
    { path: 'generated.pth', bytes: torchZip(tree({}), { 0: numbers, 1: numbers }) },
    { path: 'generated-64-bit.pth', bytes: torchZip(tree({}), { 0: numbers, 1: numbers }, { zip64: true }) },
    { path: 'generated-old.pth', bytes: torchLegacy(tree({ legacy: true }), { 0: storage, 1: storage }) },
    { path: 'generated.safetensors', bytes: safetensors(header, Uint8Array.from([...numbers, ...numbers])) },
    { path: 'generated.onnx', bytes: smallOnnx(numbers) },
  ];
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
