import { ELEMENT_BYTES } from './element-bytes.ts';
import { PickleCursor } from './pickle-cursor.ts';
import type { Storage } from './pickle-values.ts';
import type { IsNetwork, StateDict, Weight } from './state-dict.ts';
import { type StorageBytes, TensorReader } from './tensor-bytes.ts';
import { storageOfId } from './torch-storage.ts';
import { unpickle } from './unpickle.ts';
import { unwrap } from './unwrap.ts';
import { damaged, quoted, unsupported } from './weight-errors.ts';
import { openZipEntries, readZipDirectory, type ZipEntry } from './zip-entries.ts';

/** The folder that holds `data.pkl`, with its slash; null where the archive is none of PyTorch's. */
export function torchRoot(entries: readonly ZipEntry[]): string | null {
  const pickle = entries.find(({ name }) => /^[^/]+\/(?:data|constants)\.pkl$/.test(name));
  return pickle ? pickle.name.slice(0, pickle.name.indexOf('/') + 1) : null;
}

/**
 * The weights in a file of `torch.save` since PyTorch 1.6: an uncompressed zip of a pickle and one entry for each storage.
 * Tensors in C order are views into `bytes`.
 * @throws TesseraError `model-corrupt` with the offset, `model-unsupported` with what to do
 */
export function readTorchZip(bytes: Uint8Array, isNetwork: IsNetwork): StateDict {
  const entries = readZipDirectory(bytes);
  const root = torchRoot(entries);
  if (root === null)
    throw unsupported(
      `The file is a zip archive, but not one of PyTorch's: it holds no data.pkl among its ${entries.length} entries.`,
      'Unpack it and choose the model file inside.',
    );
  if (entries.some(({ name }) => name === `${root}constants.pkl` || name.startsWith(`${root}code/`)))
    throw unsupported(
      'The file is a TorchScript program (torch.jit.save), code and all; only weights can be used.',
    );
  const payloads = openZipEntries(bytes, entries);
  refuseBigEndian(payloads.get(`${root}byteorder`));
  const pickle = payloads.get(`${root}data.pkl`) as Uint8Array;
  const offset = pickle.byteOffset - bytes.byteOffset;
  const tensors = unwrap(unpickle(new PickleCursor(pickle, offset), storageOfId), isNetwork);
  const reader = new TensorReader(bytes.length);
  const weights = new Map<string, Weight>();
  for (const [name, tensor] of tensors) {
    const payload = payloads.get(`${root}data/${tensor.storage.key}`);
    if (!payload)
      throw damaged(
        'PyTorch file',
        `the numbers of ${quoted(name)} (entry ${quoted(tensor.storage.key)}) are missing`,
        offset,
      );
    weights.set(name, reader.read(name, tensor, storageIn(bytes, payload, tensor.storage)));
  }
  return { weights, metadata: new Map() };
}

function storageIn(file: Uint8Array, payload: Uint8Array, { of, key, elements }: Storage): StorageBytes {
  const offset = payload.byteOffset - file.byteOffset;
  const length = of.type ? elements * ELEMENT_BYTES[of.type] : 0;
  if (length > payload.length)
    throw damaged(
      'PyTorch file',
      `the storage ${quoted(key)} of ${elements} numbers has ${payload.length} bytes, not ${length}`,
      offset,
    );
  return { bytes: payload.subarray(0, length), offset };
}

function refuseBigEndian(byteorder: Uint8Array | undefined): void {
  if (byteorder && new TextDecoder().decode(byteorder.subarray(0, 16)).trim() === 'big')
    throw unsupported(
      'The weights were saved on a machine whose numbers begin with the largest byte (big-endian).',
      'Save them on an ordinary machine, or as safetensors, and choose that file.',
    );
}
