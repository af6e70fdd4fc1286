import { TesseraError } from '../../base/errors.ts';
import { bytesOfTensor } from './data-type.ts';
import type { TensorData } from './model.ts';
import { RestOf, readText, requireWire, wholeOf } from './read-field.ts';
import { countVarints, readVarints } from './read-varints.ts';
import { corrupt, type Field, fieldsOf, signed, varintEnd, Wire } from './wire-reader.ts';

/** Numbers of the fields of `TensorProto`. */
const F = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
  dataLocation: 14,
} as const;

const EXTERNAL = 1;
/** More sides than any operator takes. */
export const MAX_RANK = 64;
/** Values that are not in one piece: small tensors of old exporters. */
const MAX_PIECES = 262_144;

/**
 * The tensor in `bytes[start, end)`. Its values become little-endian bytes, wherever the file keeps them; where they
 * lie so already (`raw_data`, or `float_data` in one piece) they are a view.
 * @throws TesseraError `model-corrupt` where there are more or fewer values than the sides say; `model-unsuitable`
 * where the values are in another file
 */
export function readTensor(bytes: Uint8Array, start: number, end: number): TensorData {
  let name = '';
  let dataType = 0;
  let external = false;
  const dims: number[] = [];
  const values: Field[] = [];
  const rest = new RestOf(bytes);
  for (const field of fieldsOf(bytes, start, end)) {
    if (field.number === F.dims) readDims(bytes, field, dims);
    else if (field.number === F.dataType) dataType = wholeOf(bytes, field);
    else if (field.number === F.name) name = readText(bytes, field);
    else if (field.number === F.dataLocation) external = wholeOf(bytes, field) === EXTERNAL;
    else if (VALUE_FIELDS.has(field.number)) addValues(values, field);
    else rest.add(field);
  }
  if (external) throw externalData(name);
  const expected = bytesOfTensor(dataType, dims);
  const content = readValues(bytes, values, dataType, (length) => {
    if (expected === null || length === expected) return;
    const shape = `[${dims.join(', ')}] of type ${dataType}`;
    throw corrupt(`the tensor "${name}" ${shape} has ${length} bytes of values, not ${expected}`, start);
  });
  if (dataType === 0) throw corrupt(`the tensor "${name}" has no type`, start);
  return { name, dims, dataType, bytes: content, rest: rest.fields };
}

const VALUE_FIELDS: ReadonlySet<number> = new Set([
  F.floatData,
  F.int32Data,
  F.int64Data,
  F.rawData,
  F.doubleData,
  F.uint64Data,
]);

function readDims(bytes: Uint8Array, field: Field, dims: number[]): void {
  if (field.wire !== Wire.varint) requireWire(field, Wire.bytes);
  for (let at = field.start; at < field.end; ) {
    const next = varintEnd(bytes, at, field.end);
    const dim = signed(bytes, at, next);
    if (dim < 0n || dim > BigInt(Number.MAX_SAFE_INTEGER))
      throw corrupt(`${dim} is no side of a tensor`, field.from);
    if (dims.length === MAX_RANK) throw corrupt(`a tensor has more than ${MAX_RANK} sides`, field.from);
    dims.push(Number(dim));
    at = next;
  }
}

function addValues(values: Field[], field: Field): void {
  if (values.length === MAX_PIECES)
    throw corrupt(`the values of a tensor are in more than ${MAX_PIECES} pieces`, field.from);
  values.push(field);
}

/** @param checkLength is given the bytes that the values will take, before any are made */
function readValues(
  bytes: Uint8Array,
  fields: readonly Field[],
  dataType: number,
  checkLength: (length: number) => void,
): Uint8Array {
  const first = fields.findLast((field) => field.number === F.rawData) ?? fields[0];
  const isRaw = first?.number === F.rawData;
  const runs = isRaw ? [first] : fields.filter((field) => field.number === first?.number);
  if (!first || isRaw || first.number === F.floatData || first.number === F.doubleData) {
    checkLength(runs.reduce((sum, { start, end }) => sum + end - start, 0));
    return joined(runs.map(({ start, end }) => bytes.subarray(start, end)));
  }
  const size = valueBytes(dataType, first.number);
  checkLength(size * countVarints(bytes, runs));
  return readVarints(bytes, runs, size);
}

/** How many bytes of each varint are the value: int32_data also holds the types of 16 and 8 bits (and less). */
function valueBytes(dataType: number, field: number): number {
  const size = bytesOfTensor(dataType, []) ?? 1;
  return field === F.int32Data ? Math.min(size, 4) : Math.min(size, 8);
}

function joined(runs: readonly Uint8Array[]): Uint8Array {
  if (runs.length === 1) return runs[0] as Uint8Array;
  const result = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    result.set(run, at);
    at += run.length;
  }
  return result;
}

function externalData(name: string): TesseraError {
  return new TesseraError(
    'model-unsuitable',
    `The weights of "${name}" are not in the model's file but in another one beside it ("external data").`,
    'Export the model with all weights inside the .onnx file (in PyTorch: external_data=False), and choose that file.',
  );
}
