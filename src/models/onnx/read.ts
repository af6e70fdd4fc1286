import type {
  Attribute,
  Graph,
  MetadataEntry,
  Node,
  OnnxModel,
  OpsetImport,
  TensorData,
  ValueInfo,
} from './model.ts';
import { ReadBudget } from './read-budget.ts';
import { RestOf, readBytes, readText, requireWire, wholeOf } from './read-field.ts';
import { MAX_RANK, readTensor } from './read-tensor.ts';
import { readVarints } from './read-varints.ts';
import { corrupt, type Field, fieldsOf, signed, Wire } from './wire-reader.ts';

// Field numbers are those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

/** Graphs inside graphs (branches of If, bodies of Loop); real models have one or two levels. */
const MAX_DEPTH = 16;

/**
 * The model in a file. The weights are views into `bytes`, which must not change while the model is in use.
 * @throws TesseraError `model-corrupt` with the offset where the file is damaged or not ONNX; `model-unsuitable` where
 * weights are in another file
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  let irVersion = 0;
  let graph: Graph | null = null;
  const opsets: OpsetImport[] = [];
  const metadata: MetadataEntry[] = [];
  const rest = new RestOf(bytes);
  const budget = new ReadBudget();
  for (const field of fieldsOf(bytes, 0, bytes.length)) {
    budget.message(field.from);
    if (field.number === 1) irVersion = wholeOf(bytes, field);
    else if (field.number === 7) graph = readGraph(bytes, field, { depth: 0, budget });
    else if (field.number === 8) opsets.push(readOpset(bytes, field));
    else if (field.number === 14) metadata.push(readMetadata(bytes, field));
    else rest.add(field);
  }
  if (!graph) throw corrupt('it holds no graph', bytes.length);
  return { irVersion, opsets, graph, metadata, rest: rest.fields };
}

/** The nodes of an operator that a model defines itself: those of one of its fields `functions`. */
export function nodesOfFunction(bytes: Uint8Array, message: Field): readonly Node[] {
  const NODE = 7;
  const within = { depth: 0, budget: new ReadBudget() };
  const nodes: Node[] = [];
  for (const field of inside(bytes, message)) {
    within.budget.message(field.from);
    if (field.number === NODE) nodes.push(readNode(bytes, field, within));
  }
  return nodes;
}

/** How deep a message lies, and how much may still come. */
type Within = { readonly depth: number; readonly budget: ReadBudget };

/** The fields of a message inside a message. */
function inside(bytes: Uint8Array, field: Field): Generator<Field> {
  requireWire(field, Wire.bytes);
  return fieldsOf(bytes, field.start, field.end);
}

function readOpset(bytes: Uint8Array, message: Field): OpsetImport {
  let domain = '';
  let version = 0;
  for (const field of inside(bytes, message)) {
    if (field.number === 1) domain = readText(bytes, field);
    else if (field.number === 2) version = wholeOf(bytes, field);
  }
  return { domain, version };
}

function readMetadata(bytes: Uint8Array, message: Field): MetadataEntry {
  let key = '';
  let value = '';
  for (const field of inside(bytes, message)) {
    if (field.number === 1) key = readText(bytes, field);
    else if (field.number === 2) value = readText(bytes, field);
  }
  return { key, value };
}

function readGraph(bytes: Uint8Array, message: Field, within: Within): Graph {
  if (within.depth > MAX_DEPTH) throw corrupt(`graphs are nested more than ${MAX_DEPTH} deep`, message.from);
  let name = '';
  const nodes: Node[] = [];
  const initializers: TensorData[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const valueInfos: ValueInfo[] = [];
  const rest = new RestOf(bytes);
  for (const field of inside(bytes, message)) {
    within.budget.message(field.from);
    if (field.number === 1) nodes.push(readNode(bytes, field, within));
    else if (field.number === 2) name = readText(bytes, field);
    else if (field.number === 5) initializers.push(tensorIn(bytes, field));
    else if (field.number === 11) inputs.push(readValueInfo(bytes, field));
    else if (field.number === 12) outputs.push(readValueInfo(bytes, field));
    else if (field.number === 13) valueInfos.push(readValueInfo(bytes, field));
    else rest.add(field);
  }
  return { name, nodes, initializers, inputs, outputs, valueInfos, rest: rest.fields };
}

function tensorIn(bytes: Uint8Array, field: Field): TensorData {
  requireWire(field, Wire.bytes);
  return readTensor(bytes, field.start, field.end);
}

function readNode(bytes: Uint8Array, message: Field, within: Within): Node {
  let opType = '';
  let domain = '';
  let name = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Attribute[] = [];
  const rest = new RestOf(bytes);
  for (const field of inside(bytes, message)) {
    if (field.number === 5) within.budget.message(field.from);
    else within.budget.field(field.from);
    if (field.number === 1) inputs.push(readText(bytes, field));
    else if (field.number === 2) outputs.push(readText(bytes, field));
    else if (field.number === 3) name = readText(bytes, field);
    else if (field.number === 4) opType = readText(bytes, field);
    else if (field.number === 5) attributes.push(readAttribute(bytes, field, within));
    else if (field.number === 7) domain = readText(bytes, field);
    else rest.add(field);
  }
  if (opType === '') throw corrupt('a node has no operator', message.from);
  return { opType, domain, name, inputs, outputs, attributes, rest: rest.fields };
}

/** By the numbers of `AttributeProto.AttributeType`. */
const KINDS = ['', 'float', 'int', 'string', 'tensor', 'graph', 'floats', 'ints', 'strings'] as const;
/** By the numbers of the fields that hold the values: for old files, which do not say the type. */
const KIND_OF_FIELD = [
  '',
  '',
  'float',
  'int',
  'string',
  'tensor',
  'graph',
  'floats',
  'ints',
  'strings',
] as const;
const TYPE_FIELD = 20;

function readAttribute(bytes: Uint8Array, message: Field, within: Within): Attribute {
  let name = '';
  let type = 0;
  const values: Field[] = [];
  const rest = new RestOf(bytes);
  const all = new RestOf(bytes);
  for (const field of inside(bytes, message)) {
    within.budget.field(field.from);
    if (field.number === 1) {
      name = readText(bytes, field);
      continue;
    }
    all.add(field);
    if (field.number === TYPE_FIELD) type = wholeOf(bytes, field);
    else if (KIND_OF_FIELD[field.number]) values.push(field);
    else rest.add(field);
  }
  const kind = KINDS[type] || KIND_OF_FIELD[values[0]?.number ?? 0] || 'other';
  // A type of its own says that the fields of values mean something else: left as they are.
  if (kind === 'other' || type >= KINDS.length) return { name, kind: 'other', rest: all.fields };
  const own = values.filter((field) => KIND_OF_FIELD[field.number] === kind);
  return { name, rest: rest.fields, ...attributeValue(bytes, kind, own, message, within) };
}

type Kind = Exclude<(typeof KINDS)[number], ''>;
type WithoutName<T> = T extends unknown ? Omit<T, 'name' | 'rest'> : never;

function attributeValue(
  bytes: Uint8Array,
  kind: Kind,
  fields: readonly Field[],
  message: Field,
  within: Within,
): WithoutName<Exclude<Attribute, { kind: 'other' }>> {
  const last = fields.at(-1);
  switch (kind) {
    case 'float':
      return { kind, value: last ? (floatsOf(bytes, [last])[0] as number) : 0 };
    case 'int':
      return { kind, value: last ? intOf(bytes, last) : 0n };
    case 'string':
      return { kind, value: last ? readBytes(bytes, last) : new Uint8Array(0) };
    case 'tensor':
      return { kind, value: tensorIn(bytes, present(last, message)) };
    case 'graph':
      return {
        kind,
        value: readGraph(bytes, present(last, message), { ...within, depth: within.depth + 1 }),
      };
    case 'floats':
      return { kind, value: floatsOf(bytes, fields) };
    case 'ints':
      return { kind, value: new BigInt64Array(readVarints(bytes, fields, 8).buffer) };
    case 'strings':
      return { kind, value: fields.map((field) => readBytes(bytes, field)) };
  }
}

function intOf(bytes: Uint8Array, field: Field): bigint {
  requireWire(field, Wire.varint);
  return signed(bytes, field.start, field.end);
}

function present(field: Field | undefined, message: Field): Field {
  if (!field) throw corrupt('an attribute lacks its value', message.from);
  return field;
}

/** A repeated float, packed or one to a field. */
function floatsOf(bytes: Uint8Array, fields: readonly Field[]): Float32Array {
  const total = fields.reduce((sum, field) => sum + field.end - field.start, 0);
  const copy = new Uint8Array(total - (total % 4));
  let at = 0;
  for (const field of fields) {
    if (field.wire !== Wire.fixed32) requireWire(field, Wire.bytes);
    if ((field.end - field.start) % 4 !== 0) throw corrupt('a list of floats ends within one', field.from);
    copy.set(bytes.subarray(field.start, field.end), at);
    at += field.end - field.start;
  }
  // Host order is little-endian on everything that runs WebGPU or WebAssembly.
  return new Float32Array(copy.buffer);
}

function readValueInfo(bytes: Uint8Array, message: Field): ValueInfo {
  let name = '';
  let elemType: number | null = null;
  let dims: ValueInfo['dims'] = null;
  const rest = new RestOf(bytes);
  for (const field of inside(bytes, message)) {
    const tensorType = field.number === 2 ? tensorTypeIn(bytes, field) : null;
    if (field.number === 1) name = readText(bytes, field);
    else if (tensorType) ({ elemType, dims } = readTensorType(bytes, tensorType));
    else rest.add(field);
  }
  return { name, elemType, dims, rest: rest.fields };
}

/** The tensor type in a `TypeProto`; null where it is that of a sequence or the like. */
function tensorTypeIn(bytes: Uint8Array, message: Field): Field | null {
  for (const field of inside(bytes, message)) if (field.number === 1) return field;
  return null;
}

function readTensorType(bytes: Uint8Array, message: Field): Pick<ValueInfo, 'elemType' | 'dims'> {
  let elemType = 0;
  let dims: (number | string | null)[] | null = null;
  for (const field of inside(bytes, message)) {
    if (field.number === 1) elemType = wholeOf(bytes, field);
    else if (field.number === 2) {
      dims = [];
      for (const dim of inside(bytes, field)) {
        if (dims.length === MAX_RANK) throw corrupt(`a tensor has more than ${MAX_RANK} sides`, field.from);
        if (dim.number === 1) dims.push(readDim(bytes, dim));
      }
    }
  }
  return { elemType, dims };
}

function readDim(bytes: Uint8Array, message: Field): number | string | null {
  let dim: number | string | null = null;
  for (const field of inside(bytes, message)) {
    if (field.number === 2) dim = readText(bytes, field);
    else if (field.number === 1) {
      const side = intOf(bytes, field);
      // Some exporters write −1 for a side of any length.
      dim = side < 0n || side > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(side);
    }
  }
  return dim;
}
