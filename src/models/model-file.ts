import { assert } from '../base/assert.ts';
import { messageOf, TesseraError } from '../base/errors.ts';
import { asSentence } from '../base/shown-text.ts';
import type { ModelDescriptor } from './descriptor.ts';
import { type DownloadProgress, fetchKept, forget } from './fetch-kept.ts';

/** The address of a model's file; the hash in it makes every version a file of its own for all caches. */
export function modelUrl(model: ModelDescriptor, catalogUrl: string): string {
  assert(model.file !== null, `the model ${model.id} lies beside the catalog`);
  const url = new URL(model.file, catalogUrl);
  url.searchParams.set('sha256', model.sha256);
  return url.href;
}

/**
 * The bytes of a model of the catalog, proven by their hash; kept for the next time and for offline.
 *
 * @throws TesseraError `model-missing` when they cannot be fetched, `model-corrupt` when the hash is another.
 */
export async function loadModelFile(
  model: ModelDescriptor,
  catalogUrl: string,
  onProgress: DownloadProgress,
  onNotKept: (reason: unknown) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const url = modelUrl(model, catalogUrl);
  let bytes = await fetchModel(model, url, onProgress, onNotKept);
  let sha256 = await sha256Hex(bytes);
  if (sha256 !== model.sha256) {
    // What was kept may have been damaged: once more, from the network.
    await forget(url);
    bytes = await fetchModel(model, url, onProgress, onNotKept);
    sha256 = await sha256Hex(bytes);
  }
  if (sha256 === model.sha256) return bytes;
  await forget(url);
  throw new TesseraError(
    'model-corrupt',
    `The file of the model “${model.id}” is damaged: ${bytes.length} bytes of ${model.bytes}, and its hash does not match.`,
    'Try again later, or choose another model.',
    {
      model: model.id,
      bytes: bytes.length,
      expectedBytes: model.bytes,
      sha256,
      expectedSha256: model.sha256,
    },
  );
}

async function fetchModel(
  model: ModelDescriptor,
  url: string,
  onProgress: DownloadProgress,
  onNotKept: (reason: unknown) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await fetchKept(url, onProgress, onNotKept);
  } catch (cause) {
    throw new TesseraError(
      'model-missing',
      `The model “${model.id}” (${model.bytes} bytes) could not be loaded: ${asSentence(messageOf(cause))}`,
      'Check the connection and try again, or choose another model.',
      { model: model.id, expectedBytes: model.bytes },
      { cause },
    );
  }
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
