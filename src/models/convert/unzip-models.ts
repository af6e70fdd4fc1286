import { unzipSync } from 'fflate';
import { messageOf, TesseraError } from '../../base/errors.ts';
import type { NamedBytes } from './named-bytes.ts';

/** What is taken out of an archive; pictures and texts beside it are left alone. */
const MODEL_FILE = /\.(?:onnx|pth|pt|ckpt|safetensors|param|bin)$/i;
/** What an archive may unpack to: more than the largest model that Tessera takes. */
const MOST_BYTES = 1024 ** 3;

/**
 * The model files in a zip archive, by their names without folders.
 * @throws TesseraError `model-corrupt` where it is damaged, `model-unsupported` where it is too large or holds none
 */
export function unzipModels({ name, bytes }: NamedBytes): readonly NamedBytes[] {
  const files = Object.entries(unpacked(name, bytes)).map(([path, content]) => ({
    name: path.split(/[\\/]/).at(-1) ?? path,
    bytes: content as Uint8Array<ArrayBuffer>,
  }));
  if (files.length > 0) return files;
  throw new TesseraError(
    'model-unsupported',
    `The archive “${name}” holds no model file.`,
    'Unpack it and drop the model itself: .onnx, .pth, .safetensors, or .param with .bin.',
    { file: name },
  );
}

function unpacked(name: string, bytes: Uint8Array): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name: path, originalSize }) => {
        if (!MODEL_FILE.test(path) || path.startsWith('__MACOSX/')) return false;
        total += originalSize;
        if (total > MOST_BYTES) throw tooLarge(name, total);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof TesseraError) throw cause;
    throw new TesseraError(
      'model-corrupt',
      `The archive “${name}” of ${bytes.length} bytes cannot be unpacked: ${messageOf(cause)}.`,
      'Get it again from where it came from, or unpack it yourself and drop the model.',
      { file: name, bytes: bytes.length },
      { cause },
    );
  }
}

function tooLarge(name: string, bytes: number): TesseraError {
  return new TesseraError(
    'model-unsupported',
    `The archive “${name}” unpacks to ${bytes} bytes or more; Tessera takes up to ${MOST_BYTES}.`,
    'Unpack it yourself and drop the one model that you want.',
    { file: name, bytes, mostBytes: MOST_BYTES },
  );
}
