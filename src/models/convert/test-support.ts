/** A value of Python's, as far as the tests pickle some. */
export type Py =
  | null
  | boolean
  | number
  | string
  | { readonly tuple: readonly Py[] }
  | { readonly list: readonly Py[] }
  | { readonly dict: readonly (readonly [Py, Py])[] }
  | { readonly global: readonly [module: string, name: string] }
  | { readonly call: Py; readonly args: readonly Py[] }
  | { readonly object: Py; readonly state: Py }
  | { readonly persistent: Py }
  /** Bytes of instructions that leave one value. */
  | { readonly raw: readonly number[] };

const UTF8 = new TextEncoder();
const ascii = (text: string): number[] => [...UTF8.encode(text)];

export function bytesOf(...values: readonly (number | bigint)[]): number[] {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [i, value] of values.entries()) view.setBigUint64(8 * i, BigInt(value), true);
  return [...new Uint8Array(view.buffer)];
}

const uint = (value: number, size: number): number[] => bytesOf(value).slice(0, size);

/** The instructions that leave the value on the stack; protocol 2, without memo. */
export function instructions(value: Py): number[] {
  if (value === null) return ascii('N');
  if (value === true) return [0x88];
  if (value === false) return [0x89];
  if (typeof value === 'string')
    return [...ascii('X'), ...uint(UTF8.encode(value).length, 4), ...ascii(value)];
  if (typeof value === 'number') return numberInstruction(value);
  if ('raw' in value) return [...value.raw];
  if ('tuple' in value) return [...ascii('('), ...value.tuple.flatMap(instructions), ...ascii('t')];
  if ('list' in value) return [...ascii(']('), ...value.list.flatMap(instructions), ...ascii('e')];
  if ('dict' in value) {
    return [...ascii('}('), ...value.dict.flatMap((item) => item.flatMap(instructions)), ...ascii('u')];
  }
  if ('global' in value) return ascii(`c${value.global[0]}\n${value.global[1]}\n`);
  if ('persistent' in value) return [...instructions(value.persistent), ...ascii('Q')];
  if ('object' in value) {
    return [...instructions(value.object), ...ascii(')'), 0x81, ...instructions(value.state), ...ascii('b')];
  }
  return [...instructions(value.call), ...instructions({ tuple: value.args }), ...ascii('R')];
}

function numberInstruction(value: number): number[] {
  if (!Number.isInteger(value)) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return [...ascii('G'), ...new Uint8Array(view.buffer)];
  }
  if (value >= -(2 ** 31) && value < 2 ** 31) return [...ascii('J'), ...uint(value >>> 0, 4)];
  return [0x8a, 8, ...bytesOf(BigInt.asUintN(64, BigInt(value)))];
}

/** A whole pickle. */
export function pickled(value: Py): number[] {
  return [0x80, 2, ...instructions(value), ...ascii('.')];
}

export type TensorOptions = {
  readonly type?: string;
  readonly offset?: number;
  readonly strides?: readonly number[];
  /** Of the storage. Default as many as the sides ask for. */
  readonly elements?: number;
  readonly legacy?: boolean;
};

/** A call of `_rebuild_tensor_v2`; in C order, of FloatStorage, unless it says otherwise. */
export function tensor(key: string, dims: readonly number[], options: TensorOptions = {}): Py {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const inOrder = dims.map((_, i) => dims.slice(i + 1).reduce((product, dim) => product * dim, 1));
  const { type = 'FloatStorage', offset = 0, strides = inOrder, elements = count, legacy } = options;
  const id: Py[] = ['storage', { global: ['torch', type] }, key, 'cpu', elements];
  const storage: Py = { persistent: { tuple: legacy ? [...id, null] : id } };
  const hooks: Py = { call: { global: ['collections', 'OrderedDict'] }, args: [] };
  const args = [storage, offset, { tuple: dims }, { tuple: strides }, false, hooks];
  return { call: { global: ['torch._utils', '_rebuild_tensor_v2'] }, args };
}

/** A dict with names for keys. */
export function named(values: Readonly<Record<string, Py>>): Py {
  return { dict: Object.entries(values) };
}

export type ZipFile = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the central directory says instead of the truth. */
  readonly method?: number;
  readonly flags?: number;
  readonly size?: number;
  readonly headerAt?: number;
  /** What the local header says. */
  readonly localName?: string;
};

export type ZipOptions = { readonly zip64?: boolean; readonly count?: number; readonly comment?: string };

/**
 * An archive as PyTorch writes it: nothing compressed, local headers without sizes, payloads at multiples of 64, data
 * descriptors after them.
 */
export function zipOf(files: readonly ZipFile[], options: ZipOptions = {}): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const add = (...added: readonly (readonly number[] | Uint8Array)[]): number => {
    const at = length;
    for (const piece of added) {
      pieces.push(Uint8Array.from(piece));
      length += piece.length;
    }
    return at;
  };
  const records = files.map((file) => {
    const name = ascii(file.localName ?? file.name);
    const padding = 64 - ((length + 30 + name.length + 4) % 64);
    const extra = [...ascii('FB'), ...uint(padding, 2), ...new Array(padding).fill(0x5a)];
    const lengths = [...uint(name.length, 2), ...uint(extra.length, 2)];
    const at = add(ascii('PK\x03\x04'), [0, 0, 8, 8], new Array(18).fill(0), lengths, name, extra);
    add(file.bytes, ascii('PK\x07\x08'), new Array(12).fill(0));
    return centralRecord(file, at, options.zip64 ?? false);
  });
  const start = add(...records);
  const size = length - start;
  const count = options.count ?? files.length;
  if (options.zip64) {
    const at = add(
      ascii('PK\x06\x06'),
      bytesOf(44),
      new Array(12).fill(0),
      bytesOf(count, count, size, start),
    );
    add(ascii('PK\x06\x07'), uint(0, 4), bytesOf(at), uint(1, 4));
  }
  const comment = ascii(options.comment ?? '');
  const ends = options.zip64
    ? [...uint(0xffff, 2), ...uint(0xffff, 2), ...uint(0xffffffff, 4), ...uint(0xffffffff, 4)]
    : [...uint(count, 2), ...uint(count, 2), ...uint(size, 4), ...uint(start, 4)];
  add(ascii('PK\x05\x06'), uint(0, 4), ends, uint(comment.length, 2), comment);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function centralRecord(file: ZipFile, at: number, zip64: boolean): number[] {
  const name = ascii(file.name);
  const size = file.size ?? file.bytes.length;
  const place = file.headerAt ?? at;
  const extra = zip64 ? [...uint(1, 2), ...uint(24, 2), ...bytesOf(size, size, place)] : [];
  const numbers = zip64 ? [0xffffffff, 0xffffffff] : [size, size];
  return [
    ...ascii('PK\x01\x02'),
    ...[0, 0, 0, 0],
    ...uint(file.flags ?? 0x0808, 2),
    ...uint(file.method ?? 0, 2),
    ...new Array(8).fill(0),
    ...numbers.flatMap((number) => uint(number, 4)),
    ...uint(name.length, 2),
    ...uint(extra.length, 2),
    ...new Array(10).fill(0),
    ...uint(zip64 ? 0xffffffff : place, 4),
    ...name,
    ...extra,
  ];
}

export type Storages = Readonly<Record<string, Uint8Array>>;

/** The files of a `torch.save` archive. */
export function torchFiles(saved: Py | Uint8Array, storages: Storages): ZipFile[] {
  const pickle = saved instanceof Uint8Array ? saved : Uint8Array.from(pickled(saved));
  return [
    { name: 'archive/data.pkl', bytes: pickle },
    ...Object.entries(storages).map(([key, bytes]) => ({ name: `archive/data/${key}`, bytes })),
    { name: 'archive/version', bytes: Uint8Array.from(ascii('3\n')) },
  ];
}

export function torchZip(saved: Py | Uint8Array, storages: Storages = {}, options: ZipOptions = {}) {
  return zipOf(torchFiles(saved, storages), options);
}

const MAGIC = [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** A file of PyTorch's old form. @param storages with the size of one number */
export function torchLegacy(
  saved: Py,
  storages: Readonly<Record<string, { readonly bytes: Uint8Array; readonly size: number }>>,
  littleEndian = true,
): Uint8Array<ArrayBuffer> {
  const machine = named({ protocol_version: 1001, little_endian: littleEndian });
  const pickles = [1001, machine, saved, { list: Object.keys(storages) }].flatMap(pickled);
  const data = Object.values(storages).flatMap(({ bytes, size }) => [
    ...bytesOf(bytes.length / size),
    ...bytes,
  ]);
  return Uint8Array.from([...MAGIC, ...pickles, ...data]);
}

/** A file of safetensors. @param header as JSON, or as text of its own */
export function safetensors(header: unknown, data: Uint8Array, length?: bigint): Uint8Array<ArrayBuffer> {
  const text = ascii(typeof header === 'string' ? header : JSON.stringify(header));
  return Uint8Array.from([...bytesOf(length ?? text.length), ...text, ...data]);
}

/** The numbers as bytes of float32. */
export function float32s(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from(values).buffer);
}
