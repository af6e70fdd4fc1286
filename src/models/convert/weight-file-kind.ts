import { isSafetensors } from './safetensors.ts';
import { isTorchLegacy } from './torch-legacy.ts';
import { torchRoot } from './torch-zip.ts';
import { isZip, readZipDirectory } from './zip-entries.ts';

/** Files that weights come in, and archives that are none of them. */
export type WeightFileKind = 'torch-zip' | 'torch-legacy' | 'safetensors' | 'zip-other';

/** What the bytes are, whatever the file is called; null for none of these. Damaged files keep their kind. */
export function weightFileKind(bytes: Uint8Array): WeightFileKind | null {
  if (isZip(bytes)) return isTorchZip(bytes) ? 'torch-zip' : 'zip-other';
  if (isTorchLegacy(bytes)) return 'torch-legacy';
  return isSafetensors(bytes) ? 'safetensors' : null;
}

const FIRST_NAME_AT = 30;
const DATA_PKL = '/data.pkl';

/** By the directory; where that is damaged or cut off, by the first entry, which `torch.save` writes first of all. */
function isTorchZip(bytes: Uint8Array): boolean {
  try {
    return torchRoot(readZipDirectory(bytes)) !== null;
  } catch {
    const length = (bytes[26] ?? 0) + 256 * (bytes[27] ?? 0);
    const name = bytes.subarray(FIRST_NAME_AT, FIRST_NAME_AT + length);
    return new TextDecoder().decode(name).endsWith(DATA_PKL);
  }
}
