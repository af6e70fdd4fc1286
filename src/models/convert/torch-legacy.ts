import { ELEMENT_BYTES } from './element-bytes.ts';
import { PickleCursor } from './pickle-cursor.ts';
import { isList, type PickleValue, type Storage, type Tensor } from './pickle-values.ts';
import type { IsNetwork, StateDict, Weight } from './state-dict.ts';
import { type StorageBytes, TensorReader } from './tensor-bytes.ts';
import { storageOfId } from './torch-storage.ts';
import { unpickle } from './unpickle.ts';
import { unwrap } from './unwrap.ts';
import { damaged, quoted, unsupported } from './weight-errors.ts';
import { MAX_TENSORS } from './weight-limits.ts';

/** LONG1 with 10 bytes: 0x1950a86a20f9469cfc6c, which begins every file of this form. */
const MAGIC = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const PROTO = 0x80;
/** PROTO with its number; from protocol 4 on FRAME with a length of 8 bytes may follow. */
const MAGIC_PLACES = [2, 11];
const VERSION = 1001;
const COUNT_BYTES = 8;

/** Whether the bytes begin with PyTorch's number in a pickle. */
export function isTorchLegacy(bytes: Uint8Array): boolean {
  return bytes[0] === PROTO && MAGIC_PLACES.some((at) => MAGIC.every((byte, i) => bytes[at + i] === byte));
}

/**
 * The weights in a file of `torch.save` before PyTorch 1.6: five pickles in a row (number, version, machine, object, keys of
 * storages), then each storage with its count. Tensors in C order are views into `bytes`.
 * @throws TesseraError `model-corrupt` with the offset, `model-unsupported` with what to do
 */
export function readTorchLegacy(bytes: Uint8Array, isNetwork: IsNetwork): StateDict {
  const cursor = new PickleCursor(bytes);
  const noStorages = (_: PickleValue, offset: number): never => {
    throw damaged('PyTorch file', 'a storage is named outside the weights', offset);
  };
  unpickle(cursor, noStorages);
  const version = unpickle(cursor, noStorages);
  if (version !== VERSION)
    throw unsupported(
      `The file is of version ${String(version).slice(0, 20)} of PyTorch's old form; ${VERSION} is known.`,
    );
  const machine = unpickle(cursor, noStorages);
  if (machine instanceof Map && machine.get('little_endian') === false)
    throw unsupported(
      'The weights were saved on a machine whose numbers begin with the largest byte (big-endian).',
      'Save them on an ordinary machine, or as safetensors, and choose that file.',
    );
  const declared = new Map<string, Storage>();
  const saved = unpickle(cursor, (id, offset) => declare(storageOfId(id, offset), declared, offset));
  const keys = unpickle(cursor, noStorages);
  const storages = readStorages(bytes, cursor, keys, declared);
  return { weights: readWeights(bytes, unwrap(saved, isNetwork), storages), metadata: new Map() };
}

/** The same storage may occur often, but always as the same numbers. */
function declare(storage: Storage, declared: Map<string, Storage>, offset: number): Storage {
  const { key, of, elements } = storage;
  const known = declared.get(key) ?? storage;
  if (known.of.type !== of.type || known.elements !== elements)
    throw damaged('PyTorch file', `the storage ${quoted(key)} is of two types or sizes`, offset);
  declared.set(key, known);
  if (declared.size > MAX_TENSORS)
    throw unsupported(`The file holds more than ${MAX_TENSORS} storages; no more are read.`);
  return known;
}

function readStorages(
  bytes: Uint8Array,
  cursor: PickleCursor,
  keys: PickleValue,
  declared: ReadonlyMap<string, Storage>,
): Map<string, StorageBytes> {
  if (!isList(keys)) throw damaged('PyTorch file', 'the list of its storages is missing', cursor.offset);
  const storages = new Map<string, StorageBytes>();
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? declared.get(key) : undefined;
    if (!storage || storages.has(storage.key))
      throw damaged('PyTorch file', 'its list of storages does not fit its tensors', cursor.offset);
    // The lengths of all storages have to be known, or the next one cannot be found.
    if (storage.of.type === null)
      throw unsupported(`The file holds numbers of the type ${storage.of.name}: they cannot be used.`);
    const offset = cursor.at + COUNT_BYTES;
    const elements = cursor.uint64();
    if (elements !== storage.elements)
      throw damaged(
        'PyTorch file',
        `the storage ${quoted(storage.key)} has ${elements} numbers instead of ${storage.elements}`,
        cursor.offset,
      );
    storages.set(storage.key, { bytes: cursor.bytes(elements * ELEMENT_BYTES[storage.of.type]), offset });
  }
  if (cursor.at !== bytes.length)
    throw damaged('PyTorch file', `${bytes.length - cursor.at} bytes follow the last storage`, cursor.offset);
  return storages;
}

function readWeights(
  bytes: Uint8Array,
  tensors: ReadonlyMap<string, Tensor>,
  storages: ReadonlyMap<string, StorageBytes>,
): Map<string, Weight> {
  const reader = new TensorReader(bytes.length);
  const weights = new Map<string, Weight>();
  for (const [name, tensor] of tensors) {
    const storage = storages.get(tensor.storage.key);
    if (!storage) throw damaged('PyTorch file', `the numbers of ${quoted(name)} are missing`, bytes.length);
    weights.set(name, reader.read(name, tensor, storage));
  }
  return weights;
}
