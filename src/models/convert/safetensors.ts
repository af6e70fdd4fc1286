import { countOf, ELEMENT_BYTES, shapeOf } from './element-bytes.ts';
import { JsonCursor } from './json-cursor.ts';
import type { StateDict, Weight, WeightType } from './state-dict.ts';
import { damaged, quoted, unsupported } from './weight-errors.ts';
import { MAX_HEADER_BYTES, MAX_RANK, MAX_TENSORS } from './weight-limits.ts';

// Format: https://github.com/huggingface/safetensors#format

const LENGTH_BYTES = 8;
const BRACE = 0x7b;

const TYPES: ReadonlyMap<string, WeightType> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

type Info = {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
  /** From the end of the header. */
  readonly begin: number;
  readonly end: number;
};

/**
 * Whether the bytes begin as safetensors does: the header's length, with the four upper bytes zero, then an opening brace. The
 * length may be more than there is: a file that was cut off is still one.
 */
export function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length <= LENGTH_BYTES || bytes[LENGTH_BYTES] !== BRACE) return false;
  return bytes[4] === 0 && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0;
}

/**
 * The weights in a file of safetensors: all are views into `bytes`.
 * @throws TesseraError `model-corrupt` with the offset; `model-unsupported` where numbers are of a type that is not read, or
 * where the header is larger than any network needs
 */
export function readSafetensors(bytes: Uint8Array): StateDict {
  const length = headerLength(bytes);
  const { infos, metadata } = readHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  const data = bytes.subarray(LENGTH_BYTES + length);
  refuseHoles(infos, data.length);
  const weights = new Map<string, Weight>();
  for (const info of infos) weights.set(info.name, weightOf(info, data));
  if (weights.size === 0) throw unsupported('The safetensors file holds no weights.', 'Choose another file.');
  return { weights, metadata };
}

function headerLength(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LENGTH_BYTES)
    throw damaged('safetensors file', 'its first number is cut off', bytes.length);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  const left = bytes.length - LENGTH_BYTES;
  if (length > left)
    throw damaged('safetensors file', `its header of ${length} bytes has only ${left}`, LENGTH_BYTES);
  if (length > MAX_HEADER_BYTES)
    throw unsupported(
      `The safetensors file has a header of ${length} bytes; at most ${MAX_HEADER_BYTES} are read.`,
      undefined,
      { length, limit: MAX_HEADER_BYTES },
    );
  return length;
}

function readHeader(bytes: Uint8Array): { infos: Info[]; metadata: Map<string, string> } {
  const json = new JsonCursor(headerText(bytes));
  const infos: Info[] = [];
  const metadata = new Map<string, string>();
  json.object(MAX_TENSORS, (name) => {
    if (name === '__metadata__') json.object(MAX_TENSORS, (key) => void metadata.set(key, json.string()));
    else infos.push(readInfo(json, name));
  });
  json.expectEnd();
  return { infos, metadata };
}

function headerText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged('safetensors file', 'its header is no text', LENGTH_BYTES);
  }
}

function readInfo(json: JsonCursor, name: string): Info {
  let type: string | null = null;
  let dims: readonly number[] | null = null;
  let offsets: readonly number[] = [];
  json.object(3, (key) => {
    if (key === 'dtype') type = json.string();
    else if (key === 'shape') dims = json.wholes(MAX_RANK);
    else if (key === 'data_offsets') offsets = json.wholes(2);
    else throw json.damaged(`the tensor ${quoted(name)} has an unknown entry ${quoted(key)}`);
  });
  const [begin, end] = offsets;
  if (type === null || dims === null || begin === undefined || end === undefined)
    throw json.damaged(`the tensor ${quoted(name)} lacks its type, shape or place`);
  return { name, type, dims, begin, end };
}

/** The data of the tensors, in the order of their places, is all of the data, and no byte belongs to two. */
function refuseHoles(infos: readonly Info[], length: number): void {
  let free = 0;
  for (const { name, begin, end } of infos.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    const place = `the tensor ${quoted(name)} at ${begin} to ${end} of the data`;
    if (begin !== free || end < begin)
      throw damaged(
        'safetensors file',
        `${place} does not begin where the one before it ends, at ${free}`,
        begin,
      );
    if (end > length) throw damaged('safetensors file', `${place} passes its end at ${length}`, length);
    free = end;
  }
  if (free !== length)
    throw damaged(
      'safetensors file',
      `the last ${length - free} bytes of the data belong to no tensor`,
      free,
    );
}

function weightOf({ name, type: dtype, dims, begin, end }: Info, data: Uint8Array): Weight {
  const type = TYPES.get(dtype);
  if (!type)
    throw unsupported(
      `The weights ${quoted(name)} are of the type ${quoted(dtype)}; ${[...TYPES.keys()].join(', ')} can be read.`,
      'Save the weights as F16 or F32, and choose that file.',
      { dtype },
    );
  const count = countOf(dims);
  const bytes = count === null ? null : count * ELEMENT_BYTES[type];
  if (bytes !== end - begin)
    throw damaged(
      'safetensors file',
      `the tensor ${quoted(name)} ${shapeOf(dims)} of ${dtype} has ${end - begin} bytes, not ${bytes ?? 'more than can be counted'}`,
      begin,
    );
  return { dims, type, bytes: data.subarray(begin, end) };
}
