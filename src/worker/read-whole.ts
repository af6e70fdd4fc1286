import { messageOf, TesseraError } from '../base/errors.ts';
import { asSentence } from '../base/shown-text.ts';
import { letGo } from '../engine/let-go.ts';
import type { NamedBytes } from '../models/convert/named-bytes.ts';
import type { GivenFile } from './models-protocol.ts';

/** Large enough that asking for each costs nothing, small enough that a cancelled import ends at once. */
const PIECE_BYTES = 4 * 2 ** 20;

/**
 * The files' bytes, read piece by piece.
 * @param onProgress bytes read of all files together
 * @throws TesseraError `model-missing` where one cannot be read, or is too large for the memory; the signal's reason
 */
export async function readWhole(
  files: readonly GivenFile[],
  signal: AbortSignal,
  onProgress: (loadedBytes: number, totalBytes: number) => void,
): Promise<readonly NamedBytes[]> {
  const totalBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  let loadedBytes = 0;
  const read: NamedBytes[] = [];
  for (const { name, blob } of files) {
    const bytes = await attempt(name, blob, async () => new Uint8Array(blob.size));
    for (let at = 0; at < blob.size; at += PIECE_BYTES) {
      signal.throwIfAborted();
      const piece = await attempt(name, blob, () => blob.slice(at, at + PIECE_BYTES).arrayBuffer());
      bytes.set(new Uint8Array(piece), at);
      loadedBytes += piece.byteLength;
      letGo([piece]);
      onProgress(loadedBytes, totalBytes);
    }
    read.push({ name, bytes });
  }
  return read;
}

async function attempt<T>(name: string, { size }: Blob, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new TesseraError(
      'model-missing',
      `The file “${name}” of ${size} bytes could not be read: ${asSentence(messageOf(cause))}`,
      'It may have been moved, or be too large for the memory of this device. Choose it again.',
      { file: name, bytes: size },
      { cause },
    );
  }
}
