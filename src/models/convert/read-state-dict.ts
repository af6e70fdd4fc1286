import type { TesseraError } from '../../base/errors.ts';
import { readSafetensors } from './safetensors.ts';
import type { IsNetwork, StateDict } from './state-dict.ts';
import { readTorchLegacy } from './torch-legacy.ts';
import { readTorchZip } from './torch-zip.ts';
import { SAVE_WEIGHTS, unsupported } from './weight-errors.ts';
import { weightFileKind } from './weight-file-kind.ts';

const TAR_MAGIC_AT = 257;
const TAR_MAGIC = [0x75, 0x73, 0x74, 0x61, 0x72];
const PROTO = 0x80;

/**
 * The weights in a file of PyTorch (`.pth`, `.pt`, `.ckpt`, both forms) or of safetensors, told by its bytes. Where they lie in C
 * order they are views into `bytes`, which must not change while they are in use. Nothing in the file can run.
 * @param isNetwork chooses where a file holds several sets of weights; by default, only what trainers call them does
 * @throws TesseraError `model-corrupt` with the offset where it is damaged; `model-unsupported` where it is of another
 * form or holds more or other things than weights
 */
export function readStateDict(bytes: Uint8Array, isNetwork: IsNetwork = () => false): StateDict {
  switch (weightFileKind(bytes)) {
    case 'torch-zip':
    case 'zip-other':
      return readTorchZip(bytes, isNetwork);
    case 'torch-legacy':
      return readTorchLegacy(bytes, isNetwork);
    case 'safetensors':
      return readSafetensors(bytes);
    case null:
      throw unknownForm(bytes);
  }
}

function unknownForm(bytes: Uint8Array): TesseraError {
  if (TAR_MAGIC.every((byte, i) => bytes[TAR_MAGIC_AT + i] === byte))
    return unsupported('The file is a tar archive, as only PyTorch 0.1 wrote weights.');
  if (bytes[0] === PROTO)
    return unsupported('The file is a pickle of Python, but not one that PyTorch wrote.', SAVE_WEIGHTS);
  return unsupported(
    `The file of ${bytes.length} bytes is neither PyTorch's (.pth, .pt, .ckpt) nor safetensors: its first bytes are none of theirs.`,
    'Choose the model file itself, not a page or a text that links to it.',
    { bytes: bytes.length },
  );
}
